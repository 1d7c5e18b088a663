"""What the accounts room keeps, and for how long."""

from collections.abc import Mapping
from datetime import datetime

from account_center.accounts.models import RestingName

KEPT: Mapping[str, str] = {
    "Account": "until its owner deletes it; then name, phone, e-mail and password are emptied at once; number, country and dates stay for the events",
    "RestingName": "`LIMITS.deleted_name_rest_days` after an account was deleted: a keyed digest, so that nobody takes the name of somebody who has just left",
    "OldPassword": "the newest few, as many as the tenant's policy may ask for; gone with the account",
    "PhoneQuota": "as long as an account stands behind it: a keyed digest and two counts, no phone number",
    "PhoneQuotaHolder": "as long as its account",
}


def erase_expired(*, now: datetime) -> int:
    """Sets the names free whose rest is over. Returns how many."""
    gone, _ = RestingName.objects.filter(until__lt=now).delete()
    return gone
