"""Changing phone or e-mail: code to what the account has, then to the new one (3.1.9, 3.1.11)."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from account_center.kit.clock import now
from account_center.kit.masking import mask_email, mask_phone
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.plumbing.sessions import keep_session
from account_center.portal.code_step import code_step
from account_center.portal.customer import Customer, customer_of
from account_center.portal.forms import NewContactForm, WayToProveForm
from account_center.portal.visits import challenge_of, forget, proof_id, remember
from account_center.signin.services import change_contact, prove_new_contact, prove_old_contact
from account_center.signin.types import Channel

OLD, NEW = "old_contact", "new_contact"


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


def steps(now_at: int) -> list[tuple[str, str]]:
    """Where the customer is."""
    labels = [_("Prove that it is you"), _("New contact"), _("Prove the new contact")]
    return [(label, "done" if at < now_at else "now" if at == now_at else "next") for at, label in enumerate(labels)]


def change_email(request: HttpRequest) -> HttpResponse:
    """Binds or changes the e-mail address; it cannot be removed (3.1.10, 3.1.11)."""
    return _start(request, CONTACTS["email"])


def change_phone(request: HttpRequest) -> HttpResponse:
    """Changes the phone number."""
    return _start(request, CONTACTS["phone"])


def _contact(what: str) -> Contact:
    if what not in CONTACTS:
        raise Http404
    return CONTACTS[what]


def _ways(customer: Customer) -> list[tuple[str, str]]:
    ways = []
    if customer.account.phone:
        ways.append((Channel.SMS.value, mask_phone(customer.account.phone)))
    if customer.account.email:
        ways.append((Channel.EMAIL.value, mask_email(customer.account.email)))
    return ways


@require_http_methods(["GET", "POST"])
def _start(request: HttpRequest, contact: Contact) -> HttpResponse:
    customer = customer_of(request)
    ways = _ways(customer)
    form = WayToProveForm(request.POST or None, channels=ways, initial={"channel": ways[0][0] if ways else ""})
    if request.method == "POST" and form.is_valid():
        channel = Channel(form.cleaned_data["channel"])
        try:
            view = prove_old_contact(
                actor=actor_of(request), account_id=customer.account.id, channel=channel, now=now()
            )
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            forget(request, NEW)
            remember(request, OLD, view)
            return redirect("portal:contact_prove", contact.key)
    context = {"form": form, "contact": contact, "steps": steps(0), "customer": customer}
    return render(request, "portal/contact_start.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest, what: str) -> HttpResponse:
    """Waits for the code that went to the old phone or e-mail."""
    contact = _contact(what)
    return code_step(
        request,
        challenge_of(request, OLD),
        on_right=lambda: redirect("portal:contact_new", contact.key),
        context={
            "steps": steps(0),
            "title": contact.title,
            "other": f"portal:change_{what}",
            "back": "portal:security",
        },
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, what: str) -> HttpResponse:
    """The new phone or e-mail."""
    contact, customer = _contact(what), customer_of(request)
    form = NewContactForm(request.POST or None, label=str(contact.label), autocomplete=contact.autocomplete)
    if request.method == "POST" and form.is_valid():
        try:
            view = prove_new_contact(
                actor=actor_of(request),
                account_id=customer.account.id,
                channel=contact.channel,
                contact=form.cleaned_data["recipient"],
                old_proof=proof_id(request, OLD),
                now=now(),
            )
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            remember(request, NEW, view)
            return redirect("portal:contact_confirm", contact.key)
    context = {"form": form, "contact": contact, "steps": steps(1)}
    return render(request, "portal/contact_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, what: str) -> HttpResponse:
    """Waits for the code that went to the new phone or e-mail, and changes it."""
    contact = _contact(what)
    return code_step(
        request,
        challenge_of(request, NEW),
        on_right=lambda: _changed(request, contact),
        context={"steps": steps(2), "title": contact.title, "other": "", "back": "portal:security"},
    )


def _changed(request: HttpRequest, contact: Contact) -> HttpResponse:
    change_contact(
        actor=actor_of(request),
        account_id=customer_of(request).account.id,
        new_proof=proof_id(request, NEW),
        old_proof=proof_id(request, OLD),
        now=now(),
    )
    forget(request, OLD, NEW)
    keep_session(request)
    messages.success(request, _("Changed. The new one counts from now on."))
    return redirect("portal:account")
