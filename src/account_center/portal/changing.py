"""The pages of the ways where something is to be changed: ``?change=<kind>`` in their address, for verified tenants (2.4)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise

from account_center.kit.refused import Refused
from account_center.portal.customer import tenant_of_customer
from account_center.portal.forms_document import PictureField
from account_center.portal.fresh import ask_for_proof, has_proof, proof_for
from account_center.portal.pictures import uploads_of
from account_center.portal.words import CHANGE_WORDS
from account_center.realname.queries import change_pictures, changes_from, party_after, verification_of
from account_center.realname.types import ChangeAsked, ChangeKind, PaperKind, Party, Slot
from account_center.signin.errors import FreshProofMissing
from account_center.signin.types import SensitiveAction

Given = ParamSpec("Given")
Page = Callable[Concatenate[HttpRequest, Given], HttpResponse]
ACTION = SensitiveAction.CHANGE_VERIFICATION
PAPERS = {
    ChangeKind.ANOTHER_PERSON: PaperKind.PERSON_TO_PERSON,
    ChangeKind.RENAMED: PaperKind.ORGANISATION_RENAMED,
    ChangeKind.ANOTHER_ORGANISATION: PaperKind.ORGANISATION_TO_OTHER,
}


@dataclass(frozen=True, slots=True)
class ChangeMode:
    """What is being changed. ``query`` goes behind every address of the way; ``paper`` is the form to print, or empty."""

    kind: ChangeKind
    words: str | Promise
    query: str
    paper: str

    @classmethod
    def of(cls, kind: ChangeKind) -> "ChangeMode":
        """The mode of that change."""
        paper = PAPERS.get(kind)
        return cls(kind, CHANGE_WORDS[kind], f"?change={kind.value}", paper.value if paper else "")


def change_mode(request: HttpRequest) -> ChangeMode | None:
    """What the address asks to change, if this tenant may change it; None at a first verification."""
    held = verification_of(tenant_of_customer(request).id)
    wanted = request.GET.get("change", "")
    if held is None or wanted not in [kind.value for kind in changes_from(held.party)]:
        return None
    return ChangeMode.of(ChangeKind(wanted))


def first_or_change(party: Party, *, proof: bool = True) -> Callable[[Page[Given]], Page[Given]]:
    """The page of a way that verifies a ``party``: for a first verification, or for a change of one.

    A verified tenant whose address asks for no change that is possible here is led to the page that asks what has
    changed. With ``proof`` the owner shows first that it is still he.
    """

    def guard(view: Page[Given]) -> Page[Given]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
            if verification_of(tenant_of_customer(request).id) is None:
                return view(request, *args, **kwargs)
            mode = change_mode(request)
            if mode is None or party_after(mode.kind) is not party:
                return redirect("portal:change")
            if proof and not has_proof(request, ACTION):
                return ask_for_proof(request, ACTION)
            try:
                return view(request, *args, **kwargs)
            except FreshProofMissing:  # it ran out, or the other of two clicks has just used it
                return ask_for_proof(request, ACTION)

        return guarded

    return guard


def ask_for_form(form: forms.Form, mode: ChangeMode | None) -> None:
    """Adds the picture of the signed form to the form of a way, before what must be agreed to (2.4.8)."""
    slots = change_pictures(mode.kind) if mode else ()
    for slot in slots:
        form.fields[slot.value] = PictureField(slot)
    boxes = [name for name in form.fields if name.startswith("consent")]
    asked = [slot.value for slot in slots]
    form.order_fields([*(name for name in form.fields if name not in {*boxes, *asked}), *asked, *boxes])


def asked_change(request: HttpRequest, mode: ChangeMode | None, wrong: list[Refused]) -> ChangeAsked | None:
    """What was sent of a change, with the proof of the owner; a missing form is named in ``wrong``.

    Raises FreshProofMissing.
    """
    if mode is None:
        return None
    uploads = uploads_of(request, change_pictures(mode.kind), wrong)
    return ChangeAsked(kind=mode.kind, proof=proof_for(request, ACTION), form=uploads.get(Slot.CHANGE_FORM, b""))
