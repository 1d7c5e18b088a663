from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from account_center.kit.working_days import end_of_working_day, is_working_day

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("since", "days", "due"),
    [
        ((2026, 11, 23, 9), 3, (2026, 11, 26)),  # Monday
        ((2026, 11, 20, 23), 3, (2026, 11, 25)),  # Friday night
        ((2026, 11, 21, 12), 1, (2026, 11, 23)),  # Saturday
        ((2026, 11, 22, 12), 3, (2026, 11, 25)),  # Sunday
        ((2026, 11, 23, 9), 0, (2026, 11, 23)),
    ],
)
def test_weekends_do_not_count(since: tuple[int, ...], days: int, due: tuple[int, int, int]) -> None:
    moment = datetime(*since, tzinfo=SHANGHAI)  # type: ignore[arg-type, misc]
    end = end_of_working_day(moment, days, zone=SHANGHAI)
    assert end == datetime(*due, 23, 59, 59, tzinfo=SHANGHAI)


def test_holidays_do_not_count() -> None:
    since = datetime(2026, 9, 30, 10, tzinfo=SHANGHAI)
    week = [date(2026, 10, day) for day in range(1, 8)]
    assert end_of_working_day(since, 1, zone=SHANGHAI, holidays=week).date() == date(2026, 10, 8)
    assert not is_working_day(date(2026, 10, 1), week)


def test_the_day_is_that_of_the_zone() -> None:
    late = datetime(2026, 11, 22, 17, tzinfo=ZoneInfo("UTC"))  # one in the morning of Monday in Shanghai
    assert end_of_working_day(late, 1, zone=SHANGHAI).date() == date(2026, 11, 24)
