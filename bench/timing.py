"""Part 6: whether the time of an answer tells a stranger who has an account."""

from bench.plan import Plan
from bench.ratios import Row, chance_of_telling, ratio
from bench.stage import Stage, answer

PART = "Telling nobody who is there"
PEOPLE = 10_000
PAIRS_PER_QUESTION = 5 / 3  # enough to see a difference of some percent: 500 of each kind in a full run
LEAST, MOST = 0.95, 1.05


def measure(stage: Stage, plan: Plan) -> list[Row]:
    """A row for each thing a stranger can ask."""
    wanted = round(plan.questions * PAIRS_PER_QUESTION)
    found: dict[str, list[list[float]]] = answer("bench.inside.timing", stage.people(PEOPLE), PEOPLE, wanted)
    return [_row(question, pairs) for question, pairs in found.items()]


def _row(question: str, pairs: list[list[float]]) -> Row:
    times = {"known": [there for there, _ in pairs], "unknown": [away for _, away in pairs]}
    told = chance_of_telling(times["known"], times["unknown"])
    return Row(
        PART,
        f"{question}: somebody known against somebody unknown",
        ratio(times, "known", "unknown"),
        "×",
        least=LEAST,
        most=MOST,
        note=f"{len(pairs)} pairs; one answer alone tells in {told:.3f} of the cases (0.5: chance)",
        details={"microseconds": times, "tells": told},
    )
