"""The owner's passkeys: the list, adding, naming, removing (1.22)."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from account_center.accounts.types import SignInCheck
from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.moment import at_one_moment
from account_center.plumbing.refusals import add_refusal
from account_center.portal.customer import customer_of
from account_center.portal.forms_factors import PasskeyNameForm
from account_center.portal.fresh import needs_fresh_proof, proof_for
from account_center.portal.pages.factors import tell_removed
from account_center.portal.passkey_step import answer_of, question, question_id
from account_center.signin.errors import FreshProofMissing, NoSuchPasskey
from account_center.signin.queries import passkeys_of
from account_center.signin.services import factors
from account_center.signin.services.passkeys import begin_adding
from account_center.signin.types import PasskeyFacts, PasskeyUse, SensitiveAction

FACTORS = SensitiveAction.SECOND_FACTORS


@require_safe
@at_one_moment
def overview(request: HttpRequest) -> HttpResponse:
    """Every passkey of the account, when it was made and last used."""
    found = passkeys_of(customer_of(request).account.id)
    context = {"passkeys": found, "full": len(found) >= settings.LIMITS.passkeys_per_account}
    return render(request, "portal/passkeys.html", context)


@require_http_methods(["GET", "POST"])
@needs_fresh_proof(FACTORS)
def add(request: HttpRequest) -> HttpResponse:
    """A name for it, then the browser makes it."""
    form = PasskeyNameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            factors.add_passkey(
                actor=actor_of(request),
                account_id=customer_of(request).account.id,
                question_id=question_id(request, PasskeyUse.ADD),
                answer=answer_of(request),
                name=form.cleaned_data["name"],
                proof=proof_for(request, FACTORS),
                now=now(),
            )
        except FreshProofMissing:
            raise
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(
                request, _("The passkey is added. From now on you can sign in with it, without a password.")
            )
            return redirect("portal:passkeys")
    return render(request, "portal/passkey_add.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@needs_fresh_proof(FACTORS, back="portal:passkey_add")
def options(request: HttpRequest) -> HttpResponse:
    """The question to the new passkey, for the script."""
    account_id = customer_of(request).account.id
    return question(
        request, PasskeyUse.ADD, lambda: begin_adding(actor=actor_of(request), account_id=account_id, now=now())
    )


@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, passkey: UUID) -> HttpResponse:
    """Another name."""
    account_id = customer_of(request).account.id
    form = PasskeyNameForm(request.POST or None, initial={"name": _mine(account_id, passkey).name})
    if request.method == "POST" and form.is_valid():
        factors.rename_passkey(
            actor=actor_of(request), account_id=account_id, passkey=passkey, name=form.cleaned_data["name"]
        )
        messages.success(request, _("The passkey has its new name."))
        return redirect("portal:passkeys")
    return render(request, "portal/passkey_rename.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs_fresh_proof(FACTORS)
def remove(request: HttpRequest, passkey: UUID) -> HttpResponse:
    """Removes it, and says what is asked at sign-in from now on."""
    account = customer_of(request).account
    found = _mine(account.id, passkey)
    if request.method == "POST":
        after = factors.remove_passkey(
            actor=actor_of(request),
            account_id=account.id,
            passkey=passkey,
            proof=proof_for(request, FACTORS),
            now=now(),
        )
        tell_removed(request, account, after, _("The passkey is removed. Delete it from your device as well."))
        return redirect("portal:passkeys")
    last = len(passkeys_of(account.id)) == 1 and account.check is SignInCheck.PASSKEY
    return render(request, "portal/passkey_remove.html", {"passkey": found, "needed": last})


def _mine(account_id: int, passkey: UUID) -> PasskeyFacts:
    found = next((one for one in passkeys_of(account_id) if one.id == passkey), None)
    if found is None:
        raise NoSuchPasskey
    return found
