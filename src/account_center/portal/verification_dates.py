"""By when something is to be expected of a verification, and what is quickest (2.1.10, 2.1.20)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from account_center.realname.types import ApplicationState, ApplicationView, Party, Way
from account_center.standing.types import CustomerKind

WAITING = (ApplicationState.CHECKING, ApplicationState.REVIEWING)


def is_late(view: ApplicationView, now: datetime) -> bool:
    """Past the longest time that was promised, so that a ticket may ask how it stands (2.1.10)."""
    if view.transfer is not None and view.transfer.takes_amount:
        return False  # what was sent may be typed: the page of the transfer says what helps if nothing arrived
    promised = view.transfer.expected_by if view.transfer else view.promised_by
    return promised is not None and view.state in WAITING and now > promised


def progress_link(view: ApplicationView) -> str:
    """The ticket that asks how it stands; what it is about is chosen already."""
    whose = "enterprise" if view.party is Party.ORGANISATION else "individual"
    given = {"about": f"realname.{whose}_progress", "reference": view.reference}
    return f"{reverse('portal:ticket_new')}?{urlencode(given)}"


def waiting_words(view: ApplicationView, now: datetime) -> str:
    """What the customer waits for, and until when at the latest."""
    if is_late(view, now):
        return _("This takes longer than we said. Ask in a ticket how it stands.")
    if view.state is ApplicationState.REVIEWING and view.promised_by is not None:
        by = day_and_time(view.promised_by)
        return _("Staff look at it, and answer by %(by)s at the latest. You need not do anything.") % {"by": by}
    if view.way is Way.BANK_CARD:
        return _("The bank is being asked. You need not do anything.")
    return _("It is being checked. You need not do anything.")


def asked_until(view: ApplicationView) -> datetime | None:
    """How long staff wait for another picture; None where nobody does."""
    if not view.asked:
        return None
    return max(one.at for one in view.asked) + timedelta(days=settings.LIMITS.asked_again_days)


def asked_words(view: ApplicationView) -> str:
    """By when the other picture has to be there."""
    by = asked_until(view)
    if by is None:
        return _("Staff need another picture.")
    return _("Staff need another picture, by %(by)s; everything else is kept.") % {"by": day_and_time(by)}


def quickest_words(kind: CustomerKind) -> str:
    """The quickest way for whoever is not verified (2.1.2, 2.1.20)."""
    if kind is CustomerKind.ENTERPRISE:
        return _(
            "Until then you cannot buy or use services. By the company's bank account it takes 30 minutes at best."
        )
    return _("Until then you cannot buy or use services. By scan or bank card it is answered at once.")


def day_and_time(at: datetime) -> str:
    """In the installation's time zone."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
