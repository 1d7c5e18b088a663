"""The filter of a customer's history."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from account_center.audit.queries import topic_words, way_words
from account_center.audit.types import SignInWay, Topic, Wanted
from account_center.kit.networks import BadNetworks, Network, parse_networks

DAY = {"type": "date"}


class HistoryForm(forms.Form):
    """Everything may be left open."""

    topic = forms.ChoiceField(label=_("About"), required=False)
    since = forms.DateField(label=_("First day"), required=False, widget=forms.DateInput(attrs=DAY))
    until = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(attrs=DAY))
    network = forms.CharField(label=_("Networks"), required=False, max_length=200)
    way = forms.ChoiceField(label=_("Signed in with"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["topic"].choices = [("", _("Everything")), *((one.value, topic_words(one)) for one in Topic)]  # type: ignore[attr-defined]
        self.fields["way"].choices = [("", _("Any way")), *((way.value, way_words(way)) for way in SignInWay)]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.must = True  # type: ignore[attr-defined] # says nothing of "optional": every filter is

    def clean_network(self) -> tuple[Network, ...]:
        """As everywhere: addresses, networks or ranges."""
        try:
            return parse_networks(self.cleaned_data["network"])
        except BadNetworks as bad:
            raise forms.ValidationError(_("This is no network address.")) from bad

    def wanted(self) -> Wanted:
        """What was chosen. Days are days of the installation's time zone."""
        chosen = self.cleaned_data
        return Wanted(
            topics=(Topic(chosen["topic"]),) if chosen["topic"] else tuple(Topic),
            since=_start_of(chosen["since"]),
            until=_start_of(chosen["until"] + timedelta(days=1)) if chosen["until"] else None,
            networks=chosen["network"],
            way=SignInWay(chosen["way"]) if chosen["way"] else None,
        )


def _start_of(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
