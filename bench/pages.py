"""Part 4: queries, memory and processor time of single requests."""

from typing import Any

from bench.plan import Plan
from bench.ratios import Row
from bench.stage import Stage, answer

PART = "One request"
PEOPLE = 10_000
MOST_QUERIES = {"sign-in": 12, "decision, first time": 2, "decision, remembered": 0}


def measure(stage: Stage, plan: Plan) -> list[Row]:
    """A row for each kind of request."""
    found: dict[str, dict[str, Any]] = answer("bench.inside.pages", stage.people(PEOPLE), plan.questions // 10)
    return [_row(name, one) for name, one in found.items()]


def _row(name: str, one: dict[str, Any]) -> Row:
    note = f"{one['peak_kib']:.0f} KiB at most, {one['processor_ms']:.2f} ms of processor time"
    return Row(PART, f"queries: {name}", one["queries"], "", most=MOST_QUERIES.get(name), note=note, details=one)
