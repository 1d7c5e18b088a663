"""The owner's authenticator app and recovery codes, and what is asked at sign-in (1.22). Passkeys: ``passkeys``."""

from urllib.parse import quote

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from account_center.accounts.types import AccountFacts, SignInCheck
from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.moment import at_one_moment
from account_center.plumbing.refusals import add_refusal
from account_center.portal.customer import customer_of
from account_center.portal.forms import CodeForm
from account_center.portal.forms_factors import SignInCheckForm
from account_center.portal.fresh import needs_fresh_proof, proof_for
from account_center.portal.words import CHECK_WORDS
from account_center.signin.errors import FreshProofMissing
from account_center.signin.queries import app_since, factors_of
from account_center.signin.services import authenticator, factors
from account_center.signin.types import Factors, SensitiveAction

FEW_CODES = 3
FACTORS, CHECK = SensitiveAction.SECOND_FACTORS, SensitiveAction.SIGN_IN_CHECK


@require_safe
@at_one_moment
def app(request: HttpRequest) -> HttpResponse:
    """Whether an authenticator app is set up, and what it is."""
    account = customer_of(request).account
    context = {"since": app_since(account.id), "needed": account.check is SignInCheck.APP}
    return render(request, "portal/app.html", context)


@require_http_methods(["GET", "POST"])
@needs_fresh_proof(FACTORS)
def app_set_up(request: HttpRequest) -> HttpResponse:
    """Sets the app up: scan, type the first code. The secret is never shown again."""
    account = customer_of(request).account
    if authenticator.has_app(account.id):
        return redirect("portal:app")  # also the second of two clicks
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            factors.add_app(
                actor=actor_of(request),
                account_id=account.id,
                digits=form.cleaned_data["code"],
                proof=proof_for(request, FACTORS),
                now=now(),
            )
        except FreshProofMissing:
            raise
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The authenticator app is set up."))
            return redirect("portal:app")
    context = {"form": form, **qr_of(account)}
    return render(request, "portal/app_set_up.html", context, status=422 if form.errors else 200)


def qr_of(account: AccountFacts) -> dict[str, str]:
    """The picture that the app scans, and the same as text."""
    address, secret = authenticator.begin_app(account_id=account.id, name=account.name, now=now())
    picture = segno.make(address, error="m", micro=False)
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return {"qr": picture.svg_data_uri(scale=5, border=3, light="#fff", dark="#000"), "secret": groups}


@require_http_methods(["GET", "POST"])
@needs_fresh_proof(FACTORS)
def app_remove(request: HttpRequest) -> HttpResponse:
    """Removes the app, and says what is asked at sign-in from now on."""
    account = customer_of(request).account
    if not authenticator.has_app(account.id):
        return redirect("portal:app")
    if request.method == "POST":
        after = factors.remove_app(
            actor=actor_of(request), account_id=account.id, proof=proof_for(request, FACTORS), now=now()
        )
        tell_removed(request, account, after, _("The authenticator app is removed."))
        return redirect("portal:security")
    context = {"check_words": CHECK_WORDS[account.check], "needed": account.check is SignInCheck.APP}
    return render(request, "portal/app_remove.html", context)


def tell_removed(request: HttpRequest, before: AccountFacts, after: AccountFacts, told: str) -> None:
    """Says so, and what else it changed."""
    messages.success(request, told)
    if after.check is not before.check:
        words = {"check": CHECK_WORDS[after.check]}
        messages.warning(request, _("It was what signing in asked for. From now on we ask for: %(check)s.") % words)


@require_safe
@at_one_moment
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """What they are for, and how many are left."""
    left = factors_of(customer_of(request).account.id).recovery_codes
    return render(request, "portal/recovery_codes.html", {"left": left, "few": left < FEW_CODES})


@require_http_methods(["GET", "POST"])
@needs_fresh_proof(FACTORS)
def recovery_codes_new(request: HttpRequest) -> HttpResponse:
    """Makes a new set, and shows it this once."""
    if request.method != "POST":
        left = factors_of(customer_of(request).account.id).recovery_codes
        return render(request, "portal/recovery_codes_make.html", {"left": left})
    account = customer_of(request).account
    made = factors.new_recovery_codes(
        actor=actor_of(request), account_id=account.id, proof=proof_for(request, FACTORS), now=now()
    )
    heading = _("Recovery codes of the account %(name)s. Each counts once.") % {"name": account.name}
    file = "data:text/plain;charset=utf-8," + quote("\r\n".join([heading, "", *made, ""]))
    return render(request, "portal/recovery_codes_made.html", {"codes": made, "file": file})


@require_http_methods(["GET", "POST"])
@needs_fresh_proof(CHECK)
def check(request: HttpRequest) -> HttpResponse:
    """What is asked at sign-in after the password (1.22, 1.47)."""
    account = customer_of(request).account
    there, barred = factors_of(account.id), factors.barred_checks(account.id)
    open_ones = [one for one in factors.possible_checks(account) if one not in barred]
    form = SignInCheckForm(
        request.POST or None,
        choices=[(one.value, str(CHECK_WORDS[one])) for one in open_ones],
        initial={"check": account.check.value},
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _chosen(request, account, SignInCheck(form.cleaned_data["check"]))
        except FreshProofMissing:
            raise
        except Refused as refusal:
            add_refusal(form, refusal)
    context = {
        "form": form,
        "there": there,
        "none_open": SignInCheck.NONE in open_ones,
        "none_now": account.check is SignInCheck.NONE,
        "barred": [CHECK_WORDS[one] for one in barred],
    }
    return render(request, "portal/sign_in_check.html", context, status=422 if form.errors else 200)


ORDER = (SignInCheck.PASSKEY, SignInCheck.APP, SignInCheck.CODE, SignInCheck.NONE)


def _chosen(request: HttpRequest, account: AccountFacts, chosen: SignInCheck) -> HttpResponse:
    proof = proof_for(request, CHECK)
    factors.choose_check(actor=actor_of(request), account_id=account.id, check=chosen, proof=proof, now=now())
    messages.success(request, _("From the next sign-in on we ask for: %(check)s.") % {"check": CHECK_WORDS[chosen]})
    there = factors_of(account.id)
    if chosen in (SignInCheck.APP, SignInCheck.PASSKEY) and not there.recovery_codes:
        messages.warning(request, _without_codes(there))
        return redirect("portal:recovery_codes")
    return redirect("portal:security")


def _without_codes(there: Factors) -> str:
    if there.app and there.passkeys:
        return _("Make recovery codes too: they let you in when phone and passkey are both lost.")
    return _("Make recovery codes now: without them you are locked out when the device is lost.")
