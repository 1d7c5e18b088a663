"""Writes what a run showed, test by test with its clauses, for `make clauses`. A pytest plugin."""

import json
import os
from collections.abc import Generator
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "var" / "test-results"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        numbers = sorted({number for mark in item.iter_markers("clause") for number in mark.args})
        item.user_properties.append(("clauses", " ".join(numbers)))


def pytest_collection_finish(session: pytest.Session) -> None:
    """`make clauses` asks which tests there are."""
    target = os.environ.get("TEST_COLLECTION", "")
    if target:
        entries = [_entry(item.nodeid, item.user_properties, "not run") for item in session.items]
        Path(target).write_text(json.dumps(entries))


def _entry(nodeid: str, properties: list[tuple[str, object]], outcome: str) -> dict[str, object]:
    return {"nodeid": nodeid, "clauses": str(dict(properties).get("clauses", "")).split(), "outcome": outcome}


class Record:
    """Outcome per test: the worst of setup, call and teardown."""

    RANK = ("passed", "skipped", "failed")

    def __init__(self, name: str) -> None:
        self.name = name
        self.tests: dict[str, dict[str, object]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        entry = self.tests.setdefault(report.nodeid, _entry(report.nodeid, report.user_properties, "passed"))
        entry["outcome"] = max(str(entry["outcome"]), report.outcome, key=self.RANK.index)

    def pytest_sessionfinish(self) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        entries = [self.tests[nodeid] for nodeid in sorted(self.tests)]
        (FOLDER / f"{self.name}.json").write_text(json.dumps(entries, indent=1))


def pytest_configure(config: pytest.Config) -> None:
    name = os.environ.get("TEST_RECORD", "")
    if name and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Record(name))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Lets fixtures see whether their test failed."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


FAILED = pytest.StashKey[bool]()
