"""Part 3: look-ups in a small and in a large database."""

from typing import Any

from bench.plan import Plan
from bench.ratios import Row, ratio
from bench.stage import Asked, Stage

PART = "Looking up"
TARGET = 1.2


def measure(stage: Stage, plan: Plan) -> list[Row]:
    """All rows of this part. The databases are asked in turn; the smallest one is what the others are compared with."""
    if not stage.address:
        return [Row(PART, "look-ups", None, note="needs PostgreSQL (initdb was not found)")]
    asked = {size: Asked("bench.inside.lookups", stage.people(size), size) for size in sorted(set(plan.sizes))}
    try:
        rounds = [{size: child.ask([plan.questions, 0]) for size, child in asked.items()}]
        rounds = [
            {size: child.ask([plan.questions, turn]) for size, child in asked.items()}
            for turn in range(1, plan.rounds + 1)
        ]
        plans = {size: child.ask("plans") for size, child in asked.items()}
    finally:
        for child in asked.values():
            child.close()
    small, *larger = asked
    filled = [_filled(stage, size) for size in asked]
    return [*filled, *(row for large in larger for row in _compared(rounds, plans[large], small, large))]


def _filled(stage: Stage, size: int) -> Row:
    return Row(
        PART, f"seconds to make {size:,} people", stage.filled.get(size), "s", note="with tenants and verifications"
    )


def _compared(rounds: list[dict[int, Any]], plans: dict[str, list[str]], small: int, large: int) -> list[Row]:
    return [_row(name, rounds, scans, small, large) for name, scans in plans.items()]


def _row(name: str, rounds: list[dict[int, Any]], scans: list[str], small: int, large: int) -> Row:
    times = {str(size): [one[size][name] for one in rounds] for size in (small, large)}
    wrong = [scan for scan in scans if scan.startswith("Seq Scan")]
    says = "reads a whole table" if wrong else "by index"
    note = f"{min(times[str(large)]):.0f} against {min(times[str(small)]):.0f} µs; {says}"
    return Row(
        PART,
        f"{name}: {large:,} against {small:,}",
        ratio(times, str(large), str(small)),
        "×",
        most=TARGET,
        note=note,
        details={"microseconds": times, "plans": scans},
    )
