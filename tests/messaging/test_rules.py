import pytest

from account_center.messaging import rules
from account_center.messaging.types import MessageState, Problem
from account_center.plumbing.wording import known_codes


def test_a_state_follows_only_where_the_table_says() -> None:
    assert rules.moved(MessageState.QUEUED, MessageState.SENDING) is MessageState.SENDING
    with pytest.raises(rules.WrongMove):
        rules.moved(MessageState.ACCEPTED, MessageState.SENDING)


def test_pauses_are_short_at_first_and_together_outlast_an_hour() -> None:
    pauses = [rules.pause_after(attempt, chance=lambda: 0.5).total_seconds() for attempt in range(1, 8)]
    assert pauses == [5, 15, 45, 135, 405, 1215, 3600]
    assert rules.pause_after(1, chance=lambda: 0.0) < rules.pause_after(1, chance=lambda: 1.0)


def test_every_problem_has_words() -> None:
    assert {problem.code for problem in Problem} <= known_codes()
