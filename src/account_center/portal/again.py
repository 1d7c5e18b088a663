"""The ways on from an application that came to nothing: its form again with what was typed (2.1.9, 2.1.12, 2.3.8)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import format_lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from account_center.kit.clock import now
from account_center.plumbing.actors import actor_of
from account_center.plumbing.wording import Explained
from account_center.portal.customer import tenant_of_customer
from account_center.realname.queries import company_bank_named
from account_center.realname.services.again import TypedBefore, may_be_sent_again, note_shown, typed_before, with_kept
from account_center.realname.types import ApplicationView, ChangeKind, Way

OPEN_WAYS = {
    Way.SCAN: "portal:scan",
    Way.BANK_ACCOUNT: "portal:bank_account",
    Way.ENTERPRISE_PAPERS: "portal:organisation",
    Way.BANK_CARD: "portal:bank_card",
    Way.DOCUMENT: "portal:document",
}
# Which other way asks for some of the same, on a form of its own.
ALSO_OF_USE = {
    Way.SCAN: (Way.BANK_CARD,),
    Way.BANK_CARD: (Way.SCAN,),
    Way.ENTERPRISE_PAPERS: (Way.BANK_ACCOUNT,),
}
_FORMS = {Way.DOCUMENT: "portal:document_form", Way.ENTERPRISE_PAPERS: "portal:organisation_form"}
_FILLED_IN = gettext_lazy(
    "What you typed is filled in. Numbers are kept too, and shown in part only. Pictures and your consent are asked for anew."
)
_KEPT = gettext_lazy("Kept as you typed it: {masked}. Leave this empty to send the same, or type another.")


def form_of(before: TypedBefore) -> str:
    """The address of the form that was typed before, to be filled with it."""
    name = _FORMS.get(before.way, OPEN_WAYS[before.way])
    return reverse(name, args=before.kind) + _query(before.change, before.reference)


def _query(change: ChangeKind | None, again: str) -> str:
    asked = {"change": change.value if change else "", "again": again}
    given = {name: value for name, value in asked.items() if value}
    return f"?{urlencode(given)}" if given else ""


def ways_on(view: ApplicationView, refusal: Explained) -> Explained:
    """The refusal of an application, with ways that forget neither what was typed nor that something was to be changed."""
    kept = may_be_sent_again(tenant_id=view.tenant_id, reference=view.reference, now=now())
    starts = {reverse(name): way for way, name in OPEN_WAYS.items()}
    ways = tuple(
        _way_on(view, starts[link], label, link, kept=kept) if link in starts else (label, link)
        for label, link in refusal.ways
    )
    return replace(refusal, ways=ways)


def _way_on(view: ApplicationView, way: Way, label: str, link: str, *, kept: bool) -> tuple[str, str]:
    if kept and way is view.way:
        return _("Send it again with what I typed"), reverse("portal:send_again", args=[view.reference])
    of_use = kept and way in ALSO_OF_USE.get(view.way, ())
    return label, link + _query(view.change, view.reference if of_use else "")


def fill_in(request: HttpRequest, form: forms.Form, way: Way) -> None:
    """Fills the form of a way with what was typed in the application that the address names, if that is of use to it."""
    tenant = tenant_of_customer(request)
    reference = request.GET.get("again", "")
    before = typed_before(tenant_id=tenant.id, reference=reference, now=now()) if reference else None
    if before is None or way not in (before.way, *ALSO_OF_USE.get(before.way, ())):
        return
    form.kept_from = before.reference  # type: ignore[attr-defined]
    form.initial.update(_shown(before))
    for name in before.masked.keys() & form.fields.keys():
        field = form.fields[name]
        field.required, field.must = False, True  # type: ignore[attr-defined]
        field.widget.attrs.pop("required", None)
        field.help_text = format_lazy(_KEPT, masked=before.masked[name])
    if not form.is_bound:
        messages.info(request, _FILLED_IN)
        note_shown(actor=actor_of(request), tenant_id=tenant.id, before=before)


def _shown(before: TypedBefore) -> Mapping[str, str]:
    if "bank" not in before.shown:
        return before.shown
    bank, named = company_bank_named(before.shown["bank"]), before.shown["bank"]
    if bank is not None:
        named = bank.name_zh if (get_language() or "").startswith("zh") else bank.name_en
    return {**before.shown, "bank": named, "holder": before.shown["name"]}


def filled(request: HttpRequest, form: forms.Form) -> dict[str, Any]:
    """What the form says, with the kept numbers where it leaves them empty. For a form that is valid."""
    typed, reference = dict(form.cleaned_data), getattr(form, "kept_from", "")
    if not reference:
        return typed
    return with_kept(tenant_id=tenant_of_customer(request).id, reference=reference, typed=typed, now=now())
