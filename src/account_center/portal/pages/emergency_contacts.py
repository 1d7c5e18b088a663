"""Emergency contacts: on the security page after a fresh proof, or right after a forgotten password (1.16)."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.moment import at_one_moment
from account_center.plumbing.refusals import add_refusal
from account_center.plumbing.wording import explain_refusal
from account_center.portal.code_step import code_step
from account_center.portal.customer import customer_of
from account_center.portal.forms_recovery import EmergencyContactForm
from account_center.portal.fresh import needs_fresh_proof, proof_for
from account_center.portal.pages.recovery import present
from account_center.recovery import services as recovery
from account_center.recovery.errors import NoSuchContact, RecoveryOver
from account_center.recovery.queries import waits_until
from account_center.recovery.services.telling import in_words
from account_center.recovery.types import ContactState, ContactView, RecoveryState
from account_center.signin.errors import CodeTooSoon, FreshProofMissing
from account_center.signin.services.codes import challenge
from account_center.signin.types import SensitiveAction

ACTION = SensitiveAction.EMERGENCY_CONTACTS


@dataclass(frozen=True, slots=True)
class Door:
    """From where the contacts are reached: whose they are, what allows naming one, and the pages of this door."""

    account_id: int
    proof: Callable[[], UUID]
    list: str
    new: str
    code: str
    back: str


def _inside(request: HttpRequest) -> Door:
    return Door(
        account_id=customer_of(request).account.id,
        proof=lambda: proof_for(request, ACTION),
        list="portal:emergency_contacts",
        new="portal:emergency_contact_new",
        code="portal:emergency_contact_code",
        back="portal:security",
    )


def _after_recovery(request: HttpRequest) -> Door:
    """Raises RecoveryOver unless this browser has just set the password."""
    view = present(request)
    if view.state is not RecoveryState.DONE or view.account is None:
        raise RecoveryOver
    if not recovery.has_just_recovered(view.account, view.id, now=now()):
        raise RecoveryOver
    return Door(
        account_id=view.account.id,
        proof=lambda: view.id,
        list="portal:recovery_contacts",
        new="portal:recovery_contact_new",
        code="portal:recovery_contact_code",
        back="portal:recovery_done",
    )


@require_safe
@at_one_moment
def contacts(request: HttpRequest) -> HttpResponse:
    """The list, masked, and whether somebody waits to set a new password."""
    return _list(request, _inside(request))


@login_not_required
@require_safe
@at_one_moment
def contacts_after_recovery(request: HttpRequest) -> HttpResponse:
    """The same, right after a forgotten password."""
    return _list(request, _after_recovery(request))


def _list(request: HttpRequest, door: Door) -> HttpResponse:
    found = recovery.contacts_of(door.account_id)
    until = waits_until(door.account_id)
    allowed = settings.LIMITS.emergency_contacts
    context = {
        "contacts": found,
        "allowed": allowed,
        "may_add": len(found) < allowed,
        "door": door,
        "inside": door.back == "portal:security",
        "until": in_words(until) if until else "",
        "agrees_days": settings.LIMITS.contact_agrees_days,
    }
    return render(request, "portal/emergency_contacts.html", context)


@needs_fresh_proof(ACTION)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Names somebody, after a fresh proof."""
    return _new(request, _inside(request))


@login_not_required
@require_http_methods(["GET", "POST"])
def new_after_recovery(request: HttpRequest) -> HttpResponse:
    """The same, right after a forgotten password."""
    return _new(request, _after_recovery(request))


def _new(request: HttpRequest, door: Door) -> HttpResponse:
    form = EmergencyContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            named = recovery.name_contact(
                actor=actor_of(request),
                account_id=door.account_id,
                name=form.cleaned_data["name"],
                contact=form.cleaned_data["recipient"],
                proof=door.proof(),
                now=now(),
            )
        except FreshProofMissing:
            raise
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return _ask(request, door, named.id)
    return render(
        request, "portal/emergency_contact_new.html", {"form": form, "door": door}, status=422 if form.errors else 200
    )


