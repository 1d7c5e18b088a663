"""What goes past the usual: one member of staff proposes it, another agrees, and then it is done at once (2.1.22).

The act runs in the name of whoever proposed it, with the roles he has at that moment; the second person stands beside
it in the record. What cannot be done any more is refused, and the proposal stays as it was.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from account_center.accounts.queries import account, phone_digest, places_of_phone, staff_member
from account_center.accounts.services import allow_more_accounts
from account_center.accounts.types import AccountFacts
from account_center.audit.services import record
from account_center.kit.actor import Actor, system_actor
from account_center.kit.masking import mask_phone
from account_center.realname.errors import NoSuchLegalHold
from account_center.realname.services.legal_holds import legal_hold, lift_legal_hold
from account_center.realname.services.quotas import allow_more_verifications, counted
from account_center.realname.services.reopening import reopen, reopenable
from account_center.realname.services.reviewing import require_reviewer
from account_center.realname.types import Counted
from account_center.support import texts
from account_center.support.errors import (
    AnotherPhone,
    NoSuchProposal,
    NotARaise,
    OwnCase,
    OwnProposal,
    ProposalOver,
    ProposalUnderWay,
)
from account_center.support.models import Proposal, Ticket
from account_center.support.rules.states import PROPOSAL_MOVES, is_own_case
from account_center.support.services.notices import tell_channels
from account_center.support.types import LimitTarget, ProposalKind, ProposalState
from account_center.tenants.queries import places_of_phone as tenants_of_phone
from account_center.tenants.queries import tenant
from account_center.tenants.services import allow_more_tenants, require_customer_manager

BATCH = 200


def limit_of_phone(owner: AccountFacts, kind: ProposalKind) -> LimitTarget:
    """The limit of the account's phone."""
    used, allowed = (places_of_phone if kind is ProposalKind.ACCOUNTS_OF_PHONE else tenants_of_phone)(owner.phone)
    subject = phone_digest(owner.phone).hex()
    return LimitTarget(kind, subject, mask_phone(owner.phone), owner.id, None, used, allowed)


def limit_of_number(
    kind: ProposalKind, *, subject: str, shown: str, account_id: int, tenant_id: int | None
) -> LimitTarget:
    """The limit of a document, card or bank account; ``subject`` is its keyed digest as hexadecimal text."""
    found = counted(Counted(kind.value), digest=bytes.fromhex(subject), masked=shown)
    return LimitTarget(kind, subject, shown, account_id, tenant_id, found.used, found.allowed)


def propose_limit(
    *,
    actor: Actor,
    target: LimitTarget,
    allowed: int,
    reason: str,
    note: str,
    key: UUID,
    now: datetime,
    ticket: str = "",
) -> None:
    """A customer manager proposes a higher limit; nothing changes yet. A second click finds what the first one made.

    Raises OnlyCustomerManagers, NotARaise, ProposalUnderWay, OwnCase.
    """
    require_customer_manager(actor)
    _require_raise(target.allowed, allowed)
    row = Proposal(kind=target.kind.value, subject=target.subject, shown=target.shown, allowed=allowed)
    row.account_id, row.tenant_id, row.reason, row.note = target.account_id, target.tenant_id, reason, note
    row.ticket = Ticket.objects.filter(reference=ticket).first() if ticket else None
    propose(actor, row, key=key, now=now)


def propose_reopening(*, actor: Actor, reference: str, reason: str, note: str, key: UUID, now: datetime) -> None:
    """A reviewer proposes to take a refused application up again. Raises what ``reopenable`` raises, ProposalUnderWay."""
    found = reopenable(actor=actor, reference=reference)
    row = Proposal(kind=ProposalKind.REOPEN.value, subject=reference, shown=reference, reason=reason, note=note)
    row.account_id, row.tenant_id = found.tenant.owner_id, found.tenant_id
    propose(actor, row, key=key, now=now)


def propose_lifting(*, actor: Actor, hold_id: int, reason: str, note: str, key: UUID, now: datetime) -> None:
    """A reviewer proposes to lift a legal hold. Raises OnlyReviewers, NoSuchLegalHold, ProposalUnderWay."""
    require_reviewer(actor)
    hold = legal_hold(hold_id)
    tenant_row = tenant(hold.tenant_id)
    if hold.lifted_at is not None or tenant_row is None:
        raise NoSuchLegalHold
    shown = f"{hold.reference} {hold.order}"[:64]
    row = Proposal(kind=ProposalKind.LIFT_HOLD.value, subject=str(hold.id), shown=shown, reason=reason, note=note)
    row.account_id, row.tenant_id = tenant_row.owner_id, tenant_row.id
    propose(actor, row, key=key, now=now)


