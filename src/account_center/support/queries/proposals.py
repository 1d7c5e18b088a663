"""Reading proposals, and what tickets wish for. Every list is one query."""

from dataclasses import replace
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from account_center.accounts.queries import account
from account_center.accounts.queries import places_of_phone as accounts_of_phone
from account_center.realname.services.quotas import counted
from account_center.realname.types import Counted
from account_center.support.models import Proposal, Wish
from account_center.support.types import LimitTarget, ProposalKind, ProposalState, ProposalView, WishView
from account_center.tenants.queries import places_of_phone as tenants_of_phone

LISTED = 20
OF_PHONES = (ProposalKind.ACCOUNTS_OF_PHONE, ProposalKind.TENANTS_OF_PHONE)
PROPOSAL_WORDS: dict[ProposalKind, str | Promise] = {
    ProposalKind.ACCOUNTS_OF_PHONE: gettext_lazy("more accounts for a phone"),
    ProposalKind.TENANTS_OF_PHONE: gettext_lazy("more tenants for a phone"),
    ProposalKind.TENANTS_OF_PERSON: gettext_lazy("more verified accounts for a person"),
    ProposalKind.TENANTS_OF_ORGANISATION: gettext_lazy("more verified accounts for an organisation"),
    ProposalKind.TENANTS_OF_CARD: gettext_lazy("more verified accounts for a bank card"),
    ProposalKind.FAILURES_OF_ACCOUNT: gettext_lazy("more attempts for a company's bank account"),
    ProposalKind.REOPEN: gettext_lazy("taking a verification up again"),
    ProposalKind.LIFT_HOLD: gettext_lazy("lifting a legal hold"),
}
PROPOSAL_STATE_WORDS: dict[ProposalState, tuple[str, str | Promise]] = {
    ProposalState.PROPOSED: ("wait", gettext_lazy("waits for a second person")),
    ProposalState.DONE: ("ok", pgettext_lazy("proposal", "agreed and done")),
    ProposalState.REFUSED: ("no", pgettext_lazy("proposal", "refused")),
    ProposalState.WITHDRAWN: ("info", pgettext_lazy("proposal", "withdrawn")),
    ProposalState.EXPIRED: ("info", pgettext_lazy("proposal", "nobody decided in time")),
}


def open_proposals(*, after: int = 0) -> list[ProposalView]:
    """What waits for a second person, the oldest first; ``after`` is the number of the last row before (keyset)."""
    rows = _rows().filter(state=ProposalState.PROPOSED.value, pk__gt=after)
    return [_view(row) for row in rows.order_by("pk")[:LISTED]]


def waiting_proposals() -> int:
    """How many wait for a second person."""
    return Proposal.objects.filter(state=ProposalState.PROPOSED.value).count()


def proposal(proposal_id: UUID) -> ProposalView | None:
    """One of them, whatever its state."""
    row = _rows().filter(public_id=proposal_id).first()
    if row is None:
        return None
    used, present = _present(row)
    return replace(_view(row), used=used, present=present)


def _present(row: Proposal) -> tuple[int, int]:
    """What is used of a limit, and how much of it there is before anything is decided."""
    kind = ProposalKind(row.kind)
    if not kind.is_limit:
        return 0, 0
    if kind in OF_PHONES:
        owner = account(row.account_id)
        places = accounts_of_phone if kind is ProposalKind.ACCOUNTS_OF_PHONE else tenants_of_phone
        return places(owner.phone) if owner else (0, 0)
    found = counted(Counted(row.kind), digest=bytes.fromhex(row.subject), masked=row.shown)
    return found.used, found.allowed


def proposals_of_ticket(reference: str) -> list[ProposalView]:
    """What was proposed because of a ticket, newest first."""
    return [_view(row) for row in _rows().filter(ticket__reference=reference).order_by("-pk")[:LISTED]]


def proposals_about(account_id: int) -> list[ProposalView]:
    """What was proposed for a customer, newest first."""
    return [_view(row) for row in _rows().filter(account_id=account_id).order_by("-pk")[:LISTED]]


def wish_of(reference: str) -> WishView | None:
    """The higher limit that a ticket asks for, with what is used of it now."""
    row = (
        Wish.objects.select_related("ticket").filter(ticket__reference=reference, ticket__account__isnull=False).first()
    )
    if row is None:
        return None
    kind, ticket = ProposalKind(row.kind), row.ticket
    found = counted(Counted(row.kind), digest=bytes.fromhex(row.subject), masked=row.shown)
    target = LimitTarget(
        kind, row.subject, row.shown, ticket.account_id or 0, ticket.tenant_id, found.used, found.allowed
    )
    return WishView(target=target, wanted=row.wanted)


def _rows() -> QuerySet[Proposal]:
    return Proposal.objects.select_related("proposed_by", "decided_by", "ticket")


def _view(row: Proposal) -> ProposalView:
    return ProposalView(
        id=row.public_id,
        number=row.pk,
        kind=ProposalKind(row.kind),
        state=ProposalState(row.state),
        shown=row.shown,
        allowed=row.allowed,
        account_id=row.account_id,
        ticket=row.ticket.reference if row.ticket else "",
        reason=row.reason,
        note=row.note,
        proposed_by=row.proposed_by_id,
        proposed_name=row.proposed_by.name,
        proposed_at=row.proposed_at,
        expires_at=row.expires_at,
        decided_name=row.decided_by.name if row.decided_by else "",
        decided_at=row.decided_at,
        answer=row.answer,
        reference=row.shown.partition(" ")[0] if not ProposalKind(row.kind).is_limit else "",
    )
