"""The form of the upgrade."""

from django import forms
from django.utils.translation import gettext_lazy as _

from account_center.portal.forms import NAME_ATTRS


class UpgradeForm(forms.Form):
    """The name of the ID account: the one the legacy account has, unless that is taken."""

    name = forms.CharField(
        label=_("Name of the ID account"),
        max_length=64,
        help_text=_("4 to 32 letters (a–z), digits, dots, hyphens or underscores, starting with a letter."),
        widget=forms.TextInput(attrs=NAME_ATTRS),
    )
