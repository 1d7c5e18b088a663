"""Pictures of open applications whose longest time is near: asked for anew, so that no reviewer finds a hole.

A picture goes some time after the decision, and ``picture_longest_days`` after its upload at the latest, decided or
not. An application that is still open then has lain too long on somebody's side: the customer is asked for the
picture once more, and if it never comes the application ends like any other whose pictures never came.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from account_center.documents.queries import image_facts
from account_center.kit.actor import system_actor
from account_center.realname.models import Application, Evidence
from account_center.realname.services.settling import move, tell_asked_again
from account_center.realname.types import ApplicationState, ReviewReason, Verdict

WAITING = (ApplicationState.REVIEWING.value, ApplicationState.ASKED_AGAIN.value)


def soon(now: datetime) -> datetime:
    """A picture that goes before this is asked for anew."""
    return now + timedelta(days=settings.LIMITS.picture_renewal_days)


def far_enough(now: datetime) -> datetime:
    """What goes before this is asked for together with it: else it would be next, as soon as the customer has answered."""
    return soon(now) + timedelta(days=settings.LIMITS.asked_again_days)


def goes_before(one: Evidence, moment: datetime) -> bool:
    """Whether the picture is erased, or will be before ``moment``. What an order keeps, stays."""
    facts = image_facts(one.image_id)
    return not facts.readable or (facts.erase_at <= moment and not facts.held_because)


def ask_anew(one: Evidence, *, now: datetime) -> None:
    """Notes that the picture is needed once more, through nobody's fault."""
    one.verdict, one.reason = Verdict.AGAIN.value, ReviewReason.ERASED.value
    one.judged_at, one.judged_by = now, None
    one.save()


def ask_for_old_pictures(*, now: datetime) -> int:
    """Asks for the pictures of open applications that would go before anybody decides. Returns how many applications."""
    uploaded_before = soon(now) - timedelta(days=settings.LIMITS.picture_longest_days)
    old = Evidence.objects.filter(
        application__state__in=WAITING, replaced_at__isnull=True, uploaded_at__lte=uploaded_before
    ).exclude(verdict=Verdict.AGAIN.value)
    return sum(_ask(pk, now=now) for pk in sorted(set(old.values_list("application_id", flat=True))))


@transaction.atomic
def _ask(pk: int, *, now: datetime) -> bool:
    row = Application.objects.select_for_update(of=("self",)).select_related("subject", "tenant").get(pk=pk)
    live = Evidence.objects.filter(application=row, replaced_at__isnull=True).exclude(verdict=Verdict.AGAIN.value)
    if row.state not in WAITING or not any(goes_before(one, soon(now)) for one in live):
        return False
    for one in live:
        if goes_before(one, far_enough(now)):
            ask_anew(one, now=now)
    if row.state == ApplicationState.REVIEWING:
        move(row, ApplicationState.ASKED_AGAIN)
    row.reviewer_id, row.claimed_at = None, None
    row.save()
    tell_asked_again(row, actor=system_actor("realname"))
    return True
