import os
from collections import defaultdict
from collections.abc import Callable, Iterator

import pytest

from tests.journeys.visiting import Shop, Visitor
from tests.product import Center

NewVisitor = Callable[..., Visitor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps the journeys in ``JOURNEYS_LANGUAGE`` ("zh", "en"), where the other database's run walks the others.

    A journey that has one language only is walked on both.
    """
    chosen = os.environ.get("JOURNEYS_LANGUAGE", "")
    languages: dict[str, set[str]] = defaultdict(set)
    for item in items:
        languages[_journey(item)].add(_language(item))
    items[:] = [item for item in items if chosen not in languages[_journey(item)] or _language(item) == chosen]


def _journey(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]


def _language(item: pytest.Item) -> str:
    """The first two letters of a journey's language; empty for a test without one, or one that is no journey."""
    found = getattr(item, "callspec", None) if item.nodeid.startswith("tests/journeys/") else None
    return str(found.params.get("language", ""))[:2] if found else ""


@pytest.fixture(autouse=True)
def _visitors_leave() -> Iterator[None]:
    """Whoever came during a test is gone after it."""
    there = len(Visitor.open)
    yield
    while len(Visitor.open) > there:
        Visitor.open.pop().client.close()


@pytest.fixture
def new_visitor(center: Center) -> NewVisitor:
    """Makes visitors of the running center, each with cookies of his own."""

    def make(language: str = "en") -> Visitor:
        return Visitor(center, language)

    return make


@pytest.fixture
def visitor(new_visitor: NewVisitor) -> Visitor:
    """One visitor who reads English."""
    return new_visitor()


@pytest.fixture(scope="session")
def shop(center: Center) -> Iterator[Shop]:
    """Another service that asks for decisions."""
    asking = Shop(center)
    yield asking
    asking.client.close()
