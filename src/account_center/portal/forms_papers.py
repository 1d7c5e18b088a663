"""What may be typed into a form before it is printed. Nothing of it is stored, and nothing of it is asked for."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from account_center.realname.services.forms import fields_of
from account_center.realname.types import PaperKind

TALL = 200  # characters: longer texts get more than one line


class FillForm(forms.Form):
    """One field for each line of the form that is the person's to fill in, and the language of the form."""

    language = forms.ChoiceField(label=_("Language of the form"), choices=settings.LANGUAGES, required=False)

    def __init__(self, *args: Any, kind: PaperKind, **more: Any) -> None:
        super().__init__(*args, **{"initial": {"language": get_language()}, **more})
        for name, label, longest in fields_of(kind):
            quiet = {"autocomplete": "off", "spellcheck": "false"}
            widget = forms.Textarea(attrs={**quiet, "rows": "3"}) if longest > TALL else forms.TextInput(attrs=quiet)
            self.fields[name] = forms.CharField(label=label, max_length=longest, required=False, widget=widget)
        for field in self.fields.values():
            field.must = True  # type: ignore[attr-defined] # all of them may be left empty, as the page says once

    def typed(self) -> dict[str, str]:
        """The texts, once the form is valid."""
        return {name: str(text) for name, text in self.cleaned_data.items() if name != "language"}
