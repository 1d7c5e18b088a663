"""The form of the document way (2.2.10): it asks for exactly the pictures that the chosen document needs."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from account_center.kit.countries import country_name
from account_center.kit.travel_document import DocumentKind
from account_center.portal.forms import ForeignCountryField
from account_center.portal.uploading import file_input, files_said
from account_center.portal.words import SLOT_WORDS
from account_center.realname.queries import is_paper
from account_center.realname.types import Slot

_NUMBER_HELP = {
    DocumentKind.PASSPORT: _("Letters and digits as on the page with your picture."),
    DocumentKind.HKM_PERMIT: _("H or M and 8 digits; the two digits that count the issues may be left out."),
    DocumentKind.TAIWAN_PERMIT: _("8 digits; the two digits that count the issues may be left out."),
    DocumentKind.RESIDENCE_PERMIT: _("18 characters, beginning with 810000, 820000 or 830000."),
    DocumentKind.DRIVING_LICENCE: _("Letters and digits as printed."),
}
_HOME_OF = {DocumentKind.HKM_PERMIT: ("HK", "MO"), DocumentKind.TAIWAN_PERMIT: ("TW",)}
_HOME_OF[DocumentKind.RESIDENCE_PERMIT] = ("HK", "MO", "TW")

_ISSUED_BY = _("Country or region that issued it")
_NOT_CHINA = _("China is not on this list: with a mainland identity card, a scan or bank card is answered at once.")


class PictureField(forms.FileField):
    """One picture of a document."""

    def __init__(self, slot: Slot) -> None:
        paper = is_paper(slot)
        help_text, widget = files_said(paper=paper), file_input(paper=paper)
        super().__init__(label=SLOT_WORDS[slot], required=False, help_text=help_text, widget=widget)
        # Needed, but missed by the page and not by the form: so that everything wrong is told at once.
        self.must = True


def _issuer_field(kind: DocumentKind) -> forms.ChoiceField:
    """Permits belong to one region or a few; a passport or driving licence can be of any country but China."""
    homes = _HOME_OF.get(kind)
    if homes is None:
        field: forms.ChoiceField = ForeignCountryField(label=_ISSUED_BY)
        field.help_text = _NOT_CHINA
        return field
    named = [(code, country_name(code, get_language() or "en")) for code in homes]
    return forms.ChoiceField(label=_ISSUED_BY, choices=named if len(homes) == 1 else [("", _("Please choose")), *named])


class DocumentForm(forms.Form):
    """What an individual states of another document than the mainland identity card."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("Exactly as printed on the document."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    number = forms.CharField(
        label=_("Document number"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    birth = forms.DateField(
        label=_("Date of birth"),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
    )
    expires = forms.DateField(
        label=_("Valid until"),
        required=False,
        help_text=_("Leave empty if the document has no such date."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    consent_data = forms.BooleanField(
        label=_("I agree that staff of the operator look at my document and the pictures to see who I am."),
        required=False,
    )
    consent_face = forms.BooleanField(
        label=_(
            "I separately agree that they compare my face in the picture with the document. It is erased at the decision."
        ),
        required=False,
    )

    def __init__(self, *args: Any, kind: DocumentKind, slots: tuple[Slot, ...], home: str = "", **more: Any) -> None:
        """``home`` is the customer's own country: it is chosen, if such a document can come from there."""
        super().__init__(*args, **more)
        self.fields["number"].help_text = _NUMBER_HELP[kind]
        issuer = self.fields["nationality"] = _issuer_field(kind)
        if home in dict(issuer.choices):  # type: ignore[arg-type]
            issuer.initial = home
        for slot in slots:
            self.fields[slot.value] = PictureField(slot)
        for needed in ("consent_data", "consent_face"):
            self.fields[needed].must = True  # type: ignore[attr-defined]
        self.order_fields(["name", "number", "nationality", "birth", "expires", *(slot.value for slot in slots)])


class PicturesForm(forms.Form):
    """The pictures that staff asked for again; at each stands what was wrong with the one before."""

    def __init__(self, *args: Any, reasons: Mapping[Slot, str], **more: Any) -> None:
        super().__init__(*args, **more)
        for slot, reason in reasons.items():
            self.fields[slot.value] = field = PictureField(slot)
            field.help_text = f"{reason} {field.help_text}"
