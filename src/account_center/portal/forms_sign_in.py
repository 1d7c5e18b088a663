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


class FirstNewPasswordForm(NewPasswordMixin):
    """A new password before the sign-in goes on."""
