"""The verdicts of a reviewer."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from account_center.console.labels import label
from account_center.realname.queries import reasons_for
from account_center.realname.types import Party, ReviewFilter, ReviewReason, Slot, Verdict, Way

FINE = Verdict.FINE.value
ANY = ("", _("every"))
REVIEWED = (Way.DOCUMENT, Way.ENTERPRISE_PAPERS, Way.BANK_CARD, Way.BANK_ACCOUNT, Way.SCAN)


class FilterForm(forms.Form):
    """Which cases are shown. Sent by GET: nothing in it is personal."""

    party = forms.ChoiceField(
        label=_("Customer"),
        required=False,
        choices=[ANY, (Party.PERSON.value, _("Individuals")), (Party.ORGANISATION.value, _("Organisations"))],
    )
    way = forms.ChoiceField(label=_("Way"), required=False)
    change = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[ANY, ("no", _("First verification")), ("yes", _("Verification change"))],
    )
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("everything that waits")), ("late", _("past the promised time")), ("mine", _("what I have"))],
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["way"].choices = [ANY, *((way.value, label(way)) for way in REVIEWED)]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.must = True  # type: ignore[attr-defined] # says nothing of "optional": every filter is

    def wanted(self, *, staff_id: int | None, now: datetime) -> ReviewFilter:
        """What was chosen; what is no choice makes no difference."""
        chosen = self.cleaned_data if self.is_valid() else {}
        party, way, change, show = (chosen.get(name) or "" for name in ("party", "way", "change", "show"))
        return ReviewFilter(
            party=Party(party) if party else None,
            way=Way(way) if way else None,
            change=change == "yes" if change else None,
            overdue_at=now if show == "late" else None,
            mine=staff_id if show == "mine" else None,
        )


class VerdictForm(forms.Form):
    """What is said of each picture: fine, or the reason that the customer is told."""

    def __init__(self, *args: Any, slots: tuple[Slot, ...], **more: Any) -> None:
        super().__init__(*args, **more)
        for slot in slots:
            self.fields[slot.value] = forms.ChoiceField(
                label=format_lazy(_("Verdict: {picture}"), picture=label(slot)), choices=_choices(slot)
            )

    def verdicts(self) -> dict[Slot, tuple[Verdict, ReviewReason | None]]:
        """Of a valid form."""
        return {Slot(name): _read(said) for name, said in self.cleaned_data.items()}


def _choices(slot: Slot) -> list[tuple[Any, Any]]:
    again = [(reason.value, label(reason)) for reason in reasons_for(slot) if reason.verdict is Verdict.AGAIN]
    refused = [(reason.value, label(reason)) for reason in reasons_for(slot) if reason.verdict is Verdict.REFUSED]
    return [
        ("", _("Please choose")),
        (FINE, _("Fine")),
        (_("Ask again, because"), again),
        (_("Refuse, because"), refused),
    ]


def _read(said: str) -> tuple[Verdict, ReviewReason | None]:
    if said == FINE:
        return Verdict.FINE, None
    reason = ReviewReason(said)
    return reason.verdict, reason
