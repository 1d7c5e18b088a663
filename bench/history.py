"""Part 4: pages of a history in a small and in a large database of events."""

from bench.lookups import TURNS, ask_all, compared
from bench.plan import Plan
from bench.ratios import Row
from bench.stage import Asked, Stage

PART = "Reading a history"
SLOWER = 20  # a page reads hundreds of events where a look-up reads one row


def measure(stage: Stage, plan: Plan) -> list[Row]:
    """All rows of this part, as for look-ups."""
    if not stage.address:
        return [Row(PART, "pages", None, note="needs PostgreSQL (initdb was not found)")]
    asked = {size: Asked("bench.inside.history", stage.events(size)) for size in sorted(set(plan.sizes))}
    try:
        questions, turns = max(1, plan.questions // TURNS // SLOWER), plan.rounds * TURNS
        ask_all(asked, questions, 0)
        rounds = [ask_all(asked, questions, turn) for turn in range(1, turns + 1)]
        plans = {size: child.ask("plans") for size, child in asked.items()}
    finally:
        for child in asked.values():
            child.close()
    small, *larger = asked
    most = max(one["queries"] for found in plans.values() for one in found.values())
    return [
        Row(PART, "queries of a page, at most", most, most=2),
        *(row for large in larger for row in compared(PART, rounds, plans, small, large)),
    ]
