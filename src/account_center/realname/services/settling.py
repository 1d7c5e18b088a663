"""Asking the bank and the face comparer, and writing down what they said. Never inside a transaction."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from account_center.audit.services import record
from account_center.documents.errors import ImageErased, ImageHeld, ImageNotFound, StoreAway
from account_center.documents.services import bring_erasure_forward, erase_image, read_image
from account_center.kit.actor import Actor, system_actor
from account_center.kit.sealing import CannotOpen
from account_center.kit.working_days import end_of_working_day
from account_center.plumbing.limiter import spent
from account_center.realname.adapters import bank_card_checker, face_comparer
from account_center.realname.change_rules import is_looked_at
from account_center.realname.errors import ApplicationIsOver
from account_center.realname.models import Application, Subject, Verification
from account_center.realname.ports import CardClaim, CardResult, FaceResult, ProviderAway, ProviderBusy, ProviderSilent
from account_center.realname.rules import MOVES, another_picture_helps, refusal_of, refusal_of_scan
from account_center.realname.services.changes import replace
from account_center.realname.services.claims import tries_budget
from account_center.realname.services.evidence import let_go_of_pictures
from account_center.realname.services.handovers import link_again
from account_center.realname.services.quotas import give_places_back
from account_center.realname.services.telling import change_fact, note_standing, result_of, tell_owner
from account_center.realname.subjects import open_subject
from account_center.realname.texts import Result
from account_center.realname.types import ApplicationState, CardAnswer, Way
from account_center.standing.types import VerificationStatus

log = logging.getLogger(__name__)
# The last four are our own trouble. It must not leave a person waiting for ever: it ends like a provider's silence.
AWAY = (ProviderAway, ProviderBusy, ProviderSilent, StoreAway, ImageErased, ImageNotFound, CannotOpen)

INSTANT = (Way.BANK_CARD.value, Way.SCAN.value)  # the ways that are answered within the request (2.1.2)


@dataclass(frozen=True, slots=True)
class Answers:
    """What the providers said; ``face`` is missing when the bank refused already, ``card`` at a scan."""

    key: UUID  # of the question
    card: CardResult | None
    face: FaceResult | None


def move(row: Application, state: ApplicationState) -> None:
    """The only place where an application changes its state. Raises ApplicationIsOver on a move the table lacks."""
    if state not in MOVES[ApplicationState(row.state)]:
        raise ApplicationIsOver(reference=row.reference)
    row.state = state.value


def settle(*, application_id: int, seconds: float, now: datetime) -> bool:
    """Asks for the answers and decides. False when a provider is silent or away: ask again later, with the same key."""
    row = Application.objects.select_related("subject").get(pk=application_id)
    if row.state != ApplicationState.CHECKING or row.way not in INSTANT:
        return True
    try:
        answers = _ask(row, seconds=seconds)
    except AWAY as away:
        log.info("application %s: no answer, %s", row.reference, type(away).__name__)
        return _lapse_if_old(application_id, now=now)
    decide(application_id=application_id, answers=answers, now=now)
    return True


def _ask(row: Application, *, seconds: float) -> Answers:
    person = open_subject(row.subject)
    question, key = row.provider_key, str(row.provider_key)
    if row.way == Way.SCAN:
        if row.face_id is None:
            raise ImageNotFound
        return Answers(question, card=None, face=_compare(person, row.face_id, key=key, seconds=seconds))
    bank = bank_card_checker()
    card = bank.outcome(key=key) or bank.check(
        CardClaim(
            name=person["name"], id_number=person["id_number"], card_number=person["card"], phone_e164=person["phone"]
        ),
        key=key,
        seconds=seconds,
    )
    if card.answer is not CardAnswer.MATCH or row.face_id is None:
        return Answers(question, card=card, face=None)
    return Answers(question, card=card, face=_compare(person, row.face_id, key=key, seconds=seconds))


def _compare(person: dict[str, str], face_id: UUID, *, key: str, seconds: float) -> FaceResult:
    comparer = face_comparer()
    return comparer.outcome(key=key) or comparer.compare(
        name=person["name"],
        id_number=person["id_number"],
        jpeg=read_image(image_id=face_id),
        key=key,
        seconds=seconds,
    )


@transaction.atomic
def decide(*, application_id: int, answers: Answers, now: datetime) -> None:
    """Writes the decision, once: a second answer to the same question changes nothing."""
    row = Application.objects.select_for_update().select_related("subject", "tenant").get(pk=application_id)
    if row.state != ApplicationState.CHECKING or row.provider_key != answers.key:
        return  # decided meanwhile, or another picture is being compared
    row.card_reference = answers.card.provider_reference if answers.card else ""
    row.face_reference = answers.face.provider_reference if answers.face else ""
    refusal = _refusal_in(answers)
    if refusal and _may_send_another(row, answers, now=now):
        _ask_for_another(row, refusal, now=now)
    elif refusal:
        refuse(row, refusal, now=now)
    else:
        accept(row, now=now)


def _refusal_in(answers: Answers) -> str:
    if answers.card is not None:
        return refusal_of(answers.card.answer, answers.face.answer if answers.face else None)
    if answers.face is None:
        raise ValueError("nobody was asked, so nobody agreed")
    return refusal_of_scan(answers.face.answer)


def _may_send_another(row: Application, answers: Answers, *, now: datetime) -> bool:
    """A scan's picture can be taken anew on the spot, while codes and the day's tries last."""
    if row.way != Way.SCAN or answers.face is None or not another_picture_helps(answers.face.answer):
        return False
    limits = settings.LIMITS
    tried = spent(tries_budget(row.tenant_id), now=now)
    return tried < limits.applications_per_day and row.handovers.count() < limits.handovers_per_application


def _ask_for_another(row: Application, reason: str, *, now: datetime) -> None:
    """Hands a scan back to its phone for another picture, which will be another question; the form is kept."""
    move(row, ApplicationState.DRAFT)
    let_go_of_face(row, now=now)
    give_places_back(row)
    row.refusal, row.provider_key, row.confirmed_at = reason, uuid4(), None
    row.save()
    link_again(row, now=now)
    note_standing(row, VerificationStatus.NONE, now=now)
    record(
        actor=system_actor("realname"),
        event="realname:handover:another_picture",
        account_id=row.tenant.owner_id,
        tenant_id=row.tenant_id,
        facts={"reference": row.reference, "way": row.way, "refusal": reason},
    )


def accept(row: Application, *, now: datetime, actor: Actor | None = None) -> None:
    """What the yes of a quick way means, on the locked row: approved, or for staff where a change's form is to be read."""
    if is_looked_at(row.change_kind()):
        hand_to_staff(row, now=now)
    else:
        approve(row, now=now, actor=actor)


