"""Forms of the history: what to show, and as which file to save it."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from account_center.audit.queries import topic_words, way_words
from account_center.audit.types import OPERATIONS, SIGN_INS, ExportFormat, SignInWay, Topic, Wanted
from account_center.kit.networks import BadNetworks, Network, parse_networks

NETWORKS = 10  # that one filter compares


class View(StrEnum):
    """The two views of a history."""

    SIGN_INS = "sign_ins"
    OPERATIONS = "operations"

    @property
    def topics(self) -> tuple[Topic, ...]:
        """What it shows."""
        return SIGN_INS if self is View.SIGN_INS else OPERATIONS


class HistoryForm(forms.Form):
    """Filters of one view. Everything may be left open."""

    topic = forms.ChoiceField(label=_("Kind"), required=False)
    since = forms.DateField(label=_("First day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    network = forms.CharField(
        label=_("Network address"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("One address, or a network such as 192.0.2.0/24."),
    )
    way = forms.ChoiceField(label=_("Signed in with"), required=False)

    def __init__(self, data: Any, *, view: View) -> None:
        super().__init__(data)
        self.view = view
        self.fields["topic"].choices = [("", _("All")), *((one.value, topic_words(one)) for one in view.topics)]  # type: ignore[attr-defined]
        self.fields["way"].choices = [("", _("All ways")), *((way.value, way_words(way)) for way in SignInWay)]  # type: ignore[attr-defined]
        if view is View.OPERATIONS:
            del self.fields["way"]
        for field in self.fields.values():
            field.must = True  # type: ignore[attr-defined] # says nothing of "optional": every filter is

    def clean_network(self) -> tuple[Network, ...]:
        """As everywhere: an address, a network or a range."""
        try:
            found = parse_networks(self.cleaned_data["network"])
        except BadNetworks as bad:
            raise forms.ValidationError(
                _("“%(entry)s” is no network address."), params={"entry": bad.entries[0].text}
            ) from bad
        if len(found) > NETWORKS:
            raise forms.ValidationError(_("At most %(most)d at once."), params={"most": NETWORKS})
        return found

    def clean(self) -> dict[str, Any]:
        """A period runs forward."""
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The end of the period lies before its beginning."))
        return cleaned

    def wanted(self) -> Wanted:
        """What was chosen. Days are days of the installation's time zone."""
        chosen = self.cleaned_data
        return Wanted(
            topics=(Topic(chosen["topic"]),) if chosen["topic"] else self.view.topics,
            since=_start_of(chosen["since"]),
            until=_start_of(chosen["until"] + timedelta(days=1)) if chosen["until"] else None,
            networks=chosen["network"],
            way=SignInWay(chosen["way"]) if chosen.get("way") else None,
        )


class FileForm(HistoryForm):
    """The same, as a file."""

    file = forms.ChoiceField(
        label=_("Format"), choices=[(ExportFormat.CSV.value, "CSV"), (ExportFormat.JSON.value, "JSON")]
    )


def _start_of(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