def propose(actor: Actor, row: Proposal, *, key: UUID, now: datetime) -> None:
    """Writes a new proposal. Raises ProposalUnderWay, OwnCase."""
    _refuse_own_case(actor, row)
    row.public_id, row.state, row.proposed_by_id = key, ProposalState.PROPOSED.value, actor.account_id or 0
    row.proposed_at, row.expires_at = now, now + timedelta(days=settings.LIMITS.proposal_days)
    # One that waited too long makes room, also before the job has come by.
    late = Proposal.objects.filter(kind=row.kind, subject=row.subject, state=ProposalState.PROPOSED.value)
    with transaction.atomic():
        for old in late.select_for_update(of=("self",)).filter(expires_at__lte=now):
            _expire(old, now=now)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as collision:
            if Proposal.objects.filter(public_id=key, subject=row.subject, proposed_by_id=row.proposed_by_id).exists():
                return  # the second of two clicks
            raise ProposalUnderWay from collision
        _note(actor, "support:proposal:proposed", row, reason=row.reason, note=row.note)


@transaction.atomic
def approve_proposal(*, actor: Actor, proposal_id: UUID, now: datetime) -> None:
    """The second person agrees, and it is done in the same transaction.

    Raises OwnProposal, OwnCase, ProposalOver, NoSuchProposal, and what the act itself refuses.
    """
    row = _decidable(actor, proposal_id)
    proposer = staff_member(row.proposed_by_id)
    if row.expires_at <= now or proposer is None:
        raise ProposalOver
    _move(row, ProposalState.DONE, by=actor, now=now)
    ACTS[ProposalKind(row.kind)](row, proposer, now)
    _note(actor, "support:proposal:approved", row, by=proposer.name)


@transaction.atomic
def refuse_proposal(*, actor: Actor, proposal_id: UUID, because: str, now: datetime) -> None:
    """The second person does not agree. Raises OwnProposal, OwnCase, ProposalOver, NoSuchProposal."""
    row = _decidable(actor, proposal_id)
    row.answer = because
    _move(row, ProposalState.REFUSED, by=actor, now=now)
    _note(actor, "support:proposal:refused", row, note=because)


@transaction.atomic
def withdraw_proposal(*, actor: Actor, proposal_id: UUID, now: datetime) -> None:
    """Whoever proposed it thinks better of it. Raises OwnProposal, ProposalOver, NoSuchProposal."""
    row = _locked(proposal_id)
    if row.proposed_by_id != actor.account_id:
        raise OwnProposal
    _move(row, ProposalState.WITHDRAWN, by=actor, now=now)
    _note(actor, "support:proposal:withdrawn", row)


def expire_proposals(*, now: datetime) -> int:
    """Ends what nobody decided in time, each in its own transaction. Returns how many."""
    late = Proposal.objects.filter(state=ProposalState.PROPOSED.value, expires_at__lte=now)
    return sum(_expire_one(pk, now=now) for pk in list(late.values_list("pk", flat=True)[:BATCH]))


@transaction.atomic
def _expire_one(pk: int, *, now: datetime) -> bool:
    row = Proposal.objects.select_for_update(of=("self",)).get(pk=pk)
    if row.state != ProposalState.PROPOSED:
        return False
    _expire(row, now=now)
    return True


def _expire(row: Proposal, *, now: datetime) -> None:
    _move(row, ProposalState.EXPIRED, by=None, now=now)
    _note(system_actor("support"), "support:proposal:expired", row)


def _move(row: Proposal, state: ProposalState, *, by: Actor | None, now: datetime) -> None:
    """The only place where a proposal changes its state. Raises ProposalOver on a move the table lacks."""
    if state not in PROPOSAL_MOVES[ProposalState(row.state)]:
        raise ProposalOver
    row.state, row.decided_at, row.decided_by_id = state.value, now, by.account_id if by else None
    row.save()


def _locked(proposal_id: UUID) -> Proposal:
    row = Proposal.objects.select_for_update(of=("self",)).filter(public_id=proposal_id).first()
    if row is None:
        raise NoSuchProposal
    return row


