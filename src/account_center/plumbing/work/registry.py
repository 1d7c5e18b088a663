"""Which jobs there are. A room's ``jobs.py`` names them; the program knows them all once Django has started."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

JSON = str | int | float | bool | None | list["JSON"] | dict[str, "JSON"]
Handler = Callable[[Mapping[str, JSON]], None]
Chore = Callable[[], None]


class RetryLater(Exception):
    """Raised by a job that is well but not done: run me again in ``after_seconds``. Does not count as a failure."""

    def __init__(self, after_seconds: float) -> None:
        super().__init__(after_seconds)
        self.after_seconds = after_seconds


class UnknownJob(LookupError):
    """No room names such a job."""


@dataclass(frozen=True, slots=True)
class Known:
    """A job's handler, and the function that was marked, to tell a second load from a second job."""

    handler: Handler
    marked: str
    slow: bool = False
    final: bool = False


_JOBS: dict[str, Known] = {}
_PERIODS: dict[str, int] = {}


def job(name: str, *, slow: bool = False) -> Callable[[Handler], Handler]:
    """Marks the handler of job ``name`` (``<room>.<verb>``). Raises ValueError if another function has that name.

    ``slow``: takes many seconds as a rule. It has a loop of its own, so that no message waits behind it.
    """

    def mark(handler: Handler) -> Handler:
        _enter(name, Known(handler=handler, marked=_where(handler), slow=slow))
        return handler

    return mark


def every(*, seconds: int, name: str, final: bool = False) -> Callable[[Chore], Chore]:
    """Marks a recurring job: enqueued once per period of ``seconds``, however many workers there are.

    ``final``: it ends or destroys by the clock what nobody brings back, so it never runs right after the clock jumped.
    """

    def mark(chore: Chore) -> Chore:
        _enter(name, Known(handler=lambda _payload: chore(), marked=_where(chore), final=final))
        _PERIODS[name] = seconds
        return chore

    return mark


def handler_of(name: str) -> Handler:
    """The function behind a job. Raises UnknownJob."""
    try:
        return _JOBS[name].handler
    except KeyError:
        raise UnknownJob(name) from None


def known_jobs(*, slow: bool | None = None) -> frozenset[str]:
    """Every job this program can run; with ``slow`` only those that are, or only those that are not."""
    return frozenset(name for name, known in _JOBS.items() if slow in (None, known.slow))


def periods() -> Mapping[str, int]:
    """Recurring jobs and their period in seconds."""
    return _PERIODS


def is_final(name: str) -> bool:
    """Whether nobody brings back what this recurring job ends or destroys."""
    return _JOBS[name].final


def _enter(name: str, known: Known) -> None:
    standing = _JOBS.get(name)
    if standing is not None and standing.marked != known.marked:
        raise ValueError(f"two jobs are named {name}: {standing.marked} and {known.marked}")
    _JOBS[name] = known


def _where(function: Callable[..., None]) -> str:
    return f"{function.__module__}.{function.__qualname__}"
