"""Days relative to a clock, shared by both languages' date recognisers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

_LAST_YEAR = date.max.year


Reading = Callable[[re.Match[str], date], date | None]


def read_days(
    rules: Iterable[tuple[re.Pattern[str], Reading]], text: str, today: date
) -> Iterator[tuple[re.Match[str], date]]:
    """What each rule finds and the day that it is, overlapping readings included."""
    for pattern, reading in rules:
        for match in pattern.finditer(text):
            found = reading(match, today)
            if found is not None:
                yield match, found


def shifted(today: date, days: int) -> date | None:
    """None where the calendar ends."""
    try:
        return today + timedelta(days=days)
    except OverflowError:
        return None


def weekday_of_week(today: date, weekday: int, weeks: int) -> date | None:
    """Monday is 0; `weeks` counts from the week that `today` is in, weeks beginning on Monday."""
    return shifted(today, weekday - today.weekday() + 7 * weeks)


def coming_weekday(today: date, weekday: int) -> date | None:
    """The next such day, today included."""
    return shifted(today, (weekday - today.weekday()) % 7)


def day_of(year: int, month: int, day: int) -> date | None:
    """None for the 30th of February."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def nearest_month_day(today: date, month: int, day: int) -> date | None:
    """The occurrence nearest to today: on 20 November "3 November" is past, "5 January" is to come."""
    years = range(max(1, today.year - 4), min(_LAST_YEAR, today.year + 4) + 1)
    possible = [found for year in years if (found := day_of(year, month, day)) is not None]
    return min(possible, key=lambda found: (abs((found - today).days), found < today), default=None)


def month_later(today: date, months: int, day: int) -> date | None:
    """The given day of the month that is `months` after this one."""
    count = today.year * 12 + today.month - 1 + months
    return day_of(count // 12, count % 12 + 1, day) if 1 <= count // 12 <= _LAST_YEAR else None


def coming_day(today: date, day: int) -> date | None:
    """The next day of a month with this number, today included: "3号"."""
    for months in range(12):
        found = month_later(today, months, day)
        if found is not None and found >= today:
            return found
    return None


def full_year(year: int) -> int:
    """26 is 2026."""
    return year + 2000 if year < 100 else year
