from collections.abc import Mapping

KEPT: Mapping[str, str] = {
    "Account": "until its owner deletes it; then name, phone, e-mail and password are emptied and only the number stays for the events",
    "OldPassword": "the newest few, as many as the tenant's policy may ask for; gone with the account",
    "PhoneQuota": "as long as an account stands behind it: a keyed digest and two counts, no phone number",
    "PhoneQuotaHolder": "as long as its account",
}
