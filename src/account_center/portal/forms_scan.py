"""The two forms of a verification by scan: what is typed at the computer, and the picture taken with the phone."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from account_center.portal.forms import told_by_the_page
from account_center.portal.uploading import file_input, files_said


class ScanForm(forms.Form):
    """What an individual states at the computer."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("Exactly as printed on your resident identity card."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    id_number = forms.CharField(
        label=_("Resident identity number"),
        max_length=40,
        help_text=_("18 characters. With another document, choose the way with review by staff."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    consent_data = forms.BooleanField(
        label=_("I agree that my name and identity number are compared with the official identity record."),
        required=False,
    )
    consent_face = forms.BooleanField(
        label=_(
            "I separately agree that my face picture, taken with the phone, is compared with the picture of my identity document."
        ),
        required=False,
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        told_by_the_page(self)


class FaceForm(forms.Form):
    """The picture, and the consent of whoever is in it."""

    face = forms.FileField(
        label=_("Picture of your face"),
        required=False,
        help_text=format_lazy(
            "{files} {use}",
            files=files_said(paper=False),
            use=_("It is compared once with your document and erased at the decision."),
        ),
        widget=file_input(paper=False, capture="user"),
    )
    agree = forms.BooleanField(required=False)

    def __init__(self, *args: Any, who: str, account: str, **more: Any) -> None:
        super().__init__(*args, **more)
        said = _(
            "I am {who}. I agree that my face picture is compared with the picture of my identity document, so that the account {account} is verified in my name."
        )
        self.fields["agree"].label = str(said).format(who=who, account=account)
        for needed in ("face", "agree"):
            self.fields[needed].must = True  # type: ignore[attr-defined]
