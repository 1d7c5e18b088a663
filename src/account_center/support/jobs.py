from collections.abc import Mapping

from account_center.kit.clock import now
from account_center.plumbing.work import every, job
from account_center.support.retention import BATCH, erase_due
from account_center.support.services.appeals import match_appeal
from account_center.support.services.asking import close_quiet
from account_center.support.services.proposals import expire_proposals
from account_center.support.services.remedies import carry_out_due


@job("support.match_appeal")
def match_named_account(payload: Mapping[str, object]) -> None:
    """Finds the account of an appeal and tells its owner."""
    match_appeal(ticket_id=int(str(payload["ticket_id"])))


@every(seconds=60, name="support.carry_out")
def carry_out_approved() -> None:
    """Does what two people approved and whose owner did not object in time."""
    carry_out_due(now=now())


@every(seconds=3600, name="support.close_quiet")
def close_quiet_tickets() -> None:
    """Closes answered tickets in which nobody writes any more."""
    close_quiet(now=now())


@every(seconds=3600, name="support.expire_proposals")
def expire_old_proposals() -> None:
    """Ends proposals on which no second person decided in time."""
    expire_proposals(now=now())


@every(seconds=3600, name="support.erase_due", final=True)
def erase_due_tickets() -> None:
    """Destroys what must not be kept longer."""
    while erase_due(now=now()) == BATCH:
        pass
