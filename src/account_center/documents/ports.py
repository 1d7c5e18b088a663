"""What this room asks of something that can read."""

from typing import Protocol

from account_center.documents.types import TextLine


class ReaderBusy(Exception):
    """No place to read: come back in a while. Nothing was done."""


class CannotRead(Exception):
    """This picture went over the limits of time or memory, or the reader broke on it: asking again changes nothing."""


class TextReader(Protocol):
    """Reads what is printed on a picture, on this very machine: no picture leaves the house for it."""

    def read(self, jpeg: bytes) -> tuple[TextLine, ...]:
        """Every line from top to bottom. Slow: for the worker only. Raises ReaderBusy, CannotRead."""
        ...
