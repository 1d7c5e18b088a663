"""A page as its reader has it: text, forms, links. Small, so that the journeys need no other library."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])


@dataclass
class Node:
    """An element; ``inside`` holds elements and pieces of text in their order."""

    tag: str
    attrs: dict[str, str]
    inside: list["Node | str"] = field(default_factory=list)

    def all(self, tag: str = "") -> Iterator["Node"]:
        """Every element below, this one included."""
        if not tag or self.tag == tag:
            yield self
        for part in self.inside:
            if isinstance(part, Node):
                yield from part.all(tag)

    @property
    def text(self) -> str:
        """What can be read, with single spaces."""
        return " ".join("".join(self._pieces()).split())

    def _pieces(self) -> Iterator[str]:
        for part in self.inside:
            if isinstance(part, str):
                yield part
            elif part.tag not in ("script", "style", "template"):
                yield " "
                yield from part._pieces()
                yield " "

    def first(self, tag: str, **attrs: str) -> "Node | None":
        """The first element of that kind."""
        return next((node for node in self.all(tag) if attrs.items() <= node.attrs.items()), None)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("#page", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if any(node.tag == tag for node in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


class Form:
    """A form with what stands in it."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.action = node.attrs.get("action", "")
        self.method = node.attrs.get("method", "get").lower()
        self.has_files = node.attrs.get("enctype") == "multipart/form-data"
        self.values = dict(self._standing())

    @property
    def names(self) -> set[str]:
        """The names of everything that can be filled."""
        return {part.attrs["name"] for part in self._parts() if part.attrs.get("name")}

    def choices(self, name: str) -> list[tuple[str, str]]:
        """(value, text) of radio buttons or of a select."""
        select = self.node.first("select", name=name)
        if select:
            return [(one.attrs.get("value", ""), one.text) for one in select.all("option")]
        labels = {one.attrs.get("for", ""): one.text for one in self.node.all("label")}
        radios = [one for one in self.node.all("input") if one.attrs.get("name") == name]
        return [(one.attrs["value"], labels.get(one.attrs.get("id", ""), "")) for one in radios]

    def _parts(self) -> Iterator[Node]:
        for tag in ("input", "select", "textarea"):
            yield from self.node.all(tag)

    def _standing(self) -> Iterator[tuple[str, str]]:
        for part in self._parts():
            name, kind = part.attrs.get("name", ""), part.attrs.get("type", "text")
            if not name or kind in ("file", "submit"):
                continue
            if kind in ("checkbox", "radio"):
                if "checked" in part.attrs:
                    yield name, part.attrs.get("value", "on")
            elif part.tag == "select":
                chosen = [one for one in part.all("option") if "selected" in one.attrs]
                if chosen:
                    yield name, chosen[0].attrs.get("value", "")
            else:
                yield name, part.text if part.tag == "textarea" else part.attrs.get("value", "")


class Paper:
    """A whole page."""

    def __init__(self, html: str) -> None:
        reader = _Reader()
        reader.feed(html)
        self.root = reader.root
        self.main = self.root.first("main") or self.root

    @property
    def text(self) -> str:
        """The main part, as it is read."""
        return self.main.text

    @property
    def language(self) -> str:
        """What ``<html lang>`` says."""
        html = self.root.first("html")
        return html.attrs.get("lang", "") if html else ""

    @property
    def headlines(self) -> list[str]:
        """The texts of all ``<h1>``."""
        return [one.text for one in self.root.all("h1")]

    @property
    def forms(self) -> list[Form]:
        """Forms of the main part, in their order."""
        return [Form(one) for one in self.main.all("form")]

    def form_with(self, *names: str) -> Form:
        """The form that has these fields."""
        for form in self.forms:
            if set(names) <= form.names:
                return form
        raise AssertionError(f"no form with {names} on the page: {self.text}")

    @property
    def links(self) -> list[str]:
        """Where the main part leads."""
        return [one.attrs["href"] for one in self.main.all("a") if one.attrs.get("href")]

    @property
    def refusals(self) -> dict[str, Node]:
        """Refusals on the page by their code."""
        return {one.attrs["data-code"]: one for one in self.root.all() if one.attrs.get("data-code")}

    def nameless(self) -> list[str]:
        """Fields and buttons that a screen reader could not name."""
        labelled = {one.attrs.get("for") for one in self.root.all("label") if one.text}
        found = []
        for tag in ("input", "select", "textarea", "button", "a"):
            for part in self.root.all(tag):
                if part.attrs.get("type") == "hidden" or part.attrs.get("aria-label"):
                    continue
                named = part.text or _image_text(part) if tag in ("button", "a") else part.attrs.get("id") in labelled
                if not named:
                    found.append(f"<{tag} {part.attrs}>")
        return found


def _image_text(part: Node) -> str:
    return " ".join(one.attrs.get("alt", "") for one in part.all("img")).strip()
