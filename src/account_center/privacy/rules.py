"""When an ID account may be deleted."""

from account_center.privacy.types import DeletionCheck, DeletionFacts


def failed_checks(facts: DeletionFacts) -> list[DeletionCheck]:
    """Everything that stands in the way (1.12), not only the first; empty if nothing does."""
    holds = {
        DeletionCheck.ID_ACCOUNT: facts.is_id_account,
        DeletionCheck.NOT_FROZEN: not facts.is_frozen,
        DeletionCheck.NO_TENANT: not facts.has_tenant,
        DeletionCheck.NO_VERIFICATION_RUNNING: not facts.verification_runs,
        DeletionCheck.NO_TICKET_OPEN: not facts.ticket_is_open,
        DeletionCheck.NO_RECOVERY_WAITING: not facts.recovery_waits,
    }
    return [check for check in DeletionCheck if not holds[check]]
