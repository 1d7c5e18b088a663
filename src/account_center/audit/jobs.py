from account_center.audit.services import SEAL_SIZE, seal_events
from account_center.plumbing.work import every


@every(seconds=5, name="audit.seal_events")
def seal_what_happened() -> None:
    """Chains what happened since the last run."""
    while seal_events() == SEAL_SIZE:
        pass
