"""How tickets and remedies move."""

from datetime import datetime, timedelta

from account_center.accounts.types import AccountFacts
from account_center.kit.limits import Limits
from account_center.support.types import Happened, ProposalState, RemedyKind, RemedyState, TicketState

MOVES: dict[TicketState, set[TicketState]] = {
    TicketState.OPEN: {TicketState.ANSWERED, TicketState.WAITING, TicketState.CLOSED},
    TicketState.ANSWERED: {TicketState.OPEN, TicketState.WAITING, TicketState.CLOSED},
    TicketState.WAITING: {TicketState.OPEN, TicketState.ANSWERED, TicketState.CLOSED},
    TicketState.CLOSED: {TicketState.OPEN},
}
REMEDY_MOVES: dict[RemedyState, set[RemedyState]] = {
    RemedyState.PROPOSED: {RemedyState.APPROVED, RemedyState.REFUSED, RemedyState.CANCELLED},
    RemedyState.APPROVED: {RemedyState.DONE, RemedyState.REFUSED, RemedyState.CANCELLED},
    RemedyState.DONE: set(),
    RemedyState.REFUSED: set(),
    RemedyState.CANCELLED: set(),
}
PROPOSAL_MOVES: dict[ProposalState, set[ProposalState]] = {
    ProposalState.PROPOSED: {
        ProposalState.DONE,
        ProposalState.REFUSED,
        ProposalState.WITHDRAWN,
        ProposalState.EXPIRED,
    },
    ProposalState.DONE: set(),
    ProposalState.REFUSED: set(),
    ProposalState.WITHDRAWN: set(),
    ProposalState.EXPIRED: set(),
}
# What may be done for whom. Whoever lost the phone may go on with a new phone or with an e-mail address.
REMEDIES: dict[Happened, frozenset[RemedyKind]] = {
    Happened.PHONE_LOST: frozenset({RemedyKind.NEW_PHONE, RemedyKind.NEW_EMAIL}),
    Happened.ALL_LOST: frozenset({RemedyKind.NEW_PHONE, RemedyKind.NEW_EMAIL}),
    Happened.NOT_REGISTERED: frozenset({RemedyKind.UNBIND_PHONE}),
    Happened.TAKEN_OVER: frozenset({RemedyKind.NEW_PHONE, RemedyKind.NEW_EMAIL, RemedyKind.REMOVE_FACTOR}),
    Happened.FACTOR_LOST: frozenset({RemedyKind.REMOVE_FACTOR}),
}


def objection_ends(happened: Happened) -> bool:
    """Whether the word of whoever holds the account now ends the appeal.

    Not when the account is said to be in the wrong hands: then it is a matter for staff.
    """
    return happened not in (Happened.TAKEN_OVER, Happened.NOT_REGISTERED)


def can_reopen(*, state: TicketState, closed_at: datetime | None, now: datetime, limits: Limits) -> bool:
    """A closed ticket goes on for some days; afterwards a new one is opened."""
    if state is not TicketState.CLOSED or closed_at is None:
        return False
    return now - closed_at < timedelta(days=limits.ticket_reopen_days)


def claim_holds(*, claimed_at: datetime | None, now: datetime, limits: Limits) -> bool:
    """Whether a claim still keeps others away. A forgotten one does not for ever."""
    return claimed_at is not None and now - claimed_at < timedelta(seconds=limits.ticket_claim_seconds)


def is_own_case(*, staff: AccountFacts, customer: AccountFacts | None) -> bool:
    """Whether a member of staff would decide on himself: the same account, phone or e-mail address."""
    if customer is None:
        return False
    same_phone = bool(staff.phone) and staff.phone == customer.phone
    same_email = bool(staff.email) and staff.email.lower() == customer.email.lower()
    return staff.id == customer.id or same_phone or same_email


def takes_effect_at(*, approved_at: datetime, limits: Limits) -> datetime:
    """When an approved remedy is done: the owner has until then to object."""
    return approved_at + timedelta(seconds=limits.remedy_wait_seconds)
