"""Template tags of the look: links that may be missing, pills, navigation, and forms that explain themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from account_center.plumbing.field_words import in_our_words
from account_center.plumbing.refusals import RefusedField
from account_center.plumbing.wording import Explained

register = template.Library()

LABEL_ENDS = " .:?!。：？！"  # a sentence as a label, followed by a colon, would read badly
MOST_OF_A_LABEL = 32
PILL_KINDS = frozenset({"ok", "wait", "no", "info"})

# What a browser should know about a field, by the field's name. What the form says itself always wins.
FIELD_HINTS: Mapping[str, Mapping[str, str]] = {
    "phone": {"autocomplete": "tel", "inputmode": "tel"},
    "email": {"autocomplete": "email", "inputmode": "email", "autocapitalize": "none", "spellcheck": "false"},
    "code": {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"},
    "password": {"autocomplete": "current-password"},
    "new_password": {"autocomplete": "new-password"},
    "new_password_again": {"autocomplete": "new-password"},
    "account_name": {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    "sign_in_name": {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    "country": {"autocomplete": "country"},
    "full_name": {"autocomplete": "name"},
    "card_number": {"inputmode": "numeric", "autocomplete": "off"},
    "id_number": {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
}


@dataclass(frozen=True, slots=True)
class ShownError:
    """One error as the form part prints it: the sentence, and the whole explanation if there is one."""

    text: str
    explained: Explained | None


@register.simple_tag
def way(name: str, *args: str) -> str:
    """The address of a page; empty if its door is not installed, so that no link is shown."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@register.inclusion_tag("look/pill.html")
def pill(kind: str, text: str) -> dict[str, str]:
    """A status pill. ``kind``: ok, wait, no or info. Raises ValueError on another kind."""
    if kind not in PILL_KINDS:
        raise ValueError(f"a pill is one of {sorted(PILL_KINDS)}, not {kind!r}")
    return {"kind": kind, "text": text}


@register.inclusion_tag("look/nav_link.html", takes_context=True)
def nav_link(context: Context, name: str, label: str, *areas: str) -> dict[str, Any]:
    """A link of the navigation; nothing if it leads nowhere.

    Marked ``page`` on that page itself, and ``true`` on its steps and on all pages that lie below an area: the name of
    a page below whose address they lie, or with which their own names begin.
    """
    href = way(name)
    view, path = _shown_page(context.get("request"))
    here = any(_lies_in(area, view, path) for area in areas) or _is_step(view, name)
    return {"href": href, "label": label, "current": "page" if path and path == href else "true" if here else ""}


def _shown_page(request: HttpRequest | None) -> tuple[str, str]:
    """The name and the address of the page shown."""
    if request is None:
        return "", ""
    return request.resolver_match.view_name if request.resolver_match else "", request.path


def _lies_in(area: str, view: str, path: str) -> bool:
    above = way(area)
    return _is_step(view, area) or bool(above and path.startswith(above))


def _is_step(view: str, name: str) -> bool:
    """Whether it is the page or one of its steps: `portal:verification_card` is one of `portal:verification`."""
    return view == name or view.startswith(f"{name}_")


@register.filter
def drawn(field: BoundField) -> SafeString:
    """The field's control, with autocomplete and keyboard hints where the form gave none."""
    hints = FIELD_HINTS.get(field.name, {})
    given = field.field.widget.attrs
    attrs: dict[str, str | bool] = {name: value for name, value in hints.items() if name not in given}
    if field.use_fieldset and field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)


@register.filter
def shown_errors(field: BoundField) -> list[ShownError]:
    """The errors of one field."""
    return [_shown(error, field) for error in field.errors.as_data()]


@register.filter
def form_errors(form: BaseForm) -> list[ShownError]:
    """The plain errors that belong to no field."""
    return [error for error in _general_errors(form) if error.explained is None]


@register.filter
def refusals(form: BaseForm) -> list[Explained]:
    """Every refusal that belongs to no field, in the order in which they were added."""
    found = [error.explained for error in _general_errors(form) if error.explained]
    alone: Explained | None = getattr(form, "refusal", None)
    return found if alone is None or alone in found else [*found, alone]


def _general_errors(form: BaseForm) -> list[ShownError]:
    return [_shown(error) for error in form.non_field_errors().as_data()]


@register.filter
def summary(form: BaseForm) -> list[tuple[str, str, str]]:
    """(field id, label, sentence) of every field error, in the order of the form, for the list above it."""
    return list(_summary_lines(form))


def _summary_lines(form: BaseForm) -> Iterator[tuple[str, str, str]]:
    for field in form:
        for error in shown_errors(field):
            yield field.id_for_label or field.auto_id, _short_label(field), error.text


def _short_label(field: BoundField) -> str:
    """What is agreed to is a long sentence; its beginning is enough to find it again."""
    label = str(field.label).rstrip(LABEL_ENDS)
    return Truncator(label).chars(MOST_OF_A_LABEL) if control(field) == "check" else label


def _shown(error: Any, field: BoundField | None = None) -> ShownError:
    explained = error.explained if isinstance(error, RefusedField) else None
    ours = in_our_words(error, field.widget_type) if field is not None and explained is None else ""
    return ShownError(text=ours or " ".join(error.messages), explained=explained)


@register.filter
def control(field: BoundField) -> str:
    """How a field is laid out: check, choice, file, secret or line."""
    kind = field.widget_type
    kinds = {"checkbox": "check", "radioselect": "choice", "checkboxselectmultiple": "choice", "password": "secret"}
    return "file" if "file" in kind else kinds.get(kind, "line")


class KeepNode(Node):
    """Renders what is inside once and keeps it under a name, so that a block can stand in two places."""

    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: Context) -> SafeString:
        # Rendered template output is escaped already; only the white space around it goes.
        context[self.name] = mark_safe(self.nodelist.render(context).strip())  # noqa: S308
        return SafeString("")


@register.tag
def keep(parser: Parser, token: Token) -> KeepNode:
    """``{% keep as name %}…{% endkeep %}``: the rendered inside as ``name``; empty text if there is nothing in it."""
    match token.split_contents():
        case [_, "as", name]:
            pass
        case _:
            raise template.TemplateSyntaxError("keep is written {% keep as name %}")
    nodelist = parser.parse(("endkeep",))
    parser.delete_first_token()
    return KeepNode(nodelist, name)
