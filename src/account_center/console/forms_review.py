"""The verdicts of a reviewer."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from account_center.console.labels import label
from account_center.realname.queries import reasons_for
from account_center.realname.types import ReviewReason, Slot, Verdict

FINE = Verdict.FINE.value


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
