"""From rounds of measurements to ratios. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

Rates = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``most`` and ``least`` are the targets; None: only shown. ``value`` None: not measured."""

    part: str
    what: str
    value: float | None
    unit: str = ""
    least: float | None = None
    most: float | None = None
    note: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """The target in words; empty if there is none."""
        parts = [f"≥ {self.least:g}"] if self.least is not None else []
        parts += [f"≤ {self.most:g}"] if self.most is not None else []
        return " and ".join(parts)

    @property
    def verdict(self) -> str:
        """``ok`` or ``missed``; ``-`` where nothing is asked or nothing was measured."""
        if self.value is None or not self.target:
            return "-"
        low = self.least is not None and self.value < self.least
        high = self.most is not None and self.value > self.most
        return "missed" if low or high else "ok"


def interleaved(rounds: int, subjects: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Measures A B C, A B C, …: what disturbs the machine for a while disturbs all of them."""
    found: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(rounds):
        for name, measure in subjects.items():
            found[name].append(measure())
    return found


def ratio(rates: Rates, above: str, below: str) -> float:
    """The median of the ratios within each round, so that a slow round is compared with itself."""
    pairs = list(zip(rates[above], rates[below], strict=True))
    if not pairs or any(under <= 0 for _, under in pairs):
        raise ValueError(f"{below} has rounds without a result")
    return median(over / under for over, under in pairs)


def chance_of_telling(one: Sequence[float], other: Sequence[float]) -> float:
    """How often the slower of two, drawn from each side, is of the side that is slower more often: 0.5 to 1 (the AUC)."""
    ranks = _ranks([*one, *other])
    over = sum(ranks[: len(one)]) - len(one) * (len(one) + 1) / 2
    share = over / (len(one) * len(other))
    return max(share, 1 - share)


def _ranks(values: Sequence[float]) -> list[float]:
    """The place of each value among all, from 1; equal values share the middle of theirs."""
    places: dict[float, list[int]] = {}
    for place, value in enumerate(sorted(values), start=1):
        places.setdefault(value, []).append(place)
    return [sum(places[value]) / len(places[value]) for value in values]


def medians(rates: Rates) -> dict[str, float]:
    """The median of each, rounded for reading."""
    return {name: round(median(values), 3) for name, values in rates.items() if values}
