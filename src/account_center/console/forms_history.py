"""The filter of a customer's history."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from account_center.audit.queries import topic_words, way_words
from account_center.audit.types import SignInWay, Topic, Wanted
from account_center.plumbing.filters import NetworksField, PeriodForm


class HistoryForm(PeriodForm):
    """Everything may be left open."""

    topic = forms.ChoiceField(label=_("About"), required=False)
    network = NetworksField(label=_("Networks"))
    way = forms.ChoiceField(label=_("Signed in with"), required=False)
    field_order = ("topic", "since", "until", "network", "way")

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["topic"].choices = [("", _("Everything")), *((one.value, topic_words(one)) for one in Topic)]  # type: ignore[attr-defined]
        self.fields["way"].choices = [("", _("Any way")), *((way.value, way_words(way)) for way in SignInWay)]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.must = True  # type: ignore[attr-defined] # says nothing of "optional": every filter is

    def wanted(self) -> Wanted:
        """What was chosen. Days are days of the installation's time zone."""
        chosen = self.cleaned_data
        return Wanted(
            topics=(Topic(chosen["topic"]),) if chosen["topic"] else tuple(Topic),
            since=self.begins_at(),
            until=self.ends_at(),
            networks=chosen["network"],
            way=SignInWay(chosen["way"]) if chosen["way"] else None,
        )
