"""Where a page of a list begins: after the last row of the page before, named by its moment and its number."""

from datetime import datetime

from django.utils.dateparse import parse_datetime

LONGEST = len(str(2**62)) - 1


def key_of(text: str) -> tuple[datetime, int] | None:
    """``2026-11-23T10:00:00+00:00,17`` as a moment and a number; None for anything else."""
    moment, _comma, number = text.partition(",")
    try:
        at = parse_datetime(moment)
    except ValueError:
        return None
    known = number.isascii() and number.isdecimal() and len(number) <= LONGEST
    return (at, int(number)) if at and at.tzinfo and known else None
