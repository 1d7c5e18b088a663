"""Forms of the tenant's security policy. What may be kept is decided by the room."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from account_center.kit.limits import HOUR, MINUTE
from account_center.policy.types import MOST_HISTORY, MOST_MIN_AGE_HOURS, MOST_PASSWORD_DAYS, LeastCheck

LIST_LENGTH = 8_000  # characters
MINUTES_OF_AN_HOUR = HOUR // MINUTE
USUAL_MINUTES = (15, 30, 60, 120, 240, 480, 720, 1440)
CHECK_WORDS: dict[LeastCheck, str | Promise] = {
    LeastCheck.ANY: _("What each user has chosen"),
    LeastCheck.CODE: _("A code by SMS or e-mail, unless the device is trusted"),
    LeastCheck.SECOND_FACTOR: _("Authenticator app or passkey, at every sign-in"),
}


class PolicyForm(forms.Form):
    """Knows which version of the policy the page showed, so that nobody's change is undone unseen."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class NetworksForm(PolicyForm):
    """From where the tenant's users may sign in."""

    networks = forms.CharField(
        label=_("Allowed networks"),
        required=False,
        max_length=LIST_LENGTH,
        help_text=_(
            "One per line or separated by commas: an address (203.0.113.9), a network (203.0.113.0/24, 2001:db8::/32) or a range (203.0.113.5-203.0.113.9). Empty: from everywhere."
        ),
        widget=forms.Textarea(
            attrs={"rows": 8, "spellcheck": "false", "autocapitalize": "none", "autocomplete": "off"}
        ),
    )


class PasswordRulesForm(PolicyForm):
    """How long passwords count, and which may come back."""

    days = forms.IntegerField(
        label=_("Passwords count for (days)"),
        help_text=_("1 to 180; then the next sign-in asks for a new one. 0: they do not run out."),
        widget=forms.NumberInput(attrs={"min": 0, "max": MOST_PASSWORD_DAYS, "inputmode": "numeric"}),
    )
    history = forms.IntegerField(
        label=_("Old passwords that may not come back"),
        help_text=_("0 to 24. The present one never counts as new."),
        widget=forms.NumberInput(attrs={"min": 0, "max": MOST_HISTORY, "inputmode": "numeric"}),
    )
    min_hours = forms.IntegerField(
        label=_("A new password stays at least (hours)"),
        help_text=_(
            "0 to 240. It keeps people from changing through to their old password. A forgotten or forced password is not bound by it."
        ),
        widget=forms.NumberInput(attrs={"min": 0, "max": MOST_MIN_AGE_HOURS, "inputmode": "numeric"}),
    )


class SessionLengthForm(PolicyForm):
    """After how long without use one signs in again."""

    minutes = forms.TypedChoiceField(label=_("A session ends after this time without use"), coerce=int)

    def __init__(self, *args: Any, present: int, **more: Any) -> None:
        super().__init__(*args, **more)
        choice: Any = self.fields["minutes"]
        choice.choices = session_choices(present)


class LeastCheckForm(PolicyForm):
    """What every sign-in asks for at least."""

    check = forms.ChoiceField(
        label=_("After the password every sign-in asks at least for"),
        choices=[(check.value, words) for check, words in CHECK_WORDS.items()],
        widget=forms.RadioSelect,
        help_text=_("Whoever has chosen more for himself is asked for more."),
    )


class WayBackForm(forms.Form):
    """Where the code of the way back goes."""

    channel = forms.ChoiceField(label=_("Send the code to"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, channels: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        choice: Any = self.fields["channel"]
        choice.choices = channels
        choice.initial = channels[0][0] if channels else ""


def session_choices(present: int) -> list[tuple[int, str]]:
    """The usual lengths up to the operator's own, and the one that is in force."""
    longest = settings.LIMITS.session_seconds // MINUTE
    usual = sorted({*(minutes for minutes in USUAL_MINUTES if minutes < longest), present} - {0})
    standard = _("as long as with everybody (%(length)s)") % {"length": length_text(longest)}
    return [(0, standard), *_worded(usual)]


def _worded(lengths: Iterable[int]) -> list[tuple[int, str]]:
    return [(minutes, length_text(minutes)) for minutes in lengths]


def length_text(minutes: int) -> str:
    """A length of time in words."""
    if minutes % MINUTES_OF_AN_HOUR:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    hours = minutes // MINUTES_OF_AN_HOUR
    return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
