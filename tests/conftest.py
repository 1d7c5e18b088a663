"""What all tests share. Beside it (plugins, see pyproject.toml): environment, records, product, browsing."""

import socket
import time
from collections.abc import Iterator
from typing import Any, cast

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis

from account_center.kit.limits import HOUR
from account_center.plumbing.translations import compile_translations
from tests.emptying import empty_what_was_written
from tests.journeys.groups import JourneysTogether

# No deadline: how fast an example ran says nothing about the product. The same examples each time, and none kept on disk.
hypothesis.register_profile("house", deadline=None, derandomize=True, database=None)
hypothesis.load_profile("house")

WAITS = 60  # seconds
LONGER_THAN_A_TEST = 60  # seconds, on a busy machine
LOOPBACK = ("127.", "::1", "localhost")


def pytest_configure(config: pytest.Config) -> None:
    _wait_longer_for_each_other()
    if not hasattr(config, "workerinput"):
        compile_translations()


def _wait_longer_for_each_other() -> None:
    """Of many who write at once on a busy machine, the last waits for all the others to get their turn."""
    options = cast("dict[str, Any]", settings.DATABASES["default"]["OPTIONS"])
    if "timeout" in options:
        options["timeout"] = WAITS
    else:
        options["connect_timeout"] = WAITS  # of 64 that come at once, the last
        options["options"] = f"-c statement_timeout={2 * WAITS}s -c lock_timeout={WAITS}s"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> JourneysTogether | None:
    """The journeys of a group share one running product, so they run in one worker."""
    return JourneysTogether(config, log) if config.getvalue("dist") == "loadgroup" else None


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


@pytest.fixture(scope="session", autouse=True)
def _only_written_tables_are_emptied() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_what_was_written)
        yield


@pytest.fixture(autouse=True)
def _no_window_ends_meanwhile() -> None:
    """Limits count in windows that begin with the hour. A test that crosses one would see its counts begin anew."""
    left = HOUR - time.time() % HOUR
    if left < LONGER_THAN_A_TEST:
        time.sleep(left)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()
