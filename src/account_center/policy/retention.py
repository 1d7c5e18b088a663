"""What the policy room keeps, and for how long."""

from collections.abc import Mapping

KEPT: Mapping[str, str] = {
    "SecurityPolicy": "as long as its tenant: its rules, and the address of the owner's last way back in",
    "AgeNotice": "as long as its account: for which password the notice was sent, no password",
}
