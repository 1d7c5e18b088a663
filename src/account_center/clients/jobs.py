from account_center.clients.retention import forget_ended
from account_center.kit.clock import now
from account_center.plumbing.work import every


@every(seconds=3600, name="clients.forget_ended")
def forget_ended_tokens() -> None:
    """Keeps ended tokens and old counts from piling up."""
    forget_ended(now())
