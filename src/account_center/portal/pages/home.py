"""The first page, for strangers and for customers, and support."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from account_center.kit.clock import now
from account_center.plumbing.moment import at_one_moment
from account_center.policy.queries import days_left_if_few
from account_center.portal.customer import Customer, customer_of
from account_center.portal.verification_dates import (
    asked_words,
    is_late,
    progress_link,
    quickest_words,
    waiting_words,
)
from account_center.portal.words import ACTION_WORDS
from account_center.realname.queries import open_application_of, verification_of
from account_center.realname.types import ApplicationState, ApplicationView, TransferView, Way
from account_center.recovery.queries import waits_until
from account_center.recovery.services.telling import in_words
from account_center.standing.queries import standing_of, what_is_blocked


@dataclass(frozen=True, slots=True)
class Task:
    """One line of "what you need to do"."""

    label: str
    text: str
    link: str
    action: str
    state: str = ""
    kind: str = "info"


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What can be done here; signed in: what needs to be done."""
    if not request.user.is_authenticated:
        return render(request, "portal/welcome.html", {"sandbox": settings.SANDBOX})
    if request.user.is_staff:
        return redirect("/console/")
    return _of_customer(request)


@at_one_moment
def _of_customer(request: HttpRequest) -> HttpResponse:
    customer = customer_of(request)
    tenant = customer.tenant
    context = {
        "customer": customer,
        "tasks": tasks_of(customer),
        "verification": verification_of(tenant.id) if tenant else None,
        "blocked": [ACTION_WORDS[action] for action in what_is_blocked(tenant.id)] if tenant else [],
    }
    return render(request, "portal/home.html", context)


def tasks_of(customer: Customer) -> list[Task]:
    """What is missing, the most useful first."""
    tasks = [_recovery(customer), _activation(customer), _password(customer), _verification(customer), _email(customer)]
    return [task for task in tasks if task is not None]


def _recovery(customer: Customer) -> Task | None:
    """Somebody waits to set a new password: the owner who can sign in is the one who can tell (1.16)."""
    until = waits_until(customer.account.id)
    if until is None:
        return None
    return Task(
        label=_("Was it you who asked for a new password?"),
        text=_(
            "On a new device somebody waits to set one; from %(until)s on it is possible. If it is not you, stop it."
        )
        % {"until": in_words(until)},
        link=reverse("portal:emergency_contacts"),
        action=_("Look"),
        state=_("waiting time runs"),
        kind="no",
    )


def _activation(customer: Customer) -> Task | None:
    if customer.tenant is not None or not customer.is_id_account:
        return None
    return Task(
        label=_("Activate the cloud"),
        text=_("Your account works; to use cloud services it needs a tenant. It takes a minute and costs nothing."),
        link=reverse("portal:activate"),
        action=_("Activate"),
    )


def _password(customer: Customer) -> Task | None:
    """Before the tenant's policy asks for a new password in the middle of a sign-in (3.1.20)."""
    account = customer.account
    changed_at = account.password_changed_at or account.created_at
    left = days_left_if_few(account_id=account.id, changed_at=changed_at, now=now())
    if left is None:
        return None
    text = ngettext(
        "Your password runs out within %(days)d day, as the security policy of the tenant asks.",
        "Your password runs out in %(days)d days, as the security policy of the tenant asks.",
        left,
    )
    return Task(
        label=_("Change the password"),
        text=text % {"days": left},
        link=reverse("portal:security_password"),
        action=_("Change"),
        state=_("runs out soon"),
        kind="wait",
    )


def _verification(customer: Customer) -> Task | None:
    tenant = customer.tenant
    if tenant is None:
        return None
    waiting = open_application_of(tenant.id)
    if verification_of(tenant.id) is not None:
        return _change(waiting) if waiting is not None else None
    return _under_way(waiting) if waiting is not None else _not_verified(tenant.id)


def _change(waiting: ApplicationView) -> Task:
    """2.4: a change that runs, and that the old verification holds until then."""
    task = _under_way(waiting)
    text = _("%(text)s Until the change is approved your present verification holds.") % {"text": task.text}
    return replace(task, label=_("Change of the real-name verification"), text=text)


def _under_way(waiting: ApplicationView) -> Task:
    task = _step(waiting)
    if not is_late(waiting, now()):
        return task
    # 2.1.10: past the longest time that was promised, asking is what helps.
    late = {"text": waiting_words(waiting, now()), "link": progress_link(waiting), "action": _("Ask in a ticket")}
    return replace(task, state=_("late"), kind="no", **late)


def _step(waiting: ApplicationView) -> Task:
    if waiting.transfer is not None and waiting.state is ApplicationState.CHECKING:
        return _amount(waiting.reference, waiting.transfer)
    if waiting.state is not ApplicationState.DRAFT:
        asked = waiting.state is ApplicationState.ASKED_AGAIN
        return Task(
            label=_("Real-name verification"),
            text=asked_words(waiting) if asked else waiting_words(waiting, now()),
            link=reverse("portal:verification_application", args=[waiting.reference]),
            action=_("See which one, and why") if asked else _("See progress"),
            state=_("another picture is needed") if asked else _("being checked"),
            kind="no" if asked else "wait",
        )
    if waiting.way is Way.SCAN:
        return Task(
            label=_("Real-name verification"),
            text=_("You have begun; only the picture with the phone is missing."),
            link=reverse("portal:scan_code", args=[waiting.reference]),
            action=_("Show the QR code"),
            state=_("waits for the phone"),
            kind="wait",
        )
    return Task(
        label=_("Real-name verification"),
        text=_("You have begun; only the code sent to the phone left with the bank is missing."),
        link=reverse("portal:bank_card_code", args=[waiting.reference]),
        action=_("Type the code"),
        state=_("waits for the code"),
        kind="wait",
    )


def _not_verified(tenant_id: int) -> Task:
    return Task(
        label=_("Real-name verification"),
        text=quickest_words(standing_of(tenant_id).kind),
        link=reverse("portal:verification"),
        action=_("Verify"),
        state=_("not verified"),
        kind="no",
    )


def _amount(reference: str, transfer: TransferView) -> Task:
    """2.3.7: where to type what arrived."""
    sent = transfer.takes_amount
    return Task(
        label=_("Real-name verification"),
        text=_("A small sum is on its way to the company's account, or there already. Type how much it was.")
        if sent
        else _("A small sum is about to be sent to the company's account. You need not do anything yet."),
        link=reverse("portal:transfer", args=[reference]),
        action=_("Type the amount") if sent else _("See progress"),
        state=_("waits for the amount") if sent else _("being checked"),
        kind="wait",
    )


def _email(customer: Customer) -> Task | None:
    if customer.account.email or not customer.is_id_account:
        return None
    return Task(
        label=_("Bind an e-mail address"),
        text=_("It is your way back in when the phone is lost."),
        link=reverse("portal:change_email"),
        action=_("Bind"),
    )
