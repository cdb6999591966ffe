"""Days, times and moments of one message put together: 下周三下午三点, "Friday at 3", 两小时后, 周一到周五."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from operator import attrgetter

from nlu.candidate import Candidate
from nlu.entities.times.calendar_days import day_of, shifted
from nlu.entities.times.chinese_dates import chinese_dates
from nlu.entities.times.clock_times import ClockTime, clock_times
from nlu.entities.times.day_parts import minute_in_part, with_day_part
from nlu.entities.times.durations import durations
from nlu.entities.times.english_dates import english_dates, numeric_dates
from nlu.entities.times.named_days import named_days
from nlu.entities.times.stated_instants import stated_instants

_DAY_THEN_TIME = re.compile(r"T|(?:的|,|\s|在|大概|大约|差不多|at|around|about|by|from|in\s+the){0,4}", re.IGNORECASE)
_TIME_THEN_DAY = re.compile(r"\s*(?:,|on|of)?\s*(?:the\s+)?", re.IGNORECASE)
_TO = re.compile(r"\s*(?:到|至|~|-|直到|to|through|thru|until|till)\s*(?:the\s+)?", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+|\s*和\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:between|介于|在)\s*$", re.IGNORECASE)
_LAST_DAY = re.compile(r"(?P<day>[12]\d|3[01]|0?[1-9])(?:日|号|st|nd|rd|th)?(?![\d:/月年.点时a-zA-Z])")
_DAY_OF_MONTH = re.compile(r"[\d一二三四五六七八九十]{1,3}号|the\s+\d{1,2}(?:st|nd|rd|th)", re.IGNORECASE)
_MONTH_NAMED = re.compile(r"月|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec", re.IGNORECASE)
_DAY_OF_WEEK = re.compile(
    r"^(?:周|星期|礼拜|[a-z]+day(?![a-z])|(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)(?![a-z]))", re.IGNORECASE
)
_START = attrgetter("start")
_NEAR = 80  # characters between the beginnings of a day and a time that may belong to each other
_BESIDE_WEEKDAY = re.compile(r"[,\s]{0,2}\(?(?:the\s+)?", re.IGNORECASE)
_DATE_IN_FIGURES = re.compile(r"\d|月")
_LATER = re.compile(r"\s*(?:之后|以后|过后|后(?!天)|from\s+now|later)(?![A-Za-z])", re.IGNORECASE)
_EARLIER = re.compile(r"\s*(?:之前|以前|前(?!天|往|台)|ago)(?![A-Za-z])", re.IGNORECASE)
_IN_FRONT = re.compile(r"(?<![A-Za-z])(?:in|within)\s+$|过$", re.IGNORECASE)


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
    return tuple(_ranges(text, found))


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
            weekday, dated = (last, each) if _DAY_OF_WEEK.match(text[last.start : last.end]) else (each, last)
            words, written = text[weekday.start : weekday.end], text[dated.start : dated.end]
            if _DAY_OF_WEEK.match(words) and _DATE_IN_FIGURES.search(written) and _same_weekday(weekday, dated):
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


def _ranges(text: str, found: Sequence[Moment]) -> list[Moment]:
    """Marks the ends of a range and counts the second from the first: the Friday of 周一到周五 follows the Monday."""
    marked: list[Moment] = []
    for each in found:
        first = marked[-1] if marked else None
        if first is None or first.role or first.end > each.start:
            marked.append(each)
            continue
        between = text[first.end : each.start]
        joined = _TO.fullmatch(between) or (_AND.fullmatch(between) and _BETWEEN.search(text[: first.start]))
        last = _second_end(text, first, each) if joined else None
        if last is None:
            marked.append(each)
        else:
            # "5pm to 7pm tomorrow": the day that comes last is that of both.
            shared = first.day is None and last.clock is not None and last.clock.end < last.end
            marked[-1:] = [replace(first, role="from", day=last.day if shared else first.day), replace(last, role="to")]
    return _short_ends(text, marked)


def _second_end(text: str, first: Moment, last: Moment) -> Moment | None:
    if first.instant or last.instant:
        return last
    if first.clock is not None and last.clock is not None and last.day is None:
        clock = last.clock
        if clock.minute <= first.clock.minute and clock.minute < 720 and not clock.sure:
            clock = replace(clock, minute=clock.minute + 720)
        return replace(last, day=first.day, clock=clock)
    if first.clock is not None and last.clock is not None and first.day is None:
        return last if last.clock.end == last.end or first.clock.minute < last.clock.minute else None
    if first.day is None or last.day is None:
        return None
    words = text[last.start : last.end]
    if _DAY_OF_MONTH.fullmatch(words):  # the 8号 of 3月5号到8号
        same_month = day_of(first.day.year, first.day.month, last.day.day)
        if same_month is not None and same_month >= first.day:
            return replace(last, day=same_month)
    if last.day < first.day and _DAY_OF_WEEK.search(words):
        return replace(last, day=first.day + timedelta(days=(last.day - first.day).days % 7))
    return last if last.day >= first.day else None


def _short_ends(text: str, found: Sequence[Moment]) -> list[Moment]:
    """ "11月3日到5日", "Nov 3 to 5": a number after a day of a named month is a day of that month."""
    finished: list[Moment] = []
    for place, each in enumerate(found):
        words = text[each.start : each.end]
        finished.append(each)
        if each.role or each.kind != "date" or each.day is None or not _MONTH_NAMED.search(words):
            continue
        joined = _TO.match(text, each.end)
        number = _LAST_DAY.match(text, joined.end()) if joined else None
        last = day_of(each.day.year, each.day.month, int(number["day"])) if number else None
        following = found[place + 1].start if place + 1 < len(found) else len(text)
        if number and last and last > each.day and number.end() <= following:
            finished[-1:] = [replace(each, role="from"), Moment(*number.span(), day=last, role="to")]
    return finished


class MomentRecogniser:
    """Entities of one kind: "date", "time" or "datetime". Both languages are read in every message."""

    def __init__(self, name: str, kind: str, *, priority: int) -> None:
        self._name = name
        self._kind = kind
        self._priority = priority

    def find(self, text: str, *, now: datetime, language: str) -> Iterator[Candidate]:  # noqa: ARG002
        """See `Recogniser`. A moment's day and time are given as well, for where the moment itself is not wanted."""
        for found in moments(text, now):
            yield from self._of(found, now)
            if found.kind == "datetime" and self._kind != "datetime" and (value := found.value(now)) is not None:
                part = value[:10] if self._kind == "date" else value[11:16]
                yield self._candidate(found, part, priority=self._priority - 30)

    def _of(self, found: Moment, now: datetime) -> Iterator[Candidate]:
        value = found.value(now) if found.kind == self._kind else None
        if value is not None:
            yield self._candidate(found, value, priority=self._priority)

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
