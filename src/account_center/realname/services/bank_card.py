"""Verifying an individual by bank card: form and picture, code to the card's phone, bank and face comparer, decision."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from account_center.documents.services import keep_image, reencode_image
from account_center.documents.types import CleanImage, DocumentKind
from account_center.kit.actor import Actor
from account_center.kit.bank_card import parse_card
from account_center.plumbing.limiter import spend
from account_center.plumbing.work import enqueue
from account_center.realname.errors import ApplicationIsOver, NoSuchApplication
from account_center.realname.models import Application
from account_center.realname.services.applications import CONSENT_VERSION, drop_draft, end, keep_draft, new_reference
from account_center.realname.services.changes import Change, bind_change, prepare
from account_center.realname.services.claims import refusals_of, spend_form, too_many_tries, tries_budget
from account_center.realname.services.quotas import take_places
from account_center.realname.services.settling import INSTANT, move, settle
from account_center.realname.services.telling import note_application, note_kind, note_standing
from account_center.realname.subjects import keep_subject
from account_center.realname.types import ApplicationState, ApplicationView, ChangeAsked, PersonClaim, Way
from account_center.signin.errors import CodeTooSoon
from account_center.signin.services.codes import require_right, resend_code, send_code, try_code, use_proof
from account_center.signin.types import ChallengeView, Channel, CodeVerdict, Purpose
from account_center.standing.types import VerificationStatus

RECOVER_AFTER = timedelta(seconds=30)
BATCH = 200


def begin_bank_card(
    *,
    actor: Actor,
    tenant_id: int,
    owner_id: int,
    claim: PersonClaim,
    face: bytes,
    now: datetime,
    change: ChangeAsked | None = None,
) -> ApplicationView:
    """Keeps the form and the face picture sealed and sends the code to the card's phone.

    A draft that waits for its code is replaced. Raises the first refusal of ``refusals_of``, the refusals of the
    picture, and those of sending a code; then nothing is kept. TooManyTries when the day's forms are used up.
    ``change``: what a verified tenant wants changed (2.4.4); FreshProofMissing.
    """
    refusals = spend_form(tenant_id, now=now) or refusals_of(claim, tenant_id=tenant_id, now=now, change=change)
    if refusals:
        raise refusals[0]
    changed, wrong = prepare(change, tenant_id=tenant_id, now=now)
    if wrong:
        raise wrong[0]
    picture = reencode_image(face)
    code = _code_to(claim, actor=actor, owner_id=owner_id, now=now)
    draft = Draft(actor, tenant_id, owner_id, claim, picture, code, changed, now)
    return keep_draft(tenant_id, lambda: _replace_draft(draft))


def _code_to(claim: PersonClaim, *, actor: Actor, owner_id: int, now: datetime) -> UUID:
    """The challenge whose code goes to the card's phone; the one on its way if the form comes twice or is mended."""
    try:
        sent = send_code(
            actor=actor,
            purpose=Purpose.BANK_CARD,
            channel=Channel.SMS,
            recipient=claim.phone,
            country=claim.phone_country,
            account_id=owner_id,
            now=now,
        )
    except CodeTooSoon as refusal:
        if refusal.challenge is None:
            raise
        return refusal.challenge  # of the same account to the same phone
    return sent.id


@dataclass(frozen=True, slots=True)
class Draft:
    """What becomes a draft."""

    actor: Actor
    tenant_id: int
    owner_id: int
    claim: PersonClaim
    picture: CleanImage
    code: UUID
    change: Change | None
    now: datetime


@transaction.atomic
def _replace_draft(draft: Draft) -> ApplicationView:
    limits, now = settings.LIMITS, draft.now
    drop_draft(draft.tenant_id, now=now)
    row = _draft_row(draft)
    erase_at = now + timedelta(days=limits.face_keep_days)
    owner = f"realname.application:{row.reference}"
    row.face_id = keep_image(image=draft.picture, kind=DocumentKind.FACE, owner=owner, erase_at=erase_at)
    row.save(force_insert=True)
    bind_change(row, draft.change, now=now)
    note_kind(row, actor=draft.actor, now=now)
    note_application(row, "realname:application:begun", actor=draft.actor, owner_id=draft.owner_id)
    return row.view()


def _draft_row(draft: Draft) -> Application:
    bank = parse_card(draft.claim.card_number).bank
    erase_at = draft.now + timedelta(days=settings.LIMITS.application_keep_days)
    return Application(
        reference=new_reference(),
        tenant_id=draft.tenant_id,
        way=Way.BANK_CARD.value,
        state=ApplicationState.DRAFT.value,
        subject=keep_subject(draft.claim, now=draft.now, erase_at=erase_at),
        bank_code=bank.code if bank else "",
        challenge_id=draft.code,
        consented_at=draft.now,
        consent_version=CONSENT_VERSION,
        created_at=draft.now,
    )


