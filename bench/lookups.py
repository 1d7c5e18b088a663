"""Part 3: look-ups in a small and in a large database."""

from typing import Any

from bench.plan import Plan
from bench.ratios import Row, medians, ratio
from bench.stage import Asked, Stage

PART = "Looking up"
TARGET = 1.2
TURNS = 10  # short rounds, so that both databases see the same moments of a busy machine


def measure(stage: Stage, plan: Plan) -> list[Row]:
    """All rows of this part. The databases are asked in turn; the smallest one is what the others are compared with."""
    if not stage.address:
        return [Row(PART, "look-ups", None, note="needs PostgreSQL (initdb was not found)")]
    asked = {size: Asked("bench.inside.lookups", stage.people(size), size) for size in sorted(set(plan.sizes))}
    try:
        ask_all(asked, plan.questions, 0)
        questions, turns = max(1, plan.questions // TURNS), plan.rounds * TURNS
        rounds = [ask_all(asked, questions, turn) for turn in range(1, turns + 1)]
        plans = {size: child.ask("plans") for size, child in asked.items()}
    finally:
        for child in asked.values():
            child.close()
    small, *larger = asked
    filled = [_filled(stage, size) for size in asked]
    return [*filled, *(row for large in larger for row in compared(PART, rounds, plans, small, large))]


def ask_all(asked: dict[int, Asked], questions: int, seed: int) -> dict[int, Any]:
    """One round: every database the same questions."""
    return {size: child.ask([questions, seed]) for size, child in asked.items()}


def _filled(stage: Stage, size: int) -> Row:
    return Row(
        PART, f"seconds to make {size:,} people", stage.filled.get(size), "s", note="with tenants and verifications"
    )


def compared(part: str, rounds: list[dict[int, Any]], plans: dict[int, Any], small: int, large: int) -> list[Row]:
    """A row for each thing that was asked for: the ratio of its times, and what the larger database does for it."""
    return [_row(part, name, rounds, plans, small=small, large=large) for name in plans[small]]


def _row(part: str, name: str, rounds: list[dict[int, Any]], plans: dict[int, Any], *, small: int, large: int) -> Row:
    times = {str(size): [one[size][name] for one in rounds] for size in (small, large)}
    here, there = plans[large][name], plans[small][name]
    says = "reads a whole table" if any(scan.startswith("Seq Scan") for scan in here["scans"]) else "by index"
    middle = medians(times)
    note = f"{middle[str(large)]:.0f} against {middle[str(small)]:.0f} µs; {says}, {here['pages']} pages against {there['pages']}"
    return Row(
        part,
        f"{name}: {large:,} against {small:,}",
        ratio(times, str(large), str(small)),
        "×",
        most=TARGET,
        note=note,
        details={"microseconds": times, "plans": {large: here, small: there}},
    )
