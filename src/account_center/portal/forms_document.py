"""The form of the document way (2.2.10): it asks for exactly the pictures that the chosen document needs."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from account_center.kit.countries import country_name
from account_center.kit.travel_document import DocumentKind
from account_center.portal.forms import countries
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


class PictureField(forms.FileField):
    """One picture of a document."""

    def __init__(self, slot: Slot) -> None:
        paper = is_paper(slot)
        help_text, widget = files_said(paper=paper), file_input(paper=paper)
        super().__init__(label=SLOT_WORDS[slot], required=False, help_text=help_text, widget=widget)
        # Needed, but missed by the page and not by the form: so that everything wrong is told at once.
        self.must = True


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
    nationality = forms.ChoiceField(label=_("Country or region that issued it"), choices=countries)
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

    def __init__(self, *args: Any, kind: DocumentKind, slots: tuple[Slot, ...], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["number"].help_text = _NUMBER_HELP[kind]
        homes = _HOME_OF.get(kind)
        nationality = self.fields["nationality"]
        if homes and isinstance(nationality, forms.ChoiceField):
            nationality.choices = [(code, country_name(code, get_language() or "en")) for code in homes]
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
