"""The lists of docs/ that speak of the source say what the source says: events, jobs, commands, what is kept, the map."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module

from account_center.audit.rules import is_event_name
from account_center.entry.cli import COMMANDS
from account_center.plumbing.work.registry import known_jobs
from tests.architecture.house import PACKAGE, ROOT, ladder, sources

# Says events in words and records none.
NAMES_ONLY = {PACKAGE / "audit" / "event_words.py", PACKAGE / "audit" / "fact_words.py"}
FIRST_CELL = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
KEPT_ROW = re.compile(r"^\| `([a-z]+)` \| `(\w+)` \| (.*) \|$", re.MULTILINE)
JOB = re.compile(r"`([a-z]+\.(?!py\b)[a-z]+_?[a-z_]*)`")
EDGE = re.compile(r"^\s*(\w+) --> (\w+)$", re.MULTILINE)
RUNG = re.compile(r"^\s*subgraph (\w+)\[.*\]\n((?:\s*(?!end\b)\w+(?:\[.*\])?\n)*)\s*end$", re.MULTILINE)


def events_in_the_source() -> Iterator[str]:
    """Every text of the product that has the form of an event's name."""
    for path, tree in sources():
        if path not in NAMES_ONLY:
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_event_name(node.value):
                    yield node.value


def test_every_recorded_event_is_explained_and_no_other() -> None:
    explained = FIRST_CELL.findall((ROOT / "docs" / "reference" / "events.md").read_text())
    assert sorted(explained) == sorted(set(events_in_the_source()))


def test_every_job_is_listed_for_whoever_runs_the_product() -> None:
    listed = set(JOB.findall((ROOT / "docs" / "operations.md").read_text()))
    assert listed == {name for name in known_jobs() if (PACKAGE / name.split(".")[0]).is_dir()}


def test_every_command_is_listed() -> None:
    page = (ROOT / "docs" / "reference" / "commands.md").read_text()
    ours = page.partition("## For developers")[0]
    listed = re.findall(r"^\| `([a-z-]+)[^`]*` \|", ours, re.MULTILINE)
    assert set(listed) == set(COMMANDS)


def test_the_page_on_retention_says_what_the_rooms_say() -> None:
    rows = KEPT_ROW.findall((ROOT / "docs" / "explanation" / "retention.md").read_text())
    kept = {
        (path.parent.name, table): text
        for path in PACKAGE.glob("*/retention.py")
        for table, text in import_module(f"account_center.{path.parent.name}.retention").KEPT.items()
    }
    assert {(room, table): text for room, table, text in rows} == kept


def test_the_map_shows_the_rungs_of_the_import_contract() -> None:
    drawing = (ROOT / "docs" / "map.md").read_text()
    rungs = {
        name: {re.split(r"\W", line.strip())[0] for line in rooms.splitlines()} for name, rooms in RUNG.findall(drawing)
    }
    order = [before for before, _after in EDGE.findall(drawing)] + [EDGE.findall(drawing)[-1][1]]
    number = {room: len(order) - 1 - place for place, name in enumerate(order) for room in rungs[name]}
    assert number == ladder()


def test_the_map_says_what_each_room_owns() -> None:
    owned = FIRST_CELL.findall((ROOT / "docs" / "map.md").read_text())
    assert sorted(owned) == sorted(ladder())
