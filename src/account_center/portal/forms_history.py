"""Forms of the history: what to show, and as which file to save it."""

from enum import StrEnum
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from account_center.audit.queries import topic_words, way_words
from account_center.audit.types import OPERATIONS, SIGN_INS, ExportFormat, SignInWay, Topic, Wanted
from account_center.plumbing.filters import NetworksField, PeriodForm


class View(StrEnum):
    """The two views of a history."""

    SIGN_INS = "sign_ins"
    OPERATIONS = "operations"

    @property
    def topics(self) -> tuple[Topic, ...]:
        """What it shows."""
        return SIGN_INS if self is View.SIGN_INS else OPERATIONS


class HistoryForm(PeriodForm):
    """Filters of one view. Everything may be left open."""

    topic = forms.ChoiceField(label=_("Kind"), required=False)
    network = NetworksField(label=_("Network address"), help_text=_("One address, or a network such as 192.0.2.0/24."))
    way = forms.ChoiceField(label=_("Signed in with"), required=False)
    field_order = ("topic", "since", "until", "network", "way")

    def __init__(self, data: Any, *, view: View) -> None:
        super().__init__(data)
        self.view = view
        self.fields["topic"].choices = [("", _("All")), *((one.value, topic_words(one)) for one in view.topics)]  # type: ignore[attr-defined]
        self.fields["way"].choices = [("", _("All ways")), *((way.value, way_words(way)) for way in SignInWay)]  # type: ignore[attr-defined]
        if view is View.OPERATIONS:
            del self.fields["way"]
        for field in self.fields.values():
            field.must = True  # type: ignore[attr-defined] # says nothing of "optional": every filter is

    def wanted(self) -> Wanted:
        """What was chosen. Days are days of the installation's time zone."""
        chosen = self.cleaned_data
        return Wanted(
            topics=(Topic(chosen["topic"]),) if chosen["topic"] else self.view.topics,
            since=self.begins_at(),
            until=self.ends_at(),
            networks=chosen["network"],
            way=SignInWay(chosen["way"]) if chosen.get("way") else None,
        )


class FileForm(HistoryForm):
    """The same, as a file."""

    file = forms.ChoiceField(
        label=_("Format"), choices=[(ExportFormat.CSV.value, "CSV"), (ExportFormat.JSON.value, "JSON")]
    )
