from account_center.kit.clock import now
from account_center.plumbing.work import every
from account_center.standing.retention import forget_changes


@every(seconds=3600, name="standing.forget_changes")
def forget_old_changes() -> None:
    """Keeps the table of changes small."""
    forget_changes(now())
