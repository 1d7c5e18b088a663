"""Forms of the console about tickets."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from account_center.support.queries.words import CATEGORY_WORDS, STAFF_STATE_WORDS, closings, remedy_name
from account_center.support.types import Category, ClosedBecause, QueueFilter, RemedyKind, TicketState

ROWS = {"rows": "5"}
# Why a member of staff may close; the other reasons come from customers and from time.
REASONS = (ClosedBecause.SOLVED, ClosedBecause.REFUSED, ClosedBecause.DUPLICATE)
EVERYTHING = ""


class QueueForm(forms.Form):
    """Which tickets are shown. Sent by GET: nothing in it is personal."""

    state = forms.ChoiceField(label=_("State"), required=False)
    category = forms.ChoiceField(label=_("About"), required=False)
    whose = forms.ChoiceField(label=_("Taken by"), required=False)
    number = forms.CharField(
        label=_("Or by its number"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        states = [(state.value, words[1]) for state, words in STAFF_STATE_WORDS.items()]
        self._offer("state", [*states, ("all", _("every state"))])
        self._offer("category", [(EVERYTHING, _("everything")), *CATEGORY_WORDS.items()])
        self._offer("whose", [(EVERYTHING, _("anybody or nobody")), ("nobody", _("nobody")), ("me", _("me"))])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def wanted(self, *, staff_id: int | None) -> QueueFilter:
        """What was chosen; what is no choice shows what waits for support."""
        chosen = self.cleaned_data if self.is_valid() else {}
        state, category, whose = (chosen.get(name) or "" for name in ("state", "category", "whose"))
        return QueueFilter(
            state=None if state == "all" else TicketState(state or TicketState.OPEN),
            category=Category(category) if category else None,
            mine=staff_id if whose == "me" else None,
            unclaimed=whose == "nobody",
        )


class KeyedForm(forms.Form):
    """A form whose second sending is recognised."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["key"].initial = uuid4


class AnswerForm(KeyedForm):
    """To the customer."""

    text = forms.CharField(
        label=_("Answer to the customer"),
        help_text=_("The customer reads this. The message that announces it does not repeat it."),
        widget=forms.Textarea(attrs=ROWS),
    )
    asks = forms.BooleanField(label=_("I need something from the customer"), required=False)


class NoteForm(KeyedForm):
    """Between colleagues."""

    text = forms.CharField(
        label=_("Note for colleagues"), help_text=_("The customer never sees it."), widget=forms.Textarea(attrs=ROWS)
    )


class CloseForm(KeyedForm):
    """The end, with a last word."""

    because = forms.ChoiceField(label=_("Why?"))
    text = forms.CharField(label=_("Last word to the customer"), widget=forms.Textarea(attrs=ROWS))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["because"].choices = closings(REASONS)  # type: ignore[attr-defined]


class BindForm(forms.Form):
    """Which account an appeal is about."""

    account = forms.IntegerField(
        label=_("Account number"),
        min_value=1,
        max_value=2**62,
        help_text=_("As it stands on the customer's page. Its owner is told at once."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class ProposeForm(KeyedForm):
    """What shall be done, and on which proof."""

    kind = forms.ChoiceField(label=_("What shall be done?"), widget=forms.RadioSelect)
    evidence = forms.CharField(
        label=_("What you saw"),
        help_text=_("Which papers and pictures, and what agrees with what. The second person reads it."),
        widget=forms.Textarea(attrs=ROWS),
    )

    def __init__(self, *args: Any, kinds: list[RemedyKind], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kind"].choices = [(kind.value, remedy_name(kind)) for kind in kinds]  # type: ignore[attr-defined]


class RefuseForm(KeyedForm):
    """Why the second person does not agree."""

    text = forms.CharField(
        label=_("Why not?"), help_text=_("A note for the colleague."), widget=forms.Textarea(attrs={"rows": "3"})
    )
