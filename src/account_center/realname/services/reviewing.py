"""Staff decide on applications: one member of staff has a case at a time, and every look and verdict is written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from account_center.accounts.queries import account
from account_center.audit.services import record
from account_center.documents.services import keep_readable, read_image
from account_center.kit.actor import Actor, StaffRole
from account_center.kit.limits import MINUTE
from account_center.realname.errors import (
    CaseIsOver,
    CaseTaken,
    NoSuchApplication,
    NotYourOwnCase,
    OnlyReviewers,
    VerdictMissing,
)
from account_center.realname.models import Application, Evidence
from account_center.realname.rules import REASONS, claims_before, is_claimed, outcome_of
from account_center.realname.services.changes import change_case
from account_center.realname.services.machine_reading import readings_of
from account_center.realname.services.old_pictures import ask_anew
from account_center.realname.services.settling import approve, move, refuse, tell_asked_again
from account_center.realname.subjects import stated_by
from account_center.realname.types import (
    ApplicationState,
    EvidenceView,
    Party,
    ReviewCase,
    ReviewReason,
    Slot,
    Verdict,
    code_of,
)

Judged = tuple[Verdict, ReviewReason | None]
_ERASED = (ApplicationState.CANCELLED.value, ApplicationState.LAPSED.value)  # ended without a decision: nothing is kept


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a case."""

    reference: str
    state: ApplicationState


def require_reviewer(actor: Actor) -> None:
    """Raises OnlyReviewers for everybody but staff with this role."""
    if not (actor.is_staff and StaffRole.REVIEWER in actor.roles):
        raise OnlyReviewers


def claim_case(*, actor: Actor, reference: str, now: datetime) -> None:
    """Takes a case for ``review_claim_seconds``, so that two members of staff never work on one.

    Raises CaseTaken, CaseIsOver, NotYourOwnCase, OnlyReviewers, NoSuchApplication.
    """
    row = _for_reviewer(actor, reference)
    free = Application.objects.filter(pk=row.pk, state=ApplicationState.REVIEWING.value).filter(
        Q(reviewer_id__isnull=True)
        | Q(reviewer_id=actor.account_id)
        | Q(claimed_at__lte=claims_before(now, settings.LIMITS))
    )
    with transaction.atomic():
        # The statement compares and writes at once: of two who press at the same moment one gets the case.
        if not free.update(reviewer_id=actor.account_id, claimed_at=now):
            row.refresh_from_db()
            raise _case_taken() if row.state == ApplicationState.REVIEWING else CaseIsOver
        _note(actor, "realname:review:claimed", row)


def release_case(*, actor: Actor, reference: str) -> None:
    """Gives a case back to the queue; nothing happens to somebody else's."""
    row = _for_reviewer(actor, reference)
    with transaction.atomic():
        mine = Application.objects.filter(pk=row.pk, reviewer_id=actor.account_id)
        if mine.update(reviewer_id=None, claimed_at=None):
            _note(actor, "realname:review:released", row)


@transaction.atomic
def open_case(*, actor: Actor, reference: str, now: datetime) -> ReviewCase:
    """The case with what the customer typed, in clear, for the reviewer who has it; the look is an event.

    Raises CaseTaken when the reader does not have the case, CaseIsOver once what was typed is erased, and the refusals of
    ``claim_case``.
    """
    # Locked, so that nobody decides on it, withdraws it or erases its pictures while it is put together.
    row = _for_reviewer(actor, reference, locked=True)
    _require_mine(row, actor, now=now)
    if row.state in _ERASED or row.subject.erased_at is not None:
        raise CaseIsOver
    _note(actor, "realname:review:looked", row)
    stated = stated_by(row.subject)
    return ReviewCase(
        row=row.review_row(),
        tenant_id=row.tenant_id,
        owner_id=row.tenant.owner_id,
        state=ApplicationState(row.state),
        stated=stated,
        evidence=tuple(_view(one) for one in _live(row)),
        register=row.register_findings(),
        readings=readings_of(row, stated, now=now),
        change=change_case(row),
    )


def open_picture(*, actor: Actor, reference: str, slot: Slot, now: datetime) -> bytes:
    """The JPEG of one picture. The look is an event, written before the picture is opened: no note, no look.

    Raises CaseTaken, NoSuchApplication, ImageErased and the refusals of ``claim_case``.
    """
    row = _for_reviewer(actor, reference)
    _require_mine(row, actor, now=now)
    one = _live(row).filter(slot=slot.value).first()
    if one is None:
        raise NoSuchApplication
    with transaction.atomic():
        _note(actor, "realname:review:picture_opened", row, slot=slot.value)
    return read_image(image_id=one.image_id)


@transaction.atomic
def decide_case(*, actor: Actor, reference: str, verdicts: Mapping[Slot, Judged], now: datetime) -> Decided:
    """Writes the verdicts and what they mean together: refused before asked again before approved.

    Raises VerdictMissing if a picture has none, CaseTaken, CaseIsOver (decided or withdrawn meanwhile).
    """
    row = _for_reviewer(actor, reference, locked=True)
    if row.state != ApplicationState.REVIEWING:
        raise CaseIsOver
    _require_mine(row, actor, now=now)
    pictures = list(_live(row))
    if any(Slot(one.slot) not in verdicts for one in pictures):
        raise VerdictMissing
    for one in pictures:
        _judge(one, verdicts[Slot(one.slot)], by=actor, now=now)
    # Nobody is verified by a picture that is not there: whatever was said of it, it is needed once more.
    there = keep_readable(one.image_id for one in pictures)
    for one in pictures:
        if one.image_id not in there and one.verdict != Verdict.REFUSED:
            ask_anew(one, now=now)
    outcome = outcome_of([(Verdict(one.verdict), None) for one in pictures])
    _carry_out(row, outcome, pictures, actor=actor, now=now)
    return Decided(reference=row.reference, state=ApplicationState(row.state))


def _judge(one: Evidence, said: Judged, *, by: Actor, now: datetime) -> None:
    verdict, reason = said
    if (verdict is Verdict.FINE) != (reason is None) or (reason and reason not in REASONS[Slot(one.slot)]):
        raise VerdictMissing
    one.verdict, one.reason = verdict.value, reason.value if reason else ""
    one.judged_at, one.judged_by = now, by.account_id
    one.save()


def _carry_out(
    row: Application, outcome: ApplicationState | None, pictures: list[Evidence], *, actor: Actor, now: datetime
) -> None:
    reasons = [ReviewReason(one.reason) for one in pictures if one.reason]
    match outcome:
        case ApplicationState.APPROVED:
            approve(row, now=now, actor=actor)
        case ApplicationState.REFUSED:
            worst = next(reason for reason in reasons if reason.verdict is Verdict.REFUSED)
            refuse(row, code_of(worst, Party(row.party)), now=now, actor=actor)
        case _:
            move(row, ApplicationState.ASKED_AGAIN)
            row.reviewer_id, row.claimed_at = None, None
            row.save()
            tell_asked_again(row, actor=actor)


def _for_reviewer(actor: Actor, reference: str, *, locked: bool = False) -> Application:
    require_reviewer(actor)
    rows = Application.objects.select_related("subject", "tenant")
    if locked:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(reference=reference, submitted_at__isnull=False).first()
    if row is None:
        raise NoSuchApplication
    refuse_own_application(actor, row)
    return row


def refuse_own_application(actor: Actor, row: Application) -> None:
    """Nobody decides on himself: known by the phone and the e-mail of the staff account. Raises NotYourOwnCase."""
    mine, theirs = account(actor.account_id or 0), account(row.tenant.owner_id)
    if mine is None or theirs is None:
        return
    same_phone = bool(mine.phone) and mine.phone == theirs.phone
    same_email = bool(mine.email) and mine.email.lower() == theirs.email.lower()
    if mine.id == theirs.id or same_phone or same_email:
        raise NotYourOwnCase


def _require_mine(row: Application, actor: Actor, *, now: datetime) -> None:
    by = actor.account_id or 0
    taken = is_claimed(reviewer_id=row.reviewer_id, claimed_at=row.claimed_at, by=by, now=now, limits=settings.LIMITS)
    if taken or row.reviewer_id != by:
        raise _case_taken()


def _case_taken() -> CaseTaken:
    return CaseTaken(minutes=settings.LIMITS.review_claim_seconds // MINUTE)


def _live(row: Application) -> QuerySet[Evidence]:
    return Evidence.objects.filter(application=row, replaced_at__isnull=True).order_by("pk")


def _view(one: Evidence) -> EvidenceView:
    return EvidenceView(
        slot=Slot(one.slot),
        image_id=UUID(str(one.image_id)),
        uploaded_at=one.uploaded_at,
        verdict=Verdict(one.verdict) if one.verdict else None,
        reason=ReviewReason(one.reason) if one.reason else None,
    )


def _note(actor: Actor, event: str, row: Application, **more: str) -> None:
    facts = {"reference": row.reference, **more}
    record(actor=actor, event=event, account_id=row.tenant.owner_id, tenant_id=row.tenant_id, facts=facts)
