"""Forms of the steps after the first factor."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from account_center.portal.forms import NewPasswordMixin


class ChannelForm(forms.Form):
    """Where the code goes."""

    channel = forms.ChoiceField(label=_("Where shall the code go?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, channels: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        choice: Any = self.fields["channel"]
        choice.choices = channels
        choice.initial = channels[0][0]


class RecoveryCodeForm(forms.Form):
    """One of the recovery codes."""

    code = forms.CharField(
        label=_("Recovery code"),
        max_length=40,
        help_text=_("Capital letters, spaces and hyphens do not matter. Each code counts once."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class FirstNewPasswordForm(NewPasswordMixin):
    """A new password before the sign-in goes on."""
