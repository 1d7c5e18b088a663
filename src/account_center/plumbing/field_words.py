"""What a form says of a field by itself, in the words of the house: Django's own speak of fields and values, and name no example."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_SAID_INSTEAD: tuple[tuple[str | Promise, str | Promise], ...] = (
    (forms.DateField.default_error_messages["invalid"], gettext_lazy("This is not a date. An example: 1990-05-17.")),
    (forms.IntegerField.default_error_messages["invalid"], gettext_lazy("Type a whole number, such as 10.")),
    (forms.ChoiceField.default_error_messages["invalid_choice"], gettext_lazy("Choose one of those in the list.")),
    (forms.FileField.default_error_messages["empty"], gettext_lazy("This file is empty. Choose another one.")),
)
_CHOOSE = gettext_lazy("Please choose one.")
_MISSING = {
    "select": _CHOOSE,
    "radioselect": _CHOOSE,
    "checkboxselectmultiple": _CHOOSE,
    "checkbox": gettext_lazy("Please tick this."),
    "file": gettext_lazy("Please choose a file."),
}


def in_our_words(error: Any, widget: str) -> str:
    """What to say instead of this error at such a widget (``widget_type`` of Django's fields); empty if it has words of its own."""
    if error.code == "required" and error.message == forms.Field.default_error_messages["required"]:
        return str(_MISSING.get(widget, _("Please fill this in.")))
    match error.code:
        case "max_length":
            return _("At most %(most)d characters; these are %(typed)d.") % {
                "most": error.params["limit_value"],
                "typed": error.params["show_value"],
            }
        case "min_value":
            return _("%(least)s or more, please.") % {"least": error.params["limit_value"]}
        case "max_value":
            return _("%(most)s or less, please.") % {"most": error.params["limit_value"]}
        case _:
            return next((str(ours) for theirs, ours in _SAID_INSTEAD if error.message == theirs), "")
