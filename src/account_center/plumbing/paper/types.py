"""What stands on a paper, in the reader's language already. Plain text everywhere. Knows no Django: the child reads it too."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table. An empty cell is for writing by hand; ``tall`` leaves room for more than one line."""

    label: str
    cells: tuple[str, ...] = field(default=("",), repr=False)
    tall: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Lines under a heading, or without one. ``columns`` are the headings of the cells, where there is more than one."""

    heading: str
    rows: tuple[Row, ...]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """Where one party signs: who it is, and the lines that are filled in below. ``seal`` leaves room for one."""

    label: str
    lines: tuple[str, ...]
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One page of A4. ``language`` is ``zh-hans`` or ``en``; ``code`` names the form and its version.

    ``addressed`` and ``boxes`` are empty on a paper that nobody signs.
    """

    title: str
    language: str
    operator: str
    code: str
    addressed: str
    tables: tuple[Table, ...]
    statements: tuple[str, ...]
    boxes: tuple[Box, ...]
    notes: tuple[str, ...]
    foot: str

    def characters(self) -> frozenset[str]:
        """Every character that stands on the paper, without spaces."""
        return frozenset(character for text in _texts(asdict(self)) for character in text if not character.isspace())


def paper_of(data: dict[str, Any]) -> Paper:
    """The paper that ``dataclasses.asdict`` and JSON were made of."""
    tables = tuple(
        Table(
            one["heading"],
            tuple(Row(row["label"], tuple(row["cells"]), row["tall"]) for row in one["rows"]),
            tuple(one["columns"]),
        )
        for one in data["tables"]
    )
    boxes = tuple(Box(one["label"], tuple(one["lines"]), one["seal"]) for one in data["boxes"])
    lists = {name: tuple(data[name]) for name in ("statements", "notes")}
    return Paper(**{**data, **lists, "tables": tables, "boxes": boxes})


def _texts(part: object) -> Iterator[str]:
    match part:
        case str():
            yield part
        case dict():
            for one in part.values():
                yield from _texts(one)
        case list() | tuple():
            for one in part:
                yield from _texts(one)
