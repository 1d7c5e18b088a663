"""Forms of the console."""

from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from account_center.console.labels import LABELS, label
from account_center.console.rules import NOTE_LENGTH
from account_center.console.types import Because, LookReason
from account_center.kit.countries import country_choices
from account_center.kit.typed import tidy
from account_center.standing.types import HoldKind, HoldReason

CHOOSE = ("", _("Please choose"))
QUIET = {"autocapitalize": "none", "spellcheck": "false"}


class StaffSignInForm(forms.Form):
    """Name and password of a staff account."""

    identifier = forms.CharField(
        label=_("Account name"), max_length=254, widget=forms.TextInput(attrs={**QUIET, "autocomplete": "username"})
    )
    password = forms.CharField(label=_("Password"), max_length=128, strip=False, widget=forms.PasswordInput)


class AppCodeForm(forms.Form):
    """The present code of the authenticator app."""

    code = forms.CharField(
        label=_("Code of the app"), max_length=32, help_text=_("Six digits that change every 30 seconds.")
    )

    def clean_code(self) -> str:
        """As typed on any keyboard, without blanks."""
        return "".join(tidy(self.cleaned_data["code"]).split())


class SearchForm(forms.Form):
    """One box for everything."""

    term = forms.CharField(
        label=_("Search for"),
        max_length=254,
        help_text=_("Account name, phone, e-mail, tenant ID, tenant name, or document number (in full or masked)."),
        widget=forms.TextInput(attrs={**QUIET, "autocomplete": "off", "type": "search"}),
    )


class BecauseForm(forms.Form):
    """Every act and every look in full says why."""

    field_order: tuple[str, ...] = ("reason", "note")
    reason = forms.ChoiceField(label=_("Why?"))
    note = forms.CharField(
        label=_("Note"),
        max_length=NOTE_LENGTH,
        min_length=3,
        help_text=_(
            "Such as the number of the ticket. The customer's history keeps it for good, so write no personal data; phones, e-mails and document numbers are masked."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = [(reason.value, LABELS[LookReason, reason.value]) for reason in LookReason]
        self.fields["reason"].choices = [CHOOSE, *reasons]  # type: ignore[attr-defined]

    def because(self) -> Because:
        """What was given."""
        return Because(LookReason(self.cleaned_data["reason"]), self.cleaned_data["note"])


class ProposalForm(BecauseForm):
    """What a colleague has to agree to."""

    field_order: tuple[str, ...] = ("key", "reason", "note")
    key = forms.UUIDField(widget=forms.HiddenInput)  # the second of two clicks is recognised

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid4


class RaiseForm(ProposalForm):
    """A higher limit."""

    field_order = ("allowed", "key", "reason", "note")
    allowed = forms.IntegerField(
        label=_("New limit"), min_value=1, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )


class LegalHoldForm(forms.Form):
    """By which order nothing may be erased."""

    order = forms.CharField(
        label=_("Reference of the order"),
        max_length=80,
        help_text=_("As its sender wrote it: court or authority, and file number."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=NOTE_LENGTH,
        help_text=_("What it is about, without personal data."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class AnswerForm(forms.Form):
    """Why the second person does not agree."""

    because = forms.CharField(
        label=_("Why not?"),
        max_length=NOTE_LENGTH,
        min_length=3,
        help_text=_("The colleague reads it. Write no personal data."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ProofForm(BecauseForm):
    """An act that rests on a proof of identity."""

    field_order: tuple[str, ...] = ("proof", "reason", "note")
    proof = forms.CharField(
        label=_("Proof of identity that was seen"),
        max_length=NOTE_LENGTH,
        help_text=_("Which document, from which country, and where it is filed. Not its number."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CountryForm(ProofForm):
    """Another country for the tenant, on proof."""

    field_order = ("country", "proof", "reason", "note")
    country = forms.ChoiceField(label=_("New country or region of the tenant"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [CHOOSE, *country_choices(get_language() or "en")]  # type: ignore[attr-defined]


class HoldForm(BecauseForm):
    """A freeze or restriction."""

    field_order = ("hold", "until", "reason", "note")
    hold = forms.ChoiceField(label=_("Freeze or restriction"))
    until = forms.DateTimeField(
        label=_("Ends by itself at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [(label(kind), _holds_of(kind)) for kind in HoldKind]
        self.fields["hold"].choices = [CHOOSE, *groups]  # type: ignore[attr-defined]
        self.fields["until"].help_text = _("Without a date it stays until somebody lifts it. Time zone: %(zone)s.") % {
            "zone": settings.TIME_ZONE
        }


def _holds_of(kind: HoldKind) -> list[tuple[str, str]]:
    return [(reason.value, label(reason)) for reason in HoldReason if reason.kind is kind]
