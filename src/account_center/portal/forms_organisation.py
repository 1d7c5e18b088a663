"""The form of an organisation's papers (2.3.24): it asks for exactly what the certificate and whoever acts need."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from account_center.portal.forms import ForeignCountryField
from account_center.portal.forms_document import PictureField
from account_center.realname.queries import number_form_of, papers_needed
from account_center.realname.types import Acting, Certificate, Nature, NumberForm, Slot

_NUMBER_HELP = {
    NumberForm.CREDIT: _("The unified social credit code: 18 letters and digits."),
    NumberForm.ORGANISATION: _("The organisation code: 8 letters or digits and one more, with or without the dash."),
    NumberForm.EITHER: _("The unified social credit code; on older papers the number as printed."),
    NumberForm.FREE: _("As printed."),
}
_CARD_FRONT = {
    Acting.REPRESENTATIVE: _("Identity document of the legal representative: side with the picture"),
    Acting.AUTHORISED: _("Identity document of the authorised person: side with the picture"),
}
_CARD_BACK = {
    Acting.REPRESENTATIVE: _("Identity document of the legal representative: other side"),
    Acting.AUTHORISED: _("Identity document of the authorised person: other side"),
}
_QUIET = {"autocomplete": "off", "spellcheck": "false"}
_CODE = {**_QUIET, "autocapitalize": "characters"}


class OrganisationNameForm(forms.Form):
    """What an organisation calls itself before it is verified (3.1.7)."""

    name = forms.CharField(
        label=_("Name of the organisation"),
        max_length=200,
        required=False,
        help_text=_("In full, as on its licence or certificate. Empty: no organisation."),
        widget=forms.TextInput(attrs={"autocomplete": "organization", "spellcheck": "false"}),
    )


class PapersForm(forms.Form):
    """What is stated of an organisation, and of whoever acts for it."""

    name = forms.CharField(
        label=_("Name of the organisation"),
        max_length=200,
        help_text=_("Exactly as on the certificate."),
        widget=forms.TextInput(attrs={"autocomplete": "organization", "spellcheck": "false"}),
    )
    number = forms.CharField(label=_("Number of the certificate"), max_length=60, widget=forms.TextInput(attrs=_CODE))
    country = ForeignCountryField(label=_("Country or region where it is registered"))
    representative = forms.CharField(
        label=_("Name of the legal representative"),
        max_length=200,
        help_text=_("For a business without one: whoever the certificate names as responsible."),
        widget=forms.TextInput(attrs=_QUIET),
    )
    representative_id = forms.CharField(
        label=_("Identity number of the legal representative"),
        max_length=60,
        help_text=_(
            "Regulations on internet services ask for it: it shows that this person really stands behind the organisation. It is stored encrypted."
        ),
        widget=forms.TextInput(attrs=_CODE),
    )
    agent = forms.CharField(
        label=_("Name of the authorised person"), max_length=200, widget=forms.TextInput(attrs=_QUIET)
    )
    agent_id = forms.CharField(
        label=_("Identity number of the authorised person"), max_length=60, widget=forms.TextInput(attrs=_CODE)
    )
    consent_data = forms.BooleanField(
        label=_(
            "I may act for the organisation, and the persons named here know and agree that their data is compared with the public register and looked at by staff of the operator, to see who stands behind this account."
        ),
        required=False,
    )

    def __init__(self, *args: Any, nature: Nature, certificate: Certificate, acting: Acting, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["number"].help_text = _NUMBER_HELP[number_form_of(certificate)]
        if nature is not Nature.OVERSEAS:
            del self.fields["country"]
        if acting is Acting.REPRESENTATIVE:
            del self.fields["agent"], self.fields["agent_id"]
        slots = papers_needed(acting)
        for slot in slots:
            self.fields[slot.value] = PictureField(slot)
        self.fields[Slot.ID_FRONT.value].label = _CARD_FRONT[acting]
        self.fields[Slot.ID_BACK.value].label = _CARD_BACK[acting]
        self.fields["consent_data"].must = True  # type: ignore[attr-defined]
        self.order_fields([name for name in self.fields if name != "consent_data"])
