"""What the policy room keeps, and for how long."""

from collections.abc import Mapping

from account_center.policy.models import AgeNotice

KEPT: Mapping[str, str] = {
    "SecurityPolicy": "as long as its tenant: its rules, and the address of the owner's last way back in",
    "AgeNotice": "as long as its account: for which password the notice was sent, no password",
}


def erase_account(*, account_id: int) -> int:
    """Removes what a deleted account leaves here."""
    gone, _ = AgeNotice.objects.filter(account_id=account_id).delete()
    return gone
