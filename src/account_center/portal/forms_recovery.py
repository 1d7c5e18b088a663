"""Forms of the way back in, and of emergency contacts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from account_center.portal.forms import NAME_ATTRS, NewPasswordMixin
from account_center.signin.types import Channel


class RecoverByNameForm(forms.Form):
    """The name of a legacy account, or of a tenant and its IAM user; and the answer to the human check."""

    account = forms.CharField(
        label=_("Account name"),
        max_length=128,
        help_text=_("IAM users: the name or ID of the tenant that your administrator gave you."),
        widget=forms.TextInput(attrs=NAME_ATTRS),
    )
    user = forms.CharField(
        label=_("IAM user name"),
        max_length=64,
        required=False,
        help_text=_("Only for IAM users; leave it empty for an account of your own."),
        widget=forms.TextInput(attrs={**NAME_ATTRS, "autocomplete": "off"}),
    )
    answer = forms.CharField(
        label=_("Your answer"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class RecoverToForm(forms.Form):
    """Which phone or e-mail of the account the code goes to."""

    channel = forms.ChoiceField(
        label=_("Prove with"),
        choices=[(Channel.EMAIL.value, _("E-mail address")), (Channel.SMS.value, _("Phone number"))],
        initial=Channel.EMAIL.value,
        widget=forms.RadioSelect,
    )
    recipient = forms.CharField(
        label=_("The e-mail address or phone number of the account"),
        max_length=254,
        help_text=_("In full, as it is bound to the account; a code goes there."),
        widget=forms.TextInput(attrs=NAME_ATTRS),
    )


class FurtherForm(forms.Form):
    """One of the ways that a new device may use."""

    way = forms.ChoiceField(label=_("How do you want to show it?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, ways: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        choice: Any = self.fields["way"]
        choice.choices = ways
        choice.initial = ways[0][0] if len(ways) == 1 else None


class NewPasswordForm(NewPasswordMixin):
    """The new password at the end of the way."""


class EmergencyContactForm(forms.Form):
    """Somebody who helps the owner back in."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("As you know the person. Only you see it, and later only in part."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    recipient = forms.CharField(
        label=_("Phone number or e-mail address"),
        max_length=254,
        help_text=_("The person gets a code there and tells it to you. That is how the person agrees."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
