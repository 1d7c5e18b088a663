from datetime import timedelta

from account_center.kit.clock import now
from account_center.plumbing.limiter import forget_before
from account_center.plumbing.work import every
from account_center.signin.retention import KEEP, erase_expired


@every(seconds=3600, name="signin.erase_expired")
def erase_expired_codes() -> None:
    """Removes old codes, guards and counters."""
    moment = now()
    erase_expired(now=moment)
    forget_before(moment - KEEP - timedelta(days=1))