def _ask(request: HttpRequest, door: Door, contact_id: UUID) -> HttpResponse:
    """Sends the person the code; if that is not possible now, it can be done later from the list."""
    try:
        recovery.send_contact_code(
            actor=actor_of(request), account_id=door.account_id, contact_id=contact_id, now=now()
        )
    except NoSuchContact:
        raise
    except Refused as refusal:
        if isinstance(refusal, CodeTooSoon) and _one(door, contact_id).challenge == refusal.challenge:
            return redirect(door.code, str(contact_id))
        told = explain_refusal(refusal)
        messages.warning(request, f"{told.what} {told.todo}")
        return redirect(door.list)
    return redirect(door.code, str(contact_id))


@require_POST
def ask(request: HttpRequest, contact: UUID) -> HttpResponse:
    """Sends a contact who has not agreed yet another code."""
    return _ask(request, _inside(request), contact)


@login_not_required
@require_POST
def ask_after_recovery(request: HttpRequest, contact: UUID) -> HttpResponse:
    """The same, right after a forgotten password."""
    return _ask(request, _after_recovery(request), contact)


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, contact: UUID) -> HttpResponse:
    """Waits for the code that the contact tells the owner (1.19)."""
    return _code(request, _inside(request), contact)


@login_not_required
@require_http_methods(["GET", "POST"])
def code_after_recovery(request: HttpRequest, contact: UUID) -> HttpResponse:
    """The same, right after a forgotten password."""
    return _code(request, _after_recovery(request), contact)


def _code(request: HttpRequest, door: Door, contact_id: UUID) -> HttpResponse:
    named = _one(door, contact_id)
    waiting = challenge(named.challenge) if named.challenge else None
    if waiting is None or named.state is not ContactState.NAMED:
        return redirect(door.list)
    context = {
        "title": _("Type the code of your emergency contact"),
        "lead": _("We sent a code to %(name)s, %(masked)s. Ask the person for it: telling you the code means agreeing.")
        % {"name": named.name, "masked": named.contact},
        "by_contact": True,
        "other": "",
        "back": door.list,
    }
    return code_step(request, waiting, on_right=lambda: _agreed(request, door, contact_id), context=context)


def _agreed(request: HttpRequest, door: Door, contact_id: UUID) -> HttpResponse:
    view = recovery.confirm_contact(
        actor=actor_of(request), account_id=door.account_id, contact_id=contact_id, now=now()
    )
    messages.success(request, _("%(name)s is an emergency contact from now on.") % {"name": view.name})
    return redirect(door.list)


def _one(door: Door, contact_id: UUID) -> ContactView:
    found = next((one for one in recovery.contacts_of(door.account_id) if one.id == contact_id), None)
    if found is None:
        raise NoSuchContact
    return found


@needs_fresh_proof(ACTION)
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, contact: UUID) -> HttpResponse:
    """Takes somebody off the list, after a fresh proof."""
    door = _inside(request)
    named = _one(door, contact)
    if request.method == "POST":
        recovery.remove_contact(
            actor=actor_of(request), account_id=door.account_id, contact_id=contact, proof=door.proof(), now=now()
        )
        messages.success(request, _("%(name)s is no emergency contact any more.") % {"name": named.name})
        return redirect(door.list)
    return render(request, "portal/emergency_contact_remove.html", {"contact": named, "cancel": reverse(door.list)})


@require_POST
def stop_waiting(request: HttpRequest) -> HttpResponse:
    """The signed-in owner stops whoever waits to set a new password."""
    recovery.stop_waiting(actor=actor_of(request), account_id=customer_of(request).account.id, now=now())
    messages.success(request, _("Stopped. Nobody can go on with it."))
    return redirect("portal:emergency_contacts")


@login_not_required
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """The contact's own way off the list: the link came in a message. GET asks, POST does it."""
    name = recovery.whom_to_leave(token)
    if request.method == "POST":
        recovery.leave(actor=actor_of(request), token=token)
        return render(request, "portal/emergency_left.html", {"name": name})
    return render(request, "portal/emergency_leave.html", {"name": name})
