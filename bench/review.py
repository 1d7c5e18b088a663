"""Part 5: the reviewers' queue, and submissions, in a small and in a large database of applications."""

from typing import Any

from bench.lookups import TARGET, TURNS, ask_all, compared
from bench.plan import Plan
from bench.ratios import Row, medians, ratio
from bench.stage import Asked, Stage

PART = "Reviewing applications"
SUBMISSION = "submitting a document"  # as bench.inside.review calls it
SLOWER = 6  # a submission writes a dozen rows where a look-up reads one
MOST_QUERIES = 1


def measure(stage: Stage, plan: Plan) -> list[Row]:
    """All rows of this part, as for look-ups."""
    if not stage.address:
        return [Row(PART, "pages and submissions", None, note="needs PostgreSQL (initdb was not found)")]
    asked = {size: Asked("bench.inside.review", stage.applications(size), size) for size in sorted(set(plan.sizes))}
    try:
        times, turns = max(1, plan.questions // TURNS // SLOWER), plan.rounds * TURNS
        ask_all(asked, times, 0)
        rounds = [ask_all(asked, times, turn) for turn in range(1, turns + 1)]
        plans = {size: child.ask("plans") for size, child in asked.items()}
    finally:
        for child in asked.values():
            child.close()
    queries = {size: len(found.pop(SUBMISSION)) for size, found in plans.items()}
    small, *larger = asked
    most = max(one["queries"] for found in plans.values() for one in found.values())
    return [
        Row(PART, "queries of a page of the queue, at most", most, most=MOST_QUERIES),
        *(row for large in larger for row in compared(PART, rounds, plans, small, large)),
        *(_submissions(rounds, queries, small, large) for large in larger),
    ]


def _submissions(rounds: list[dict[int, Any]], queries: dict[int, int], small: int, large: int) -> Row:
    times = {str(size): [one[size][SUBMISSION] for one in rounds] for size in (small, large)}
    middle = medians(times)
    note = f"{middle[str(large)]:.0f} against {middle[str(small)]:.0f} µs, {queries[large]} against {queries[small]} queries"
    return Row(
        PART,
        f"{SUBMISSION}, its pictures drawn before: {large:,} against {small:,}",
        ratio(times, str(large), str(small)),
        "×",
        most=TARGET,
        note=note,
        details={"microseconds": times, "queries": queries},
    )
