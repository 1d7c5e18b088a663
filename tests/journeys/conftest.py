from collections.abc import Callable, Iterator

import pytest

from tests.journeys.visiting import Shop, Visitor
from tests.product import Center


@pytest.fixture
def new_visitor(center: Center) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors of the running center, each with cookies of his own."""
    made: list[Visitor] = []

    def make(language: str = "en") -> Visitor:
        made.append(Visitor(center, language))
        return made[-1]

    yield make
    for visitor in made:
        visitor.client.close()


@pytest.fixture
def visitor(new_visitor: Callable[..., Visitor]) -> Visitor:
    """One visitor who reads English."""
    return new_visitor()


@pytest.fixture(scope="session")
def shop(center: Center) -> Iterator[Shop]:
    """Another service that asks for decisions."""
    asking = Shop(center)
    yield asking
    asking.client.close()
