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


class PresentPasswordForm(forms.Form):
    """The password the account has."""

    password = forms.CharField(
        label=_("Present password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
