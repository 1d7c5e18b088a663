from datetime import UTC, datetime, timedelta

import pytest

from account_center.plumbing.limiter import (
    Budget,
    LimitCounter,
    forget_before,
    give_back,
    network_of,
    seconds_left,
    spend,
    spent,
)
from tests.racing import race

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 10, 20, tzinfo=UTC)
HOURLY = Budget("tries", "203.0.113.9", 3, 3600)
DAILY = Budget("tries", "203.0.113.9", 5, 86_400)


def test_a_budget_ends_and_the_answer_says_when_it_is_full_again() -> None:
    assert [spend([HOURLY], now=NOW) for _ in range(3)] == [None] * 3
    assert spend([HOURLY], now=NOW) == (HOURLY, 40 * 60)
    assert spent(HOURLY, now=NOW) == 3
    assert seconds_left(HOURLY, now=NOW) == 40 * 60
    assert spend([HOURLY], now=NOW + timedelta(minutes=40)) is None


def test_all_budgets_are_spent_or_none() -> None:
    for _ in range(3):
        spend([HOURLY, DAILY], now=NOW)
    assert spend([HOURLY, DAILY], now=NOW) == (HOURLY, 40 * 60)
    assert spent(DAILY, now=NOW) == 3


def test_other_subjects_purposes_and_windows_are_independent() -> None:
    for _ in range(3):
        spend([HOURLY], now=NOW)
    assert spend([Budget("tries", "203.0.113.10", 3, 3600)], now=NOW) is None
    assert spend([Budget("codes", "203.0.113.9", 3, 3600)], now=NOW) is None
    assert spend([DAILY], now=NOW) is None


def test_what_turned_out_not_to_count_is_given_back() -> None:
    spend([HOURLY, DAILY], now=NOW)
    give_back([HOURLY, DAILY], now=NOW)
    give_back([HOURLY], now=NOW)  # never below nothing
    assert (spent(HOURLY, now=NOW), spent(DAILY, now=NOW)) == (0, 0)


def test_no_subject_stands_in_the_database() -> None:
    spend([HOURLY], now=NOW)
    row = LimitCounter.objects.get()
    assert len(bytes(row.key)) == 32
    assert b"203" not in bytes(row.key)


def test_old_windows_are_forgotten() -> None:
    spend([HOURLY], now=NOW)
    assert forget_before(NOW - timedelta(hours=1)) == 0
    assert forget_before(NOW) == 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", ""),
        ("junk", "junk"),
    ],
)
def test_an_ipv6_connection_is_one_visitor_with_all_its_addresses(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.django_db(transaction=True)
def test_of_40_at_once_exactly_the_budget_passes() -> None:
    budget = Budget("tries", "racers", 7, 3600)
    answers = race(lambda _: spend([budget, DAILY], now=NOW), 40)
    assert answers.count(None) == 5
    assert spent(DAILY, now=NOW) == 5
    assert spent(budget, now=NOW) == 5
