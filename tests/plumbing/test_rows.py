"""Rows written in one statement."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.test.utils import CaptureQueriesContext

from account_center.plumbing.limiter import Budget, LimitCounter, give_back, spend, spent
from account_center.plumbing.rows import insert_unless_there
from tests.racing import race

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_a_row_that_is_there_is_left_alone_and_the_transaction_stays_whole() -> None:
    with transaction.atomic():
        assert insert_unless_there(LimitCounter(key=b"k" * 32, window=60, count=1))
        assert not insert_unless_there(LimitCounter(key=b"k" * 32, window=60, count=9))
        assert list(LimitCounter.objects.values_list("count", flat=True)) == [1]


@pytest.mark.django_db
def test_spending_one_budget_costs_one_query_whether_or_not_the_window_is_new() -> None:
    budget = Budget("test", "somebody", limit=2, seconds=60)
    costs = []
    for expected in (None, None, budget):
        with CaptureQueriesContext(transaction.get_connection()) as seen:
            answer = spend([budget], now=NOW)
        costs.append(len(seen))
        assert (answer[0] if answer else None) == expected
    assert costs == [1, 1, 1]
    assert spent(budget, now=NOW) == 2
    give_back([budget], now=NOW)
    assert spend([budget], now=NOW) is None


@pytest.mark.django_db
def test_of_several_budgets_all_are_spent_or_none() -> None:
    wide, narrow = Budget("wide", "a", limit=9, seconds=60), Budget("narrow", "a", limit=1, seconds=60)
    assert spend([wide, narrow], now=NOW) is None
    refused = spend([wide, narrow], now=NOW)
    assert refused is not None
    assert refused[0] == narrow
    assert spent(wide, now=NOW) == 1


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_never_spend_more_than_the_budget_holds() -> None:
    budget = Budget("race", "somebody", limit=3, seconds=60)
    answers = race(lambda _: spend([budget], now=NOW), 8)
    assert answers.count(None) == 3
    assert spent(budget, now=NOW) == 3
