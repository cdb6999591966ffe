"""Days, times and moments of one message put together: 下周三下午三点, "Friday at 3", 两小时后, 周一到周五."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from operator import attrgetter

from nlu.candidate import Candidate
from nlu.entities.times.calendar_days import day_of
from nlu.entities.times.chinese_dates import chinese_dates
from nlu.entities.times.clock_times import ClockTime, clock_times
from nlu.entities.times.day_parts import minute_in_part, with_day_part
from nlu.entities.times.durations import durations
from nlu.entities.times.english_dates import english_dates, numeric_dates
from nlu.entities.times.moment import DAY_OF_WEEK, Moment
from nlu.entities.times.moment_ranges import with_ranges
from nlu.entities.times.named_days import named_days
from nlu.entities.times.stated_instants import stated_instants

_DAY_THEN_TIME = re.compile(r"T|(?:的|,|\s|在|大概|大约|差不多|at|around|about|by|from|in\s+the){0,4}", re.IGNORECASE)
_TIME_THEN_DAY = re.compile(r"\s*(?:,|on|of)?\s*(?:the\s+)?", re.IGNORECASE)
_START = attrgetter("start")
_NEAR = 80  # characters between the beginnings of a day and a time that may belong to each other
_BESIDE_WEEKDAY = re.compile(r"[,\s]{0,2}\(?(?:the\s+)?", re.IGNORECASE)
_DATE_IN_FIGURES = re.compile(r"\d|月")
_LATER = re.compile(r"\s*(?:之后|以后|过后|后(?!天)|from\s+now|later)(?![A-Za-z])", re.IGNORECASE)
_EARLIER = re.compile(r"\s*(?:之前|以前|前(?!天|往|台)|ago)(?![A-Za-z])", re.IGNORECASE)
_IN_FRONT = re.compile(r"(?<![A-Za-z])(?:in|within)\s+$|过$", re.IGNORECASE)


def moments(text: str, now: datetime) -> tuple[Moment, ...]:
    """Left to right, not overlapping."""
    return _moments(text, now, str(now.tzinfo))


# The recognisers of dates, of times and of both ask one after the other for the same message. One instant in two
# zones is equal to Python, and may be of two days.
@lru_cache(maxsize=16)
def _moments(text: str, now: datetime, zone: str) -> tuple[Moment, ...]:  # noqa: ARG001
    today = now.date()
    found_days = _longest(
        Moment(*with_day_part(text, start, end), day=day)
        for rules in (numeric_dates, chinese_dates, english_dates, named_days)
        for start, end, day in rules(text, today)
    )
    days = _with_weekdays(text, found_days)
    clocks = _longest(Moment(found.start, found.end, clock=found) for found in clock_times(text))
    stated = (Moment(start, end, instant=at) for start, end, at in stated_instants(text, now))
    found = _longest([*_together(text, days, clocks, now), *_offsets(text, now), *stated])
    found = [each for each in found if each.kind != "time" or (each.clock is not None and each.clock.alone)]
    return tuple(with_ranges(text, found))


def _longest(found: Iterator[Moment] | Sequence[Moment]) -> list[Moment]:
    chosen: list[Moment] = []
    ranked = sorted(found, key=lambda m: (m.start - m.end, m.start, m.kind != "datetime"))
    taken = bytearray(max((each.end for each in ranked), default=0))
    for each in ranked:
        if not any(taken[each.start : each.end]):
            taken[each.start : each.end] = b"\x01" * (each.end - each.start)
            chosen.append(each)
    return sorted(chosen, key=lambda m: m.start)


def _with_weekdays(text: str, days: Sequence[Moment]) -> list[Moment]:
    """A date and the day of the week that it falls on as one: "Friday, Nov 27", 11月27日(周五)."""
    joined: list[Moment] = []
    for each in days:
        last = joined[-1] if joined else None
        if last is not None and _BESIDE_WEEKDAY.fullmatch(text[last.end : each.start]):
            weekday, dated = (last, each) if DAY_OF_WEEK.match(text[last.start : last.end]) else (each, last)
            words, written = text[weekday.start : weekday.end], text[dated.start : dated.end]
            if DAY_OF_WEEK.match(words) and _DATE_IN_FIGURES.search(written) and _same_weekday(weekday, dated):
                closed = each.end + (text[last.end : each.start].endswith("(") and text.startswith(")", each.end))
                start, end = with_day_part(text, last.start, closed)
                joined[-1] = Moment(start, end, day=dated.day)
                continue
        joined.append(each)
    return joined


def _same_weekday(one: Moment, other: Moment) -> bool:
    return one.day is not None and other.day is not None and one.day.weekday() == other.day.weekday()


def _together(text: str, days: Sequence[Moment], clocks: Sequence[Moment], now: datetime) -> Iterator[Moment]:
    """Every day and time, and where they belong to each other the two as one."""
    yield from days
    yield from clocks
    pairs = list(_pairs(text, days, clocks))
    close = {part for day, at, gap in pairs if "," not in gap for part in (day, at)}
    for day, at, gap in pairs:
        # In 明天3点,后天4点 the comma parts what belongs together on either side.
        if at.clock is not None and not ("," in gap and (day in close or at in close)):
            clock = _in_day(text[day.start : day.end], day.day, at.clock, now)
            yield Moment(min(day.start, at.start), max(day.end, at.end), day=day.day, clock=clock)


def _pairs(text: str, days: Sequence[Moment], clocks: Sequence[Moment]) -> Iterator[tuple[Moment, Moment, str]]:
    """Days and times that may belong to each other, with what stands between them."""
    for day in days:
        first = bisect_left(clocks, day.start - _NEAR, key=_START)
        for at in clocks[first : bisect_left(clocks, day.end + _NEAR, lo=first, key=_START)]:
            after = at.start >= day.start and at.end > day.end
            gap = text[day.end : at.start] if after else text[at.end : day.start]
            joined = (_DAY_THEN_TIME if after else _TIME_THEN_DAY).fullmatch(gap)
            # 明晚 is a day, and the part of the day in 明晚8点; "Nov 3 in the morning" is not at three.
            shared = text[at.start : day.end] if after else ""
            if joined and (after or at.end <= day.start) and not any(character.isdigit() for character in shared):
                yield day, at, gap


def _in_day(words: str, day: date | None, clock: ClockTime, now: datetime) -> ClockTime:
    """今晚8点 is 20:00 though "8点" alone is 8:00; "today at 8" said at nine is 20:00, too."""
    if clock.sure:
        return clock
    minute = minute_in_part(words, clock.minute)
    if minute is None:
        past = day == now.date() and clock.minute < 720 and clock.minute <= now.hour * 60 + now.minute
        minute = clock.minute + 720 if past else clock.minute
    return replace(clock, minute=minute)


def _offsets(text: str, now: datetime) -> Iterator[Moment]:
    """Moments counted from now: "in two hours", 半小时后; whole days, months and years give a day."""
    for length in durations(text):
        later, earlier = _LATER.match(text, length.end), _EARLIER.match(text, length.end)
        front = _IN_FRONT.search(text[max(0, length.start - 8) : length.start])
        if not (later or earlier or (front and "within" not in front.group().lower())):
            continue
        start = length.start - (len(front.group()) if front and not earlier else 0)
        end = max(match.end() for match in (later, earlier) if match) if later or earlier else length.end
        sign = -1 if earlier else 1
        day = _months_on(now.date(), sign * length.months)
        if day is None:
            continue
        try:
            if length.seconds % 86_400 == 0:
                yield Moment(start, end, day=day + timedelta(seconds=sign * length.seconds))
            elif not length.months:
                yield Moment(start, end, instant=_elapsed(now, sign * length.seconds))
        except OverflowError:
            continue


def _elapsed(now: datetime, seconds: int) -> datetime:
    """By the clock on the wall, with changes to summer time in between counted."""
    if now.tzinfo is None:
        return now + timedelta(seconds=seconds)
    return (now.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(now.tzinfo)


def _months_on(today: date, months: int) -> date | None:
    """The 31st becomes the last day of a shorter month."""
    count = today.year * 12 + today.month - 1 + months
    for day in range(today.day, today.day - 4, -1):
        found = day_of(count // 12, count % 12 + 1, day) if 1 <= count // 12 <= date.max.year else None
        if found is not None:
            return found
    return None


class MomentRecogniser:
    """Entities of one kind: "date", "time" or "datetime". Both languages are read in every message."""

    def __init__(self, name: str, kind: str, *, priority: int) -> None:
        self._name = name
        self._kind = kind
        self._priority = priority

    def find(self, text: str, *, now: datetime, language: str) -> Iterator[Candidate]:  # noqa: ARG002
        """See `Recogniser`. A moment's day and time are given as well, for where the moment itself is not wanted."""
        for found in moments(text, now):
            value = found.value(now)
            if value is not None and found.kind == self._kind:
                yield self._candidate(found, value, priority=self._priority)
            elif value is not None and found.kind == "datetime":
                part = value[:10] if self._kind == "date" else value[11:16]
                yield self._candidate(found, part, priority=self._priority - 30)

    def _candidate(self, found: Moment, value: str, *, priority: int) -> Candidate:
        unsure = found.clock is not None and not found.clock.sure
        return Candidate(
            self._name,
            value,
            found.start,
            found.end,
            "date",
            priority,
            confidence=0.8 if unsure else 1.0,
            role=found.role,
            holds_others=self._kind == "datetime",
        )
