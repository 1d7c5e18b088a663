import pytest

from tools.clauses import CLAUSES, Entry, by_clause


def entry(outcome: str, *clauses: str, nodeid: str = "test_a") -> Entry:
    return {"nodeid": nodeid, "clauses": list(clauses), "outcome": outcome}


def test_there_are_142_clauses() -> None:
    assert len(CLAUSES) == len(set(CLAUSES)) == 142


@pytest.mark.parametrize(
    ("outcomes", "counts"),
    [
        (["passed"], True),
        (["passed", "passed"], True),
        (["passed", "skipped"], True),
        (["passed", "failed"], False),
        (["skipped"], False),
        (["not run"], False),
        ([], False),
    ],
)
def test_a_clause_counts_when_a_test_passed_and_none_failed(outcomes: list[str], counts: bool) -> None:
    entries = [entry(outcome, "1.8", nodeid=f"test_{number}") for number, outcome in enumerate(outcomes)]
    assert by_clause(entries)["1.8"].counts is counts


def test_a_test_that_fails_on_one_database_takes_the_clause_away() -> None:
    assert not by_clause([entry("passed", "1.8"), entry("failed", "1.8")])["1.8"].counts


def test_a_number_that_is_no_clause_is_told() -> None:
    with pytest.raises(SystemExit, match=r"1\.48"):
        by_clause([entry("passed", "1.48")])
