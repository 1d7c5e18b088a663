"""Forms about second factors, and about showing that it is still the owner."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ProveWayForm(forms.Form):
    """How the owner wants to prove it."""

    way = forms.ChoiceField(label=_("How do you want to show it?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, ways: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        choice: Any = self.fields["way"]
        choice.choices = ways
        choice.initial = ways[0][0]


class EmptyForm(forms.Form):
    """A button: what it sends is read elsewhere."""


class PresentPasswordForm(forms.Form):
    """The password the account has."""

    password = forms.CharField(
        label=_("Present password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class RecoveryCodeForm(forms.Form):
    """One recovery code, however it is typed."""

    code = forms.CharField(
        label=_("Recovery code"),
        max_length=60,
        help_text=_("Such as 7K3M-QX2A-9TDC. Each code counts once."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text", "autocapitalize": "characters"}),
    )


class PasskeyNameForm(forms.Form):
    """The owner's word for a passkey."""

    name = forms.CharField(
        label=_("Name of the passkey"),
        max_length=40,
        help_text=_("So that you know it again in the list, such as “Phone” or “Key on the ring”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_name(self) -> str:
        """One line of visible characters."""
        name = " ".join(str(self.cleaned_data["name"]).split())
        if not name.isprintable():
            raise forms.ValidationError(_("It contains characters that cannot be shown."))
        return name


class SignInCheckForm(forms.Form):
    """What is asked at sign-in after the password."""

    check = forms.ChoiceField(label=_("After the password we ask for"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        choice: Any = self.fields["check"]
        choice.choices = choices
