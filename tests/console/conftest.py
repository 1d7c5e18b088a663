from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from account_center.kit.actor import StaffRole
from tests.console.making import MOMENT, Clock, Desk


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(MOMENT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(db: None, clock: Clock) -> Desk:
    return Desk(clock, StaffRole.SUPPORT)


@pytest.fixture
def support(desk: Desk) -> Client:
    return desk.enter()


@pytest.fixture
def manager(db: None, clock: Clock) -> Client:
    return Desk(clock, StaffRole.CUSTOMER_MANAGER).enter()