def send_card_code_again(*, actor: Actor, tenant_id: int, reference: str, now: datetime) -> ChallengeView:
    """Another code for a draft. Raises NoSuchApplication, ApplicationIsOver, CodeTooSoon, TooManyCodes."""
    row = _draft(tenant_id, reference)
    return resend_code(actor=actor, challenge_id=_challenge(row), now=now)


def confirm_bank_card(*, actor: Actor, tenant_id: int, reference: str, digits: str, now: datetime) -> ApplicationView:
    """With the right code the bank and the comparer are asked, and usually answer at once (2.2.4).

    Raises the refusals of codes, TooManyTries, and what stands in the way meanwhile. A silent provider leaves the
    application ``checking``; the worker keeps asking.
    """
    row = _find(tenant_id, reference)
    if row.state != ApplicationState.DRAFT:
        return row.view()  # the same post again
    challenge = _challenge(row)
    answer = try_code(challenge_id=challenge, purpose=Purpose.BANK_CARD, digits=digits, now=now)
    if answer.verdict is not CodeVerdict.RIGHT and _find(tenant_id, reference).state != ApplicationState.DRAFT:
        return _find(tenant_id, reference).view()  # the other click of a double click was faster
    require_right(answer)
    if _start_check(actor, row.pk, challenge, now=now):
        settle(application_id=row.pk, seconds=settings.LIMITS.provider_seconds, now=now)
    return _find(tenant_id, reference).view()


@transaction.atomic
def _start_check(actor: Actor, application_id: int, challenge: UUID, *, now: datetime) -> bool:
    """Uses the proof, takes both places and writes the intent; the job beside it survives a kill of this process."""
    row = Application.objects.select_for_update().select_related("subject", "tenant").get(pk=application_id)
    if row.state != ApplicationState.DRAFT:
        return False
    # In here, so that only a check that really starts counts against the day.
    if spend([tries_budget(row.tenant_id)], now=now) is not None:
        raise too_many_tries(row.tenant_id, now=now)
    use_proof(challenge, purpose=Purpose.BANK_CARD, now=now)
    take_places(row)
    move(row, ApplicationState.CHECKING)
    row.confirmed_at = now
    row.save()
    note_standing(row, VerificationStatus.IN_PROGRESS, now=now)
    note_application(row, "realname:application:submitted", actor=actor, owner_id=row.tenant.owner_id)
    enqueue("realname.settle", {"application_id": row.pk}, key=f"settle:{row.pk}", due=now + RECOVER_AFTER)
    return True


def ask_again(*, now: datetime) -> int:
    """Sees to it that every check without an answer has a job that asks. Returns how many checks there are."""
    waiting = Application.objects.filter(
        way__in=INSTANT, state=ApplicationState.CHECKING.value, confirmed_at__lt=now - RECOVER_AFTER
    )
    ids = list(waiting.values_list("pk", flat=True)[:BATCH])
    for application_id in ids:
        enqueue("realname.settle", {"application_id": application_id}, key=f"settle:{application_id}")
    return len(ids)


@transaction.atomic
def cancel_application(*, actor: Actor, tenant_id: int, reference: str, now: datetime) -> None:
    """The customer gives a draft up; what was typed and the picture are erased. Raises ApplicationIsOver."""
    row = _draft(tenant_id, reference)
    row = Application.objects.select_for_update().select_related("subject", "tenant").get(pk=row.pk)
    if row.state != ApplicationState.DRAFT:
        # The code, or the picture of a phone, was faster: an answer is on its way.
        raise ApplicationIsOver(reference=reference)
    end(row, ApplicationState.CANCELLED, now=now)
    note_application(row, "realname:application:cancelled", actor=actor, owner_id=row.tenant.owner_id)


@transaction.atomic
def lapse_drafts(*, now: datetime) -> int:
    """Ends drafts whose code never came. Returns how many."""
    oldest = now - timedelta(seconds=settings.LIMITS.application_draft_seconds)
    stale = Application.objects.select_for_update().filter(state=ApplicationState.DRAFT.value, created_at__lt=oldest)
    rows = list(stale.select_related("subject")[:BATCH])
    for row in rows:
        end(row, ApplicationState.LAPSED, now=now)
    return len(rows)


def _draft(tenant_id: int, reference: str) -> Application:
    row = _find(tenant_id, reference)
    if row.state != ApplicationState.DRAFT:
        raise ApplicationIsOver(reference=reference)
    return row


def _find(tenant_id: int, reference: str) -> Application:
    rows = Application.objects.select_related("subject", "tenant")
    row = rows.filter(tenant_id=tenant_id, reference=reference).first()
    if row is None:
        raise NoSuchApplication
    return row


def _challenge(row: Application) -> UUID:
    if row.challenge_id is None:
        raise ApplicationIsOver
    return row.challenge_id
