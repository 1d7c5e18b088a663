"""The form that asks for a higher limit (2.1.22)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from account_center.portal.forms_support import KeyedForm
from account_center.realname.types import Counted

KINDS = (
    (Counted.ORGANISATION.value, _("An organisation")),
    (Counted.PERSON.value, _("A person")),
)


class LimitForm(KeyedForm):
    """How many are needed, and why; for whom only where that is not known yet."""

    field_order = ("kind", "name", "number", "wanted", "text", "key")
    kind = forms.ChoiceField(label=_("Whose verified accounts are too few?"), choices=KINDS, widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("Name of the organisation or person"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    number = forms.CharField(
        label=_("Unified social credit code, or identity number of the person"),
        max_length=40,
        help_text=_("Support sees it masked."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    wanted = forms.IntegerField(
        label=_("How many accounts are needed?"),
        min_value=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    text = forms.CharField(
        label=_("What are they needed for?"),
        help_text=_("Never write a password or a code here."),
        widget=forms.Textarea(attrs={"rows": "4"}),
    )

    def __init__(self, *args: Any, known: Counted | None, **more: Any) -> None:
        super().__init__(*args, **more)
        if known is not None:
            for field in ("kind", "name", "number"):
                del self.fields[field]
