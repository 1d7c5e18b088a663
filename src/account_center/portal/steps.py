"""Where a person is in a flow of several pages, as ``look/steps.html`` shows it."""

from collections.abc import Sequence

Steps = list[tuple[str, str]]


def steps_at(now_at: int, labels: Sequence[str]) -> Steps:
    """Each label with done, now or next; ``now_at`` is the place of the present one, counted from 0."""
    return [(label, "done" if at < now_at else "now" if at == now_at else "next") for at, label in enumerate(labels)]