def hand_to_staff(row: Application, *, now: datetime) -> None:
    """Puts an application into the staff's queue, in the caller's transaction, on the locked row."""
    move(row, ApplicationState.REVIEWING)
    let_go_of_face(row, now=now)
    row.submitted_at, row.promised_by = row.submitted_at or now, row.promised_by or promise(now)
    row.save()
    record(
        actor=system_actor("realname"),
        event="realname:application:handed_to_staff",
        account_id=row.tenant.owner_id,
        tenant_id=row.tenant_id,
        facts={"reference": row.reference, "way": row.way, **change_fact(row)},
    )


def promise(now: datetime) -> datetime:
    """By when staff answer (2.1.10)."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return end_of_working_day(now, settings.LIMITS.review_working_days, zone=zone, holidays=settings.HOLIDAYS)


def approve(row: Application, *, now: datetime, actor: Actor | None = None) -> None:
    """Writes the verification, in the caller's transaction, on the locked row."""
    _close(row, ApplicationState.APPROVED, now=now)
    # A verified person's numbers stay as long as the tenant; the retention run sets their end when it is cancelled.
    Subject.objects.filter(pk=row.subject_id).update(erase_at=None)
    replace(row, now=now, actor=actor)
    Verification.objects.create(
        tenant_id=row.tenant_id, application=row, way=row.way, subject_id=row.subject_id, verified_at=now
    )
    _tell(row, VerificationStatus.VERIFIED, "realname:application:approved", now=now, actor=actor)


def refuse(row: Application, refusal: str, *, now: datetime, actor: Actor | None = None) -> None:
    """Writes the refusal (a code of the catalogue), in the caller's transaction, on the locked row."""
    row.refusal = refusal
    _close(row, ApplicationState.REFUSED, now=now)
    give_places_back(row)
    _tell(row, VerificationStatus.FAILED, "realname:application:refused", now=now, actor=actor)


def _lapse_if_old(application_id: int, *, now: datetime) -> bool:
    oldest = now - timedelta(seconds=settings.LIMITS.provider_settle_seconds)
    with transaction.atomic():
        row = Application.objects.select_for_update().select_related("subject", "tenant").get(pk=application_id)
        if row.state != ApplicationState.CHECKING or (row.confirmed_at or now) > oldest:
            return row.state != ApplicationState.CHECKING
        row.refusal = "realname.scan_lapsed" if row.way == Way.SCAN else "realname.provider_lapsed"
        _close(row, ApplicationState.LAPSED, now=now)
        give_places_back(row)
        _tell(row, VerificationStatus.FAILED, "realname:application:lapsed", now=now)
    return True


def _close(row: Application, state: ApplicationState, *, now: datetime) -> None:
    move(row, state)
    row.decided_at = now
    let_go_of_face(row, now=now)
    let_go_of_pictures(row, now=now)
    row.save()


def let_go_of_face(row: Application, *, now: datetime) -> None:
    """The picture has done its work at the decision: face data has the shortest life (GB/T 35273, PIPL 19)."""
    if row.face_id is None:
        return
    try:
        erase_image(image_id=row.face_id, now=now)
    except ImageHeld:
        # A legal hold beats the deletion, not the decision; when it is lifted the picture goes at once.
        log.info("application %s: the face picture is held", row.reference)
        bring_erasure_forward(image_id=row.face_id, erase_at=now)
    else:
        row.face_id = None


def _tell(
    row: Application, status: VerificationStatus, event: str, *, now: datetime, actor: Actor | None = None
) -> None:
    note_standing(row, status, now=now)
    record(
        actor=actor or system_actor("realname"),
        event=event,
        account_id=row.tenant.owner_id,
        tenant_id=row.tenant_id,
        facts={"reference": row.reference, "way": row.way, "refusal": row.refusal, **change_fact(row)},
    )
    tell_owner(row, result_of(row, status))


def tell_asked_again(row: Application, *, actor: Actor) -> None:
    """Notes that staff want pictures anew and tells the owner, in the caller's transaction."""
    record(
        actor=actor,
        event="realname:application:asked_again",
        account_id=row.tenant.owner_id,
        tenant_id=row.tenant_id,
        facts={"reference": row.reference, "way": row.way},
    )
    tell_owner(row, Result.ASKED_AGAIN)
