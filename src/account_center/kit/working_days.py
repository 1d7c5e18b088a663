"""Working days: what "1 to 3 working days" means on a calendar."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5


def is_working_day(day: date, holidays: Collection[date] = ()) -> bool:
    """Monday to Friday, but no holiday."""
    return day.weekday() < SATURDAY and day not in holidays


def end_of_working_day(since: datetime, days: int, *, zone: ZoneInfo, holidays: Collection[date] = ()) -> datetime:
    """The end of the ``days``-th working day after the day of ``since``, by the calendar of ``zone``.

    What comes in on a Friday with three working days is due at the end of Wednesday.
    """
    day = since.astimezone(zone).date()
    left = days
    while left > 0:
        day += timedelta(days=1)
        left -= is_working_day(day, holidays)
    return datetime.combine(day, time.max, tzinfo=zone).replace(microsecond=0)
