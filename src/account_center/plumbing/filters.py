"""What lists of events are narrowed by, in every door alike: a period of days, and networks."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from account_center.kit.networks import BadNetworks, Network, parse_networks

NETWORKS = 10  # that one filter compares
_DAY = {"type": "date"}


class NetworksField(forms.CharField):
    """Addresses, networks or ranges, at most ``NETWORKS``; a tuple of them, as everywhere."""

    def __init__(self, **more: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        super().__init__(required=False, max_length=200, widget=widget, **more)

    def clean(self, value: Any) -> tuple[Network, ...]:
        """Raises ValidationError with the first entry that is no network."""
        try:
            found = parse_networks(super().clean(value))
        except BadNetworks as bad:
            raise forms.ValidationError(
                _("“%(entry)s” is no network address."), params={"entry": bad.entries[0].text}
            ) from bad
        if len(found) > NETWORKS:
            raise forms.ValidationError(_("At most %(most)d at once."), params={"most": NETWORKS})
        return found


class PeriodForm(forms.Form):
    """From a first day to a last day, both in it; either may be left open."""

    since = forms.DateField(label=_("First day"), required=False, widget=forms.DateInput(attrs=_DAY))
    until = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(attrs=_DAY))

    def clean(self) -> dict[str, Any]:
        """A period runs forward."""
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The end of the period lies before its beginning."))
        return cleaned

    def begins_at(self) -> datetime | None:
        """The beginning of the first day, in the installation's time zone; None where it is open."""
        return _start_of(self.cleaned_data["since"])

    def ends_at(self) -> datetime | None:
        """The end of the last day, itself not included; None where it is open."""
        return _start_of(self.cleaned_data["until"], days=1)


def _start_of(day: date | None, *, days: int = 0) -> datetime | None:
    if day is None:
        return None
    try:
        start = timezone.make_aware(datetime.combine(day + timedelta(days=days), time.min))
        return start.astimezone(UTC)
    except OverflowError:
        return None  # the first and the last day that calendars know: nothing lies beyond them
