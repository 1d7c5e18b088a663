from collections.abc import Callable, Iterator

import pytest

from tests.journeys.visiting import Shop, Visitor
from tests.product import Center

NewVisitor = Callable[..., Visitor]


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
