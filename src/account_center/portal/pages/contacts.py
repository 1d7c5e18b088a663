"""Changing phone or e-mail: first the owner is proven, as a rule by a code to the old one, then the new one (3.1.9, 3.1.11)."""

from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.plumbing.sessions import keep_session
from account_center.portal.code_step import code_step
from account_center.portal.customer import customer_of
from account_center.portal.forms import NewContactForm
from account_center.portal.fresh import needs_fresh_proof, proof_for
from account_center.portal.steps import Steps, steps_at
from account_center.portal.visits import begun_once, challenge_of, forget, proof_id, remember
from account_center.signin.errors import FreshProofMissing
from account_center.signin.services import change_contact, prove_new_contact
from account_center.signin.types import ChallengeState, Channel, SensitiveAction

NEW = "new_contact"


@dataclass(frozen=True, slots=True)
class Contact:
    """What is being changed."""

    key: str
    channel: Channel
    title: str | Promise
    label: str | Promise
    autocomplete: str


CONTACTS = {
    "email": Contact(
        "email",
        Channel.EMAIL,
        gettext_lazy("Bind or change the e-mail address"),
        gettext_lazy("New e-mail address"),
        "email",
    ),
    "phone": Contact(
        "phone", Channel.SMS, gettext_lazy("Bind or change the phone number"), gettext_lazy("New phone number"), "tel"
    ),
}


def steps(now_at: int) -> Steps:
    """Where the customer is."""
    return steps_at(now_at, [_("Prove that it is you"), _("New contact"), _("Prove the new contact")])


@require_safe
def change_email(request: HttpRequest) -> HttpResponse:
    """Binds or changes the e-mail address; it cannot be removed (3.1.10, 3.1.11)."""
    return redirect("portal:contact_new", "email")


@require_safe
def change_phone(request: HttpRequest) -> HttpResponse:
    """Binds or changes the phone number (3.1.9, 3.1.14)."""
    return redirect("portal:contact_new", "phone")


def _contact(what: str) -> Contact:
    if what not in CONTACTS:
        raise Http404
    return CONTACTS[what]


@require_http_methods(["GET", "POST"])
@needs_fresh_proof(SensitiveAction.CONTACTS)
def new(request: HttpRequest, what: str) -> HttpResponse:
    """The new phone or e-mail."""
    contact, customer = _contact(what), customer_of(request)
    form = NewContactForm(request.POST or None, label=str(contact.label), autocomplete=contact.autocomplete)
    if request.method == "POST" and form.is_valid():
        try:
            begin = partial(
                prove_new_contact,
                actor=actor_of(request),
                account_id=customer.account.id,
                channel=contact.channel,
                contact=form.cleaned_data["recipient"],
                proof=proof_for(request, SensitiveAction.CONTACTS),
                now=now(),
            )
            view = begun_once(request, NEW, begin)
        except FreshProofMissing:
            raise
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            remember(request, NEW, view)
            return redirect("portal:contact_confirm", contact.key)
    context = {"form": form, "contact": contact, "steps": steps(1), "customer": customer}
    return render(request, "portal/contact_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, what: str) -> HttpResponse:
    """Waits for the code that went to the new phone or e-mail, and changes it."""
    contact = _contact(what)
    view = challenge_of(request, NEW)
    if view.state is ChallengeState.USED:
        return redirect("portal:account")  # the other of two clicks has changed it
    return code_step(
        request,
        view,
        on_right=lambda: _changed(request, contact),
        context={
            "steps": steps(2),
            "title": contact.title,
            "other": f"portal:change_{what}",
            "back": "portal:security",
        },
    )


def _changed(request: HttpRequest, contact: Contact) -> HttpResponse:
    change_contact(
        actor=actor_of(request),
        account_id=customer_of(request).account.id,
        new_proof=proof_id(request, NEW),
        proof=proof_for(request, SensitiveAction.CONTACTS),
        now=now(),
        go_on=partial(keep_session, request),
    )
    forget(request, NEW)
    if contact.channel is Channel.EMAIL:
        messages.success(
            request, _("The e-mail address is changed. The new one counts from now on; the old one was told.")
        )
    else:
        messages.success(
            request, _("The phone number is changed. The new one counts from now on; the old one was told.")
        )
    return redirect("portal:account")
