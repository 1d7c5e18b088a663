"""Many threads at one moment, each with its own database connection."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

Answer = TypeVar("Answer")


def race(act: Callable[[int], Answer], times: int) -> list[Answer | Exception]:
    """What each of ``times`` simultaneous calls answered or raised; ``act`` gets its number."""
    start = Barrier(times)

    def one(number: int) -> Answer | Exception:
        try:
            start.wait(300)
            return act(number)
        except Exception as raised:  # noqa: BLE001 - the refusal is the answer
            return raised
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def kinds(answers: list[Answer | Exception]) -> dict[str, int]:
    """How often which kind of answer came, for a readable failure."""
    names = [type(answer).__name__ for answer in answers]
    return {name: names.count(name) for name in sorted(set(names))}
