"""How long and how often to measure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """``seconds`` for each measurement, ``rounds`` of them in turn; ``sizes`` of the databases for look-ups."""

    seconds: float
    rounds: int
    questions: int
    sizes: tuple[int, ...]


def plan(*, quick: bool, sizes: tuple[int, ...]) -> Plan:
    """The usual measurement takes a few minutes beside the filling; the quick one shows the order of magnitude."""
    if quick:
        return Plan(seconds=2, rounds=2, questions=100, sizes=sizes)
    return Plan(seconds=5, rounds=5, questions=300, sizes=sizes)
