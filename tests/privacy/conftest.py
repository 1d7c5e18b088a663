from collections.abc import Iterator

import pytest
import time_machine

from tests.signin.making import NOW


@pytest.fixture(autouse=True)
def _at_the_moment_of_the_tests() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield
