"""Every form that can be reached from a page, filled with what no form expects."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin, urlsplit

from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from tests.journeys.paper import Form, Paper

# Each goes into every field at once: what a database cannot keep, what no calendar or number knows, what is not meant.
ODD = {
    "nothing": "",
    "a null character": "a\0b",
    "far too long": "长" * 30_000,
    "many digits": "9" * 400,
    "digits of another script": "١٣٨٠٠١٣٨٠٠٠",
    "the first day": "0001-01-01",
    "the last day": "9999-12-31",
    "no day": "2027-02-29",
    "below zero": "-1",
    "no number": "NaN",
    "past all numbers": "1e400",
    "a number past the database's": "9223372036854775808",
    "no identifier": "00000000-0000-0000-0000-000000000000",
    "turned round": "\u202eabc\u2066",
    "markup": "<script>alert(1)</script>'\"--",
    "a list": '["a", {"b": [1]}]',
    "half a character": b"\xed\xa0\x80".decode("latin-1"),
}

WORST = ("a null character", "the last day")


@dataclass
class Walk:
    """What one person can reach by links, and the forms there, each once."""

    client: Client
    most: int = 400
    seen: set[str] = field(default_factory=set)
    forms: dict[tuple[str, str, frozenset[str]], tuple[str, Form]] = field(default_factory=dict)

    def through(self, *starts: str) -> "Walk":
        """Follows every link to a page of ours; never a form."""
        waiting = list(starts)
        while waiting and len(self.seen) < self.most:
            path = waiting.pop(0)
            place = _place(path)
            if place is None or place in self.seen:
                continue
            self.seen.add(place)
            waiting += [urljoin(path, link) for link in self._read(path)]
        return self

    def _read(self, path: str) -> list[str]:
        response = self.client.get(path)
        assert response.status_code < 500, path
        if response.status_code in (301, 302):
            return [response["Location"]]
        if response.streaming or "html" not in response["Content-Type"]:
            return []
        paper = Paper(response.content.decode())
        for node in paper.root.all("form"):
            form = Form(node)
            goal = urljoin(path, form.action)
            self.forms.setdefault((form.method, _place(goal) or goal, frozenset(form.names)), (goal, form))
        return [one.attrs["href"] for one in paper.root.all("a") if one.attrs.get("href")]

    def faults(self) -> Iterator[str]:
        """The forms that break, and by what."""
        for (method, place, _names), (goal, form) in self.forms.items():
            for filled, what in _fillings(form):
                status = self._send(method, goal, filled)
                if status >= 500:
                    yield f"{status} {method} {place}: {what}"

    def __post_init__(self) -> None:
        self.client.raise_request_exception = False

    def _send(self, method: str, goal: str, filled: dict[str, str]) -> int:
        with transaction.atomic():
            try:
                if method == "post":
                    return self.client.post(goal, filled).status_code
                return self.client.get(f"{urlsplit(goal).path}?{urlencode(filled)}").status_code
            finally:
                transaction.set_rollback(True)  # each form stands where the walk found it


def _fillings(form: Form) -> Iterator[tuple[dict[str, str], str]]:
    """Each into all fields at once; the worst into every field by itself as well, among what stands there."""
    for what, odd in ODD.items():
        yield dict.fromkeys(form.names, odd), what
    for name in sorted(form.names - {"csrfmiddlewaretoken"}):
        for what in WORST:
            yield {**form.values, name: ODD[what]}, f"{what} as {name}"


def _place(path: str) -> str | None:
    """Which page an address is; pages with the same form for many things are one. None for what is not ours."""
    parts = urlsplit(path)
    if parts.netloc not in ("", "testserver") or parts.scheme not in ("", "http"):
        return None
    try:
        return resolve(parts.path).view_name
    except Resolver404:
        return None
