"""A state table in ``rules.py`` and its drawing in ``docs/states/`` say the same.

A table is named ``MOVES`` or ends so; its drawing is named like its states: ``MessageState`` → ``message.md``.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module

import pytest

from tests.architecture.house import PACKAGE, ROOT, module_name

STATES = ROOT / "docs" / "states"
DRAWING = re.compile(r"^```mermaid\n\s*stateDiagram(?:-v2)?\n(.*?)^```", re.MULTILINE | re.DOTALL)
EDGE = re.compile(r"^\s*(\w+)\s*-->\s*(\w+)\s*(?::.*)?$", re.MULTILINE)
Moves = dict[StrEnum, set[StrEnum]]


def tables() -> Iterator[tuple[str, Moves]]:
    """Every state table with the name of its drawing."""
    for path in sorted(PACKAGE.glob("*/rules.py")) + sorted(PACKAGE.glob("*/rules/*.py")):
        for name, moves in sorted(vars(import_module(module_name(path))).items()):
            if name.endswith("MOVES"):
                states = type(next(iter(moves))).__name__.removesuffix("State")
                yield re.sub(r"(?<!^)(?=[A-Z])", "-", states).lower(), moves


TABLES = dict(tables())


@pytest.mark.parametrize("name", sorted(TABLES))
def test_the_drawing_shows_the_moves_that_the_table_allows(name: str) -> None:
    document = STATES / f"{name}.md"
    drawing = DRAWING.search(document.read_text()) if document.exists() else None
    assert drawing, f"docs/states/{name}.md holds no state diagram"
    drawn = {(before.lower(), after.lower()) for before, after in EDGE.findall(drawing[1])}
    allowed = {(before.value, after.value) for before, afters in TABLES[name].items() for after in afters}
    assert drawn == allowed


@pytest.mark.parametrize("name", sorted(TABLES))
def test_the_table_knows_every_state(name: str) -> None:
    moves = TABLES[name]
    kind = type(next(iter(moves)))
    named = set(moves) | {after for afters in moves.values() for after in afters}
    assert named == set(kind)


def test_every_drawing_has_its_table() -> None:
    assert {path.stem for path in STATES.glob("*.md")} <= set(TABLES)
