"""The security page: everything one gets in with, its state, what is weak, and a page for each task (1.22, 1.23)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from account_center.accounts.types import AccountFacts, SignInCheck
from account_center.kit.clock import now
from account_center.kit.masking import mask_email, mask_phone
from account_center.plumbing.moment import at_one_moment
from account_center.plumbing.sessions import sessions_of
from account_center.policy.queries import days_left
from account_center.portal.customer import customer_of
from account_center.portal.words import CHECK_WORDS
from account_center.recovery.queries import count_of_contacts, waits_until
from account_center.signin.queries import app_since, factors_of
from account_center.signin.services import devices
from account_center.signin.services.factors import present_check
from account_center.signin.types import Factors

FEW_CODES = 3
SOON_DAYS = 14


@dataclass(frozen=True, slots=True)
class Hint:
    """Something weak, and the page that mends it."""

    text: str
    page: str
    label: str


@require_safe
@at_one_moment
def overview(request: HttpRequest) -> HttpResponse:
    """The place for all of it."""
    customer, moment = customer_of(request), now()
    account = customer.account
    there, check = factors_of(account.id), present_check(account)
    runs_out = _days_left(account, moment)
    known = devices.known_devices(account.id)
    confirmed, waiting = count_of_contacts(account.id)
    context = {
        "customer": customer,
        "phone": mask_phone(account.phone) if account.phone else "",
        "email": mask_email(account.email) if account.email else "",
        "runs_out": runs_out,
        "check": CHECK_WORDS[check],
        "check_is_none": check is SignInCheck.NONE,
        "check_by_policy": check is not account.check,
        "app_since": app_since(account.id),
        "factors": there,
        "sessions": len(sessions_of(account.id, mark=account.mark, now=moment)),
        "trusted": sum(devices.trusts(one, account, now=moment) for one in known),
        "contacts": confirmed,
        "contacts_waiting": waiting,
        "hints": list(_hints(account, there, check, runs_out)),
    }
    return render(request, "portal/security.html", context)


def _days_left(account: AccountFacts, moment: datetime) -> int | None:
    changed_at = account.password_changed_at or account.created_at
    return days_left(account_id=account.id, changed_at=changed_at, now=moment)


def _hints(account: AccountFacts, there: Factors, check: SignInCheck, runs_out: int | None) -> Iterator[Hint]:
    if waits_until(account.id) is not None:
        text = _("Somebody is waiting to set a new password for this account on a new device.")
        yield Hint(text, "portal:emergency_contacts", _("Look, and stop it"))
    if check is SignInCheck.NONE:
        text = _("Whoever learns your password is in: nothing else is asked for at sign-in.")
        yield Hint(text, "portal:sign_in_check", _("Choose a check"))
    if not _second_way_in(account, there):
        yield _no_second_way(account)
    if there.any and there.recovery_codes < FEW_CODES:
        yield _codes_hint(there)
    if runs_out is not None and runs_out <= SOON_DAYS:
        text = ngettext(
            "Your password runs out in %(days)d day.", "Your password runs out in %(days)d days.", runs_out
        ) % {"days": runs_out}
        yield Hint(text, "portal:security_password", _("Change the password"))


def _second_way_in(account: AccountFacts, there: Factors) -> bool:
    return bool(account.phone and account.email) or there.passkeys > 0 or there.recovery_codes > 0


def _no_second_way(account: AccountFacts) -> Hint:
    if account.phone:
        text = _("There is no second way in: when the phone is lost, you are out.")
        return Hint(text, "portal:change_email", _("Bind an e-mail address"))
    if account.email:
        text = _("There is no second way in: when the mailbox is lost, you are out.")
        return Hint(text, "portal:change_phone", _("Bind a phone number"))
    text = _("Neither phone nor e-mail address is bound: a forgotten password cannot be replaced.")
    return Hint(text, "portal:change_phone", _("Bind a phone number"))


def _codes_hint(there: Factors) -> Hint:
    if there.recovery_codes:
        text = _("Only a few recovery codes are left.")
    else:
        text = _("You have no recovery codes: when the device with your app or passkey is lost, you may be locked out.")
    return Hint(text, "portal:recovery_codes", _("Make recovery codes"))
