"""Ratios, verdicts and the table."""

import pytest

from bench.ratios import Row, chance_of_telling, interleaved, medians, ratio
from bench.table import table


def test_rounds_are_taken_in_turn() -> None:
    order: list[str] = []

    def noted(name: str) -> float:
        order.append(name)
        return float(len(order))

    rates = interleaved(2, {"a": lambda: noted("a"), "b": lambda: noted("b")})
    assert order == ["a", "b", "a", "b"]
    assert rates == {"a": [1.0, 3.0], "b": [2.0, 4.0]}


def test_a_slow_round_is_compared_with_itself() -> None:
    rates = {"ours": [90.0, 9.0, 85.0], "bare": [100.0, 10.0, 100.0]}
    assert ratio(rates, "ours", "bare") == pytest.approx(0.9)
    assert medians(rates) == {"ours": 85.0, "bare": 100.0}


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ([1.0, 2.0, 3.0], [4.0, 5.0], 1.0),
        ([4.0, 5.0], [1.0, 2.0, 3.0], 1.0),
        ([1.0, 4.0], [2.0, 3.0], 0.5),
        ([1.0, 1.0], [1.0, 1.0], 0.5),
        ([1.0, 3.0], [2.0, 3.0], 0.625),
    ],
)
def test_how_well_times_tell_two_sides_apart(one: list[float], other: list[float], told: float) -> None:
    assert chance_of_telling(one, other) == pytest.approx(told)


def test_a_round_without_a_result_is_not_divided_by() -> None:
    with pytest.raises(ValueError, match="bare"):
        ratio({"ours": [1.0], "bare": [0.0]}, "ours", "bare")


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (Row("p", "w", 0.8, least=0.8), "ok"),
        (Row("p", "w", 0.79, least=0.8), "missed"),
        (Row("p", "w", 12, most=12), "ok"),
        (Row("p", "w", 13, most=12), "missed"),
        (Row("p", "w", 1.1, least=0.8, most=1.2), "ok"),
        (Row("p", "w", 1.3, least=0.8, most=1.2), "missed"),
        (Row("p", "w", None, least=0.8), "-"),
        (Row("p", "w", 5), "-"),
    ],
)
def test_the_verdict_follows_the_targets(row: Row, verdict: str) -> None:
    assert row.verdict == verdict


def test_the_table_names_each_part_once_and_says_what_was_not_measured() -> None:
    rows = [
        Row("Sign-in", "against the bare hash", 0.8432, least=0.8, note="two processes"),
        Row("Sign-in", "against plain allauth", None, least=1.4, note="could not be installed"),
        Row("Requests", "queries per sign-in", 11, most=12),
    ]
    drawn = table(rows)
    assert drawn.count("\nSign-in\n") == 1
    assert "0.843" in drawn
    assert "not measured" in drawn
    assert "≤ 12" in drawn
