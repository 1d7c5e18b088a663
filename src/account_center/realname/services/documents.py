"""Verifying an individual by document: form and pictures in one step, then staff look (2.2.10)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from account_center.kit.actor import Actor
from account_center.kit.refused import Refused
from account_center.plumbing.limiter import spent
from account_center.plumbing.quota import has_place, places
from account_center.realname.errors import (
    ApplicationIsOver,
    BeingChecked,
    ExpiredDocument,
    NoSuchApplication,
    PersonFull,
    TooYoung,
)
from account_center.realname.models import OPEN_STATES, Application, Evidence, PersonQuota
from account_center.realname.rules import EVIDENCE, judge_document, may_be_withdrawn
from account_center.realname.services.applications import CONSENT_VERSION, end, new_reference
from account_center.realname.services.changes import bar_of, refusal_of_bar
from account_center.realname.services.claims import MAINLAND, spend_form, too_many_tries, tries_budget
from account_center.realname.services.evidence import clean_pictures, keep_pictures
from account_center.realname.services.gate import refusals_at_the_gate
from account_center.realname.services.quotas import give_places_back
from account_center.realname.services.settling import move, promise
from account_center.realname.services.submitting import Form, Intake, submit
from account_center.realname.services.telling import note_application, note_standing
from account_center.realname.subjects import document_digest, keep_document_subject
from account_center.realname.types import (
    ApplicationState,
    ApplicationView,
    ChangeAsked,
    DocumentClaim,
    DocumentFacts,
    Obstacle,
    Party,
    Slot,
    Verdict,
    Way,
)
from account_center.standing.types import VerificationStatus


def submit_document(
    *,
    actor: Actor,
    tenant_id: int,
    owner_id: int,
    claim: DocumentClaim,
    uploads: Mapping[Slot, bytes],
    now: datetime,
    change: ChangeAsked | None = None,
) -> tuple[ApplicationView | None, list[Refused]]:
    """Keeps form and pictures sealed and puts the application into the staff's queue; or every refusal at once.

    As ``submit`` does it, with the pictures of ``EVIDENCE[claim.kind]``. ``change``: what a verified tenant wants changed
    (2.4.4). Raises FreshProofMissing.
    """
    form = Form(actor, tenant_id, owner_id, claim, uploads, change, now)
    return submit(form, Intake(EVIDENCE[claim.kind], refusals_of_document, _create))


def _create(form: Form[DocumentClaim]) -> Application:
    now = form.now
    keep_until = now + timedelta(days=settings.LIMITS.application_keep_days)
    return Application.objects.create(
        reference=new_reference(),
        tenant_id=form.tenant_id,
        way=Way.DOCUMENT.value,
        state=ApplicationState.REVIEWING.value,
        subject=keep_document_subject(form.claim, now=now, erase_at=keep_until),
        consented_at=now,
        consent_version=CONSENT_VERSION,
        created_at=now,
        submitted_at=now,
        promised_by=promise(now),
    )


def send_pictures_again(
    *, actor: Actor, tenant_id: int, reference: str, uploads: Mapping[Slot, bytes], now: datetime
) -> list[Refused]:
    """Takes the pictures that staff asked for again; with the last the application goes back into the queue. Returns refusals.

    Each form counts against the day's, since drawing what cannot be used costs us too. Raises NoSuchApplication,
    ApplicationIsOver.
    """
    row = _asked_again(tenant_id, reference)
    used_up = spend_form(tenant_id, now=now)
    if used_up:
        return used_up
    wanted = [asked.slot for asked in row.view().asked]
    pictures, wrong = clean_pictures({slot: uploads[slot] for slot in wanted if slot in uploads})
    if wrong:
        return wrong
    with transaction.atomic():
        row = Application.objects.select_for_update().select_related("subject", "tenant").get(pk=row.pk)
        if row.state != ApplicationState.ASKED_AGAIN:
            return []  # the other click of a double click sent them
        keep_pictures(row, pictures, now=now)
        note_application(row, "realname:application:sent_again", actor=actor, owner_id=row.tenant.owner_id)
        if not row.view().asked:  # another one may have been asked for while these were on their way
            _back_to_staff(row, now=now)
    return []


def _back_to_staff(row: Application, *, now: datetime) -> None:
    move(row, ApplicationState.REVIEWING)
    row.submitted_at, row.promised_by, row.reviewer_id, row.claimed_at = now, promise(now), None, None
    row.save()


@transaction.atomic
def withdraw(*, actor: Actor, tenant_id: int, reference: str, now: datetime) -> None:
    """The customer gives the application up; numbers and pictures are erased. Whatever answers later changes nothing.

    Raises NoSuchApplication, ApplicationIsOver.
    """
    row = (
        Application.objects.select_for_update()
        .select_related("subject", "tenant")
        .filter(tenant_id=tenant_id, reference=reference)
        .first()
    )
    if row is None:
        raise NoSuchApplication
    if not may_be_withdrawn(Way(row.way), ApplicationState(row.state)):
        raise ApplicationIsOver(reference=reference)
    end(row, ApplicationState.CANCELLED, now=now)
    give_places_back(row)
    note_standing(row, VerificationStatus.NONE, now=now)
    note_application(row, "realname:application:cancelled", actor=actor, owner_id=row.tenant.owner_id)


def lapse_asked_again(*, now: datetime) -> int:
    """Ends applications whose pictures were asked for and never came. Returns how many."""
    return sum(_lapse(pk, now=now) for pk in _left_alone(now).values_list("pk", flat=True)[:200])


def _left_alone(now: datetime) -> QuerySet[Application]:
    """The days count from the asking: however long staff took before, the customer has all of them."""
    oldest = now - timedelta(days=settings.LIMITS.asked_again_days)
    asked = Evidence.objects.filter(verdict=Verdict.AGAIN.value, replaced_at__isnull=True, judged_at__gte=oldest)
    waiting = Application.objects.filter(state=ApplicationState.ASKED_AGAIN.value, submitted_at__lt=oldest)
    return waiting.filter(~Exists(asked.filter(application_id=OuterRef("pk"))))


@transaction.atomic
def _lapse(pk: int, *, now: datetime) -> bool:
    row = Application.objects.select_for_update().select_related("subject", "tenant").get(pk=pk)
    if not _left_alone(now).filter(pk=pk).exists():
        return False  # sent, or asked for another one, a moment ago
    row.refusal = f"realname.{'papers' if row.party == Party.ORGANISATION else 'pictures'}_never_came"
    end(row, ApplicationState.LAPSED, now=now)
    give_places_back(row)
    note_standing(row, VerificationStatus.FAILED, now=now)
    return True


def refusals_of_document(
    claim: DocumentClaim, *, tenant_id: int, now: datetime, change: ChangeAsked | None = None
) -> list[Refused]:
    """Everything that stands in the way of this claim, with its figures; empty if nothing does."""
    facts = document_facts(claim, tenant_id=tenant_id, now=now, change=change)
    found = judge_document(claim, facts, settings.LIMITS)
    return [
        *refusals_at_the_gate(tenant_id),
        *(_refusal(obstacle, facts, claim, tenant_id=tenant_id, now=now) for obstacle in found),
    ]


def document_facts(
    claim: DocumentClaim, *, tenant_id: int, now: datetime, change: ChangeAsked | None = None
) -> DocumentFacts:
    """What the rule needs to know."""
    person = document_digest(claim.identity)
    used, allowed = places(PersonQuota, digest=person, allowed=settings.LIMITS.verifications_per_person)
    busy = [state for state in OPEN_STATES if state != ApplicationState.DRAFT]
    return DocumentFacts(
        today=mainland_today(now),
        barred=bar_of(tenant_id=tenant_id, party=Party.PERSON, digest=person, name=claim.name, asked=change),
        busy=Application.objects.filter(tenant_id=tenant_id, state__in=busy).exists(),
        tried_today=spent(tries_budget(tenant_id), now=now),
        person_used=used,
        person_allowed=allowed,
        has_person_place=has_place(PersonQuota, digest=person, holder=tenant_id),
    )


def mainland_today(now: datetime) -> date:
    """The calendar day by which ages and expiries count."""
    return now.astimezone(MAINLAND).date()


def _refusal(
    obstacle: Obstacle, facts: DocumentFacts, claim: DocumentClaim, *, tenant_id: int, now: datetime
) -> Refused:
    match obstacle:
        case Obstacle.TOO_YOUNG:
            return TooYoung(field="birth", age=settings.LIMITS.adult_age_years)
        case Obstacle.EXPIRED_DOCUMENT:
            return ExpiredDocument(field="expires", expired=claim.expires.isoformat() if claim.expires else "")
        case Obstacle.PERSON_FULL:
            return PersonFull(field="number", used=facts.person_used, allowed=facts.person_allowed)
        case Obstacle.TOO_MANY_TRIES:
            return too_many_tries(tenant_id, now=now)
        case Obstacle.BEING_CHECKED:
            return BeingChecked()
        case _:
            return refusal_of_bar(obstacle)


def _asked_again(tenant_id: int, reference: str) -> Application:
    row = Application.objects.select_related("subject").filter(tenant_id=tenant_id, reference=reference).first()
    if row is None:
        raise NoSuchApplication
    if row.state != ApplicationState.ASKED_AGAIN:
        raise ApplicationIsOver(reference=reference)
    return row
