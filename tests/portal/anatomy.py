"""What a screen reader builds of a page, and what is missing in it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"input", "img", "br", "meta", "link", "hr"}
HEADINGS = ("h1", "h2", "h3", "h4")
NAMED = ("a", "button", "label", "legend", "summary", "title", "th", *HEADINGS)
WITHOUT_LABEL = {"hidden", "submit", "button"}


@dataclass
class Piece:
    """An element, with the words inside it."""

    tag: str
    attrs: dict[str, str]
    words: str = ""
    labelled: bool = False  # it stands inside a label

    @property
    def name(self) -> str:
        """What is read aloud."""
        return (self.attrs.get("aria-label") or self.words).strip()


@dataclass
class Anatomy(HTMLParser):
    """A page taken apart."""

    html: str
    pieces: list[Piece] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[Piece] = []
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        inside = any(piece.tag == "label" for piece in self._open)
        piece = Piece(tag, {name: value or "" for name, value in attrs}, labelled=inside)
        self.pieces.append(piece)
        if tag == "img":
            self.handle_data(piece.attrs.get("alt", ""))
        if tag not in VOID:
            self._open.append(piece)

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag not in VOID and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for piece in self._open:
            piece.words += data

    def all(self, *tags: str) -> list[Piece]:
        """Every element with one of these tags, in order."""
        return [piece for piece in self.pieces if piece.tag in tags]

    @property
    def ids(self) -> list[str]:
        return [piece.attrs["id"] for piece in self.pieces if "id" in piece.attrs]

    @property
    def title(self) -> str:
        return " ".join(self.all("title")[0].words.split())


def faults(html: str) -> list[str]:
    """Everything that would leave somebody who cannot see the page, or has no mouse, without a word or a way."""
    page = Anatomy(html)
    return [*_headings(page), *_ids(page), *_names(page), *_controls(page)]


def _headings(page: Anatomy) -> Iterator[str]:
    levels = [int(piece.tag[1]) for piece in page.all(*HEADINGS)]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} main headings"
    for above, below in pairwise(levels):
        if below > above + 1:
            yield f"a heading of level {below} below one of level {above}"


def _ids(page: Anatomy) -> Iterator[str]:
    known = Counter(page.ids)
    yield from (f"the id {name} stands {times} times" for name, times in known.items() if times > 1)
    for piece in page.pieces:
        for attribute in ("aria-describedby", "aria-labelledby", "for", "list"):
            for one in piece.attrs.get(attribute, "").split():
                if one not in known:
                    yield f"{piece.tag} names {one}, which is not there"
        link = piece.attrs.get("href", "")
        if link.startswith("#") and link[1:] not in known:
            yield f"a link leads to {link}, which is not there"


def _names(page: Anatomy) -> Iterator[str]:
    yield from (f"{piece.tag} without words: {piece.attrs}" for piece in page.all(*NAMED) if not piece.name)
    yield from (f"a picture without alt: {piece.attrs}" for piece in page.all("img") if "alt" not in piece.attrs)


def _controls(page: Anatomy) -> Iterator[str]:
    labels = {piece.attrs.get("for") for piece in page.all("label")}
    for piece in page.all("input", "select", "textarea"):
        if piece.attrs.get("type") in WITHOUT_LABEL:
            continue
        if not (piece.labelled or piece.attrs.get("id") in labels or "aria-label" in piece.attrs):
            yield f"{piece.attrs.get('name')} without a label"