def _decidable(actor: Actor, proposal_id: UUID) -> Proposal:
    row = _locked(proposal_id)
    if row.proposed_by_id == actor.account_id:
        raise OwnProposal
    _refuse_own_case(actor, row)
    return row


def _refuse_own_case(actor: Actor, row: Proposal) -> None:
    staff = account(actor.account_id or 0)
    if not actor.is_staff or staff is None or is_own_case(staff=staff, customer=account(row.account_id)):
        raise OwnCase


def _require_raise(present: int, allowed: int) -> None:
    most = settings.LIMITS.quota_raise_most
    if not present < allowed <= most:
        raise NotARaise(field="allowed", allowed=present, lowest=present + 1, most=most)


def _raise_phone(row: Proposal, proposer: Actor, now: datetime) -> None:  # noqa: ARG001 - one shape for all acts
    owner = account(row.account_id)
    if owner is None or not owner.phone or phone_digest(owner.phone).hex() != row.subject:
        raise AnotherPhone
    kind, allowed = ProposalKind(row.kind), row.allowed or 0
    _require_raise(limit_of_phone(owner, kind).allowed, allowed)
    if kind is ProposalKind.ACCOUNTS_OF_PHONE:
        allow_more_accounts(actor=proposer, phone=owner.phone, masked=row.shown, allowed=allowed)
    else:
        allow_more_tenants(actor=proposer, phone=owner.phone, allowed=allowed, reason=_sentence(row))
    _tell(row, owner)


def _raise_number(row: Proposal, proposer: Actor, now: datetime) -> None:  # noqa: ARG001 - one shape for all acts
    kind, digest, allowed = Counted(row.kind), bytes.fromhex(row.subject), row.allowed or 0
    _require_raise(counted(kind, digest=digest, masked=row.shown).allowed, allowed)
    allow_more_verifications(
        actor=proposer, id_digest=digest, masked=row.shown, allowed=allowed, reason=_sentence(row), kind=kind
    )
    owner = account(row.account_id)
    if owner is not None:
        _tell(row, owner)


def _tell(row: Proposal, owner: AccountFacts) -> None:
    # The name is older than the second person: a customer's history goes on under it.
    facts = {"quota": row.kind, "allowed": row.allowed, "reason": row.reason, "note": row.note}
    proposer = staff_member(row.proposed_by_id) or system_actor("support")
    record(
        actor=proposer, event="console:quota:raised", account_id=row.account_id, tenant_id=row.tenant_id, facts=facts
    )
    told = texts.limit_raised(
        ProposalKind(row.kind), shown=row.shown, allowed=row.allowed or 0, language=owner.language
    )
    tell_channels(owner, told)


def _sentence(row: Proposal) -> str:
    return f"{row.reason}: {row.note}"


def _reopen(row: Proposal, proposer: Actor, now: datetime) -> None:
    reopen(actor=proposer, reference=row.subject, now=now)


def _lift_hold(row: Proposal, proposer: Actor, now: datetime) -> None:
    lift_legal_hold(actor=proposer, hold_id=int(row.subject), now=now)


ACTS: Mapping[ProposalKind, Callable[[Proposal, Actor, datetime], None]] = {
    ProposalKind.ACCOUNTS_OF_PHONE: _raise_phone,
    ProposalKind.TENANTS_OF_PHONE: _raise_phone,
    ProposalKind.TENANTS_OF_PERSON: _raise_number,
    ProposalKind.TENANTS_OF_ORGANISATION: _raise_number,
    ProposalKind.TENANTS_OF_CARD: _raise_number,
    ProposalKind.FAILURES_OF_ACCOUNT: _raise_number,
    ProposalKind.REOPEN: _reopen,
    ProposalKind.LIFT_HOLD: _lift_hold,
}


def _note(actor: Actor, event: str, row: Proposal, **more: str) -> None:
    subject = row.shown if row.allowed is None else f"{row.shown}: {row.allowed}"
    facts = {"quota": row.kind, "subject": subject, **more}
    if row.kind == ProposalKind.REOPEN:
        facts["reference"] = row.subject  # so that it stands in the timeline of the application
    if row.kind == ProposalKind.LIFT_HOLD:
        record(actor=actor, event=event, facts=facts)  # an order may forbid to tell the customer
        return
    record(actor=actor, event=event, account_id=row.account_id, tenant_id=row.tenant_id, facts=facts)
