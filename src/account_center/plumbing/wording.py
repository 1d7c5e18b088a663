"""One catalogue for every refusal: what happened, why, what to do, where. Pages, API, console and answers read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from account_center.kit.refused import Fact, Refused

Text = str | Promise
SUPPORT = "portal:support"


@dataclass(frozen=True, slots=True)
class Way:
    """A way out: a link the person can follow. ``to`` is a URL name or an absolute path.

    ``args`` of the address may name ``{facts}`` of the refusal: then the way is there only if the refusal knows them.
    """

    label: Text
    to: str
    args: tuple[str, ...] = ()

    def link(self, facts: Mapping[str, str]) -> str:
        """The address of this way; empty if the door it leads to is not installed, or a fact for it is not known."""
        if self.to.startswith("/"):
            return self.to
        args = [_fill(arg, facts) for arg in self.args]
        try:
            return reverse(self.to, args=args) if all(args) else ""
        except NoReverseMatch:
            return ""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one refusal. ``{facts}`` in them are filled from the refusal. ``faq`` names the clause it answers."""

    what: Text
    why: Text = ""
    todo: Text = ""
    ways: tuple[Way, ...] = field(default=())
    ticket: str = ""
    faq: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """A refusal in the reader's language, ready for a page or for JSON."""

    code: str
    what: str
    why: str
    todo: str
    ways: tuple[tuple[str, str], ...]
    ticket: str
    faq: str
    reference: str = ""
    offers_support: bool = False

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "code": self.code,
            "what": self.what,
            "why": self.why,
            "todo": self.todo,
            "links": [{"label": label, "href": href} for label, href in self.ways],
            "faq": self.faq,
        }


_CATALOGUE: dict[str, Wording] = {}


def words(entries: Mapping[type[Refused] | str, Wording]) -> None:
    """Enters a room's refusals (by class) and reasons (by code). Raises ValueError on a code that stands already."""
    for key, wording in entries.items():
        code = key if isinstance(key, str) else key.code
        if code in _CATALOGUE:
            raise ValueError(f"two wordings for {code}")
        _CATALOGUE[code] = wording


def known_codes() -> frozenset[str]:
    """Every code that has words."""
    return frozenset(_CATALOGUE)


def wording_of(code: str) -> Wording:
    """The catalogue entry. Raises KeyError for a code without words (a test forbids that)."""
    return _CATALOGUE[code]


def explain(code: str, facts: Mapping[str, Fact] | None = None) -> Explained:
    """The entry of ``code``, filled with ``facts``, in the active language."""
    wording = _CATALOGUE.get(code) or Wording(what=_("This was not possible."), todo=_("Try again, or ask support."))
    filled = {name: _as_text(value) for name, value in (facts or {}).items()}
    return Explained(
        code=code,
        what=_fill(wording.what, filled),
        why=_fill(wording.why, filled),
        todo=_fill(wording.todo, filled),
        ways=tuple(
            (str(way.label), _with_matter(way, link, wording, filled))
            for way in wording.ways
            if (link := way.link(filled))
        ),
        ticket=wording.ticket,
        faq=wording.faq,
        reference=filled.get("reference", ""),
        offers_support=any(way.to == SUPPORT for way in wording.ways),
    )


def _with_matter(way: Way, link: str, wording: Wording, facts: Mapping[str, str]) -> str:
    """The way to support knows what it is about, so that nobody has to say it again (2.1.9, 2.1.12)."""
    if way.to != SUPPORT or not wording.ticket:
        return link
    matter = {"about": wording.ticket, "reference": facts.get("reference", "")}
    return f"{link}?{urlencode({name: value for name, value in matter.items() if value})}"


def explain_refusal(refusal: Refused) -> Explained:
    """The same for a raised refusal."""
    return explain(refusal.code, refusal.facts)


def _as_text(value: Fact) -> str:
    if value is None:
        return ""
    return _(", ").join(value) if isinstance(value, list) else str(value)


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _fill(text: Text, facts: Mapping[str, str]) -> str:
    return str(text).format_map(_Blank(facts)) if text else ""
