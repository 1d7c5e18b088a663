"""Staff take a refused application up again: never silently, and two of them agree (see the room of support)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from account_center.audit.services import record
from account_center.documents.services import put_erasure_off
from account_center.kit.actor import Actor
from account_center.realname.errors import (
    AlreadyVerified,
    BeingChecked,
    CannotReopen,
    NoSuchApplication,
    NothingLeftToReview,
)
from account_center.realname.models import OPEN_STATES, Application, Evidence, Verification
from account_center.realname.services.evidence import longest_kept
from account_center.realname.services.old_pictures import ask_anew, far_enough, goes_before
from account_center.realname.services.quotas import take_places
from account_center.realname.services.reviewing import refuse_own_application, require_reviewer
from account_center.realname.services.settling import move, promise
from account_center.realname.services.telling import change_fact, note_standing, tell_owner
from account_center.realname.texts import Result
from account_center.realname.types import ApplicationState, Way
from account_center.standing.types import VerificationStatus

REVIEWED = (Way.DOCUMENT.value, Way.ENTERPRISE_PAPERS.value)


def reopenable(*, actor: Actor, reference: str) -> Application:
    """The application, if it can be taken up again now.

    Raises OnlyReviewers, NoSuchApplication, NotYourOwnCase, CannotReopen, NothingLeftToReview, AlreadyVerified,
    BeingChecked.
    """
    require_reviewer(actor)
    row = Application.objects.select_related("subject", "tenant").filter(reference=reference).first()
    if row is None:
        raise NoSuchApplication
    refuse_own_application(actor, row)
    _refuse(row)
    return row


@transaction.atomic
def reopen(*, actor: Actor, reference: str, now: datetime) -> ApplicationState:
    """Puts it back before the reviewers; pictures that were erased meanwhile are asked for. The customer is told.

    Raises what ``reopenable`` raises, and PersonFull, OrganisationFull when the places are taken by now.
    """
    require_reviewer(actor)
    rows = Application.objects.select_for_update(of=("self",)).select_related("subject", "tenant")
    row = rows.filter(reference=reference).first()
    if row is None:
        raise NoSuchApplication
    refuse_own_application(actor, row)
    row.subject.refresh_from_db(
        fields=["erased_at"]
    )  # as it is now that the row is locked: its day may have come meanwhile
    _refuse(row)
    take_places(row)
    _go_back(row, now=now)
    note_standing(row, VerificationStatus.IN_PROGRESS, now=now)
    record(
        actor=actor,
        event="realname:application:reopened",
        account_id=row.tenant.owner_id,
        tenant_id=row.tenant_id,
        facts={"reference": row.reference, "way": row.way, **change_fact(row)},
    )
    tell_owner(row, Result.REOPENED)
    return ApplicationState(row.state)


def _refuse(row: Application) -> None:
    if row.state != ApplicationState.REFUSED or row.way not in REVIEWED:
        raise CannotReopen
    if row.subject.erased_at is not None:
        raise NothingLeftToReview
    live = Verification.objects.filter(tenant_id=row.tenant_id, replaced_at__isnull=True).first()
    # A change goes on only from the verification that it was to replace.
    if (live.pk if live else None) != row.replaces_id:
        raise AlreadyVerified
    if Application.objects.filter(tenant_id=row.tenant_id, state__in=OPEN_STATES).exists():
        raise BeingChecked


def _go_back(row: Application, *, now: datetime) -> None:
    missing = _prepare(Evidence.objects.filter(application=row, replaced_at__isnull=True), now=now)
    move(row, ApplicationState.ASKED_AGAIN if missing else ApplicationState.REVIEWING)
    row.refusal, row.decided_at, row.reviewer_id, row.claimed_at = "", None, None, None
    row.submitted_at, row.promised_by = now, promise(now)
    # What was typed is needed as long as it would be after a new attempt.
    row.subject.erase_at = now + timedelta(days=settings.LIMITS.application_keep_days)
    row.subject.save(update_fields=["erase_at"])
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as other:
        raise BeingChecked from other  # the customer has just begun another one


def _prepare(pictures: Iterable[Evidence], *, now: datetime) -> int:
    """Takes the verdicts back. What is there stays for the new decision; the rest, or what is old, is asked for anew."""
    missing = 0
    for one in pictures:
        kept = put_erasure_off(image_id=one.image_id, erase_at=longest_kept(one.uploaded_at))
        if kept and not goes_before(one, far_enough(now)):
            one.verdict, one.reason, one.judged_at, one.judged_by = "", "", None, None
            one.save()
        else:
            ask_anew(one, now=now)
            missing += 1
    return missing
