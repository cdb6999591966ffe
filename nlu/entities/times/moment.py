"""A day, a time of day or both, as a message names it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from nlu.entities.times.calendar_days import shifted
from nlu.entities.times.clock_times import ClockTime

DAY_OF_WEEK = re.compile(
    r"^(?:周|星期|礼拜|[a-z]+day(?![a-z])|(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)(?![a-z]))", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, a time of day or both; `role` is "from" or "to" at the ends of a range."""

    start: int
    end: int
    day: date | None = None
    clock: ClockTime | None = None
    instant: datetime | None = None
    role: str = ""

    @property
    def kind(self) -> str:
        """ "date", "time" or "datetime"."""
        if self.instant is not None or (self.day is not None and self.clock is not None):
            return "datetime"
        return "date" if self.day is not None else "time"

    def value(self, now: datetime) -> str | None:
        """ISO 8601 in the zone of `now`; None where the calendar ends."""
        if self.instant is not None:
            return self.instant.isoformat(timespec="minutes")
        if self.day is None:
            return self.clock.clock() if self.clock is not None else None
        if self.clock is None:
            return self.day.isoformat()
        days, minute = divmod(self.clock.minute, 24 * 60)
        day = shifted(self.day, days)
        at = None if day is None else datetime.combine(day, time(minute // 60, minute % 60), tzinfo=now.tzinfo)
        return None if at is None else at.isoformat(timespec="minutes")
