"""Asking the bank and the face comparer, and writing down what they said. Never inside a transaction."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from account_center.accounts.queries import account
from account_center.audit.services import record
from account_center.documents.errors import ImageErased, ImageHeld, ImageNotFound, StoreAway
from account_center.documents.services import erase_image, read_image
from account_center.kit.actor import Actor, system_actor
from account_center.kit.sealing import CannotOpen
from account_center.messaging.services import queue_email, queue_sms
from account_center.realname.adapters import bank_card_checker, face_comparer
from account_center.realname.errors import ApplicationIsOver
from account_center.realname.models import Application, Subject, Verification
from account_center.realname.ports import CardClaim, CardResult, FaceResult, ProviderAway, ProviderBusy, ProviderSilent
from account_center.realname.rules import MOVES, refusal_of
from account_center.realname.services.evidence import let_go_of_pictures
from account_center.realname.services.quotas import give_places_back
from account_center.realname.subjects import open_subject
from account_center.realname.texts import Result, result_email, result_sms
from account_center.realname.types import ApplicationState, CardAnswer, Party, Way
from account_center.signin.services import phone_country
from account_center.standing.services import note_verification
from account_center.standing.types import CustomerKind, VerificationStatus

log = logging.getLogger(__name__)
# The last four are our own trouble. It must not leave a person waiting for ever: it ends like a provider's silence.
AWAY = (ProviderAway, ProviderBusy, ProviderSilent, StoreAway, ImageErased, ImageNotFound, CannotOpen)


@dataclass(frozen=True, slots=True)
class Answers:
    """What both providers said; ``face`` is missing when the bank refused already."""

    card: CardResult
    face: FaceResult | None


def move(row: Application, state: ApplicationState) -> None:
    """The only place where an application changes its state. Raises ApplicationIsOver on a move the table lacks."""
    if state not in MOVES[ApplicationState(row.state)]:
        raise ApplicationIsOver
    row.state = state.value


def settle(*, application_id: int, seconds: float, now: datetime) -> bool:
    """Asks for the answers and decides. False when a provider is silent or away: ask again later, with the same key."""
    row = Application.objects.select_related("subject").get(pk=application_id)
    if row.state != ApplicationState.CHECKING or row.way != Way.BANK_CARD:
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
    key = str(row.provider_key)
    bank = bank_card_checker()
    card = bank.outcome(key=key) or bank.check(
        CardClaim(
            name=person["name"], id_number=person["id_number"], card_number=person["card"], phone_e164=person["phone"]
        ),
        key=key,
        seconds=seconds,
    )
    if card.answer is not CardAnswer.MATCH or row.face_id is None:
        return Answers(card=card, face=None)
    return Answers(card=card, face=_compare(person, row.face_id, key=key, seconds=seconds))


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
    if row.state != ApplicationState.CHECKING:
        return
    row.card_reference = answers.card.provider_reference
    row.face_reference = answers.face.provider_reference if answers.face else ""
    refusal = refusal_of(answers.card.answer, answers.face.answer if answers.face else None)
    if refusal:
        refuse(row, refusal, now=now)
    else:
        approve(row, now=now)


def approve(row: Application, *, now: datetime, actor: Actor | None = None) -> None:
    """Writes the verification, in the caller's transaction, on the locked row."""
    _close(row, ApplicationState.APPROVED, now=now)
    # A verified person's numbers stay as long as the tenant; the retention run sets their end when it is cancelled.
    Subject.objects.filter(pk=row.subject_id).update(erase_at=None)
    Verification.objects.filter(tenant_id=row.tenant_id, replaced_at__isnull=True).update(replaced_at=now)
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
        row.refusal = "realname.provider_lapsed"
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
        # A legal hold beats the deletion, not the decision; the picture goes by its own date after the release.
        log.info("application %s: the face picture is held", row.reference)
    else:
        row.face_id = None


def _tell(
    row: Application, status: VerificationStatus, event: str, *, now: datetime, actor: Actor | None = None
) -> None:
    note_verification(tenant_id=row.tenant_id, status=status, kind=customer_kind(row), now=now)
    record(
        actor=actor or system_actor("realname"),
        event=event,
        account_id=row.tenant.owner_id,
        tenant_id=row.tenant_id,
        facts={"reference": row.reference, "way": row.way, "refusal": row.refusal},
    )
    tell_owner(row, Result.APPROVED if status is VerificationStatus.VERIFIED else Result.REFUSED)


def customer_kind(row: Application) -> CustomerKind:
    """As whom the tenant is verified."""
    return CustomerKind.ENTERPRISE if row.party == Party.ORGANISATION else CustomerKind.INDIVIDUAL


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


def tell_owner(row: Application, result: Result) -> None:
    """Sends the owner the message, in the caller's transaction."""
    owner = account(row.tenant.owner_id)
    if owner is None:
        return
    if owner.email:
        subject, text = result_email(result, reference=row.reference, language=owner.language)
        # The footer too is in the owner's language, not in that of whoever asked last.
        with override(owner.language):
            queue_email(to=owner.email, subject=subject, text=text, purpose="realname_result")
    elif owner.phone:
        text = result_sms(result, reference=row.reference, language=owner.language)
        country = phone_country(owner.phone, owner.country)
        queue_sms(to=owner.phone, country=country, text=text, purpose="realname_result")
