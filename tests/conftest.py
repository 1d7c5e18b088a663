"""What all tests share. Beside it (plugins, see pyproject.toml): environment, records, product, browsing."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from hypothesis import settings as hypothesis

from account_center.plumbing.translations import compile_translations

# No deadline: how fast an example ran says nothing about the product. The same examples each time, and none kept on disk.
hypothesis.register_profile("house", deadline=None, derandomize=True, database=None)
hypothesis.load_profile("house")

JOURNEYS = Path(__file__).parent / "journeys"
LOOPBACK = ("127.", "::1", "localhost")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        compile_translations()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys share one running product, so they run in one worker."""
    for item in items:
        if JOURNEYS in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session", autouse=True)
def _nothing_leaves_the_machine() -> Iterator[None]:
    """A test that calls an outside host fails, instead of depending on it."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            self.close()
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", only_here)
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()
