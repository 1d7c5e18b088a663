"""Refusals: domain nouns with a stable code. The door chooses page or JSON; the catalogue holds the words."""

from collections.abc import Mapping
from typing import ClassVar

Fact = str | int | float | bool | None | list[str]


class Refused(Exception):
    """The product says no, and why. HTTP 409.

    ``facts`` fill the catalogue's sentences; they never carry a secret or another person's data.
    ``field`` names the form field that the refusal is about, if it is about one.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409

    def __init__(self, *, field: str = "", **facts: Fact) -> None:
        super().__init__(self.code)
        self.field = field
        self.facts: Mapping[str, Fact] = facts


class Invalid(Refused):
    """What was typed cannot be right. HTTP 422."""

    code = "invalid"
    status = 422


class NotAllowed(Refused):
    """This actor may not do that. HTTP 403."""

    code = "not_allowed"
    status = 403


class NotFound(Refused):
    """There is no such thing for this actor. HTTP 404."""

    code = "not_found"
    status = 404


class TooOften(Refused):
    """A limit in time was reached. HTTP 429; ``retry_after`` in seconds."""

    code = "too_often"
    status = 429

    def __init__(self, *, retry_after: int, field: str = "", **facts: Fact) -> None:
        super().__init__(field=field, retry_after=retry_after, minutes=-(-retry_after // 60), **facts)
        self.retry_after = retry_after


class Busy(Refused):
    """Something we need is busy or away; nothing was changed. HTTP 503."""

    code = "busy"
    status = 503
    retry_after: ClassVar[int] = 5
