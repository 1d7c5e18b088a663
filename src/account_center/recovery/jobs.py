from account_center.kit.clock import now
from account_center.plumbing.work import every
from account_center.recovery.retention import erase_expired


@every(seconds=3600, name="recovery.erase_expired")
def erase_expired_recoveries() -> None:
    """Removes old human checks and recoveries, and emergency contacts who never agreed."""
    erase_expired(now=now())
