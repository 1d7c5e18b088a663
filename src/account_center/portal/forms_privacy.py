"""Forms of the privacy centre."""

from django import forms
from django.utils.translation import gettext_lazy as _

from account_center.portal.forms import NAME_ATTRS


class DeleteForm(forms.Form):
    """The name, typed once more, and that one knows what it means."""

    name = forms.CharField(
        label=_("Name of the account"),
        max_length=64,
        widget=forms.TextInput(attrs={**NAME_ATTRS, "autocomplete": "off"}),
    )
    understood = forms.BooleanField(
        label=_("I know that this cannot be taken back."),
        error_messages={"required": _("Without this the account stays.")},
    )
