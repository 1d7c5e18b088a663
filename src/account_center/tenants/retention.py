from collections.abc import Mapping

KEPT: Mapping[str, str] = {
    "Tenant": "open and retained as long as the customer has it; after cancelling only the tenant ID and the dates stay for the events",
    "TenantPhoneQuota": "as long as a tenant stands behind it: a keyed digest and two counts, no phone number",
    "TenantPhoneQuotaHolder": "as long as its tenant",
}
