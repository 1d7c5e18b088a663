"""Forms about trusted sites, students and marks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from account_center.console.forms import CHOOSE, QUIET, BecauseForm
from account_center.console.labels import label
from account_center.console.rules import NOTE_LENGTH
from account_center.realname.types import StudentLevel, Study
from account_center.tenants.types import ZoneMark

SET, CLEAR = "set", "clear"
_DOES = {SET: gettext_noop("Mark as: %(mark)s"), CLEAR: gettext_noop("Take off: %(mark)s")}


class StopForm(BecauseForm):
    """Why a site is trusted no more. It is about no customer, so no customer's history shows it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].help_text = _("Such as the number of the ticket. It is kept for good: no personal data.")


class StudentForm(forms.Form):
    """A student status that a ticket proves (2.1.16)."""

    school = forms.CharField(label=_("School"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    level = forms.ChoiceField(label=_("Studies"))
    until = forms.DateField(
        label=_("Counts until and including"),
        help_text=_("The last day of the studies as the proof names it."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    ticket = forms.CharField(
        label=_("Number of the ticket"), max_length=16, widget=forms.TextInput(attrs={**QUIET, "autocomplete": "off"})
    )
    evidence = forms.CharField(
        label=_("Proof that was seen"),
        max_length=NOTE_LENGTH,
        help_text=_("Such as: student card with the stamp of this year. No personal data; it is kept for good."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [(level.value, label(level)) for level in StudentLevel]
        self.fields["level"].choices = [CHOOSE, *levels]  # type: ignore[attr-defined]

    def study(self) -> Study:
        """What was typed."""
        typed = self.cleaned_data
        return Study(typed["school"], StudentLevel(typed["level"]), typed["until"])


class MarkForm(BecauseForm):
    """A mark that is set, or taken off (1.43, 2.1.23)."""

    field_order = ("act", "reason", "note")
    act = forms.ChoiceField(label=_("What shall change?"))

    def __init__(self, *args: Any, marks: frozenset[ZoneMark], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        acts = [(CLEAR if mark in marks else SET, mark) for mark in ZoneMark]
        choices = [(f"{act}:{mark.value}", _(_DOES[act]) % {"mark": label(mark)}) for act, mark in acts]
        self.fields["act"].choices = [CHOOSE, *choices]  # type: ignore[attr-defined]

    def wanted(self) -> tuple[ZoneMark, bool]:
        """The mark, and whether it shall be there."""
        act, _colon, mark = self.cleaned_data["act"].partition(":")
        return ZoneMark(mark), act == SET
