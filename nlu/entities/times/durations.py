"""Lengths of time in both languages, as ISO 8601 durations: 两个半小时 is PT2H30M, "three days" is P3D."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from nlu.candidate import Candidate
from nlu.entities.figures.number_ranges import first_of_range
from nlu.entities.figures.numerals import CHINESE_NUMERAL, ENGLISH_WORD, chinese_number, english_number

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_MONTHS = {"month": 1, "year": 12}
_CHINESE_UNITS = {
    "秒": "second",
    "秒钟": "second",
    "分": "minute",
    "分钟": "minute",
    "小时": "hour",
    "钟头": "hour",
    "天": "day",
    "周": "week",
    "星期": "week",
    "礼拜": "week",
    "月": "month",
    "年": "year",
}
_CHINESE_COUNT = rf"(?:\d{{1,4}}(?:\.\d{{1,2}})?|[{CHINESE_NUMERAL}]{{1,6}})"
_CHINESE = re.compile(
    rf"(?<![\d.第点:/])(?<!(?<!\d)-)(?<!\d[月年])(?:"
    rf"(?P<half>半)(?P<half_unit>个?(?:小时|钟头|月|星期|礼拜)|天|年|分钟)"
    rf"|(?<![哪那这某每有同])(?P<count>{_CHINESE_COUNT})(?P<and_half>个半)?"
    r"(?P<unit>个?(?:小时|钟头|星期|礼拜)|(?<=半)月|个月|分钟|秒钟?|天|周(?![一二三四五六日末])|年(?![\d一二三四五六七八九十]|级|代))"
    rf"(?P<later_half>半(?!天|夜|价|路|年|个))?"
    rf"(?:(?P<minutes>{_CHINESE_COUNT})分钟?)?"
    r"|(?P<quarter>[一三])刻钟)"
)
_ENGLISH_COUNT = rf"(?:(?!0\d)\d{{1,4}}(?:\.\d{{1,2}})?|an?|(?:{ENGLISH_WORD})(?:[\s-](?:{ENGLISH_WORD}))?)"
_ENGLISH_UNIT = r"seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?"
_ENGLISH = re.compile(
    rf"(?<![A-Za-z0-9_.$/])(?<!(?<!\d)-)(?:(?P<half>half\s+an?\s+(?P<half_unit>hour|day|year)|half\s+(?P<half_unit2>hour|day))"
    rf"|(?P<count>{_ENGLISH_COUNT})(?P<half_after>\s+and\s+a\s+half)?[\s-]?(?P<unit>{_ENGLISH_UNIT})"
    rf"(?P<half_last>\s+and\s+a\s+half)?(?:(?:\s+and)?\s+(?P<minutes>{_ENGLISH_COUNT})[\s-]?(?:minutes?|mins?))?)"
    r"(?![A-Za-z0-9_])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Duration:
    """`months` are counted on the calendar, `seconds` on the clock; text[start:end] names it."""

    start: int
    end: int
    months: int
    seconds: int

    def iso(self) -> str:
        """ISO 8601, weeks as days where they come with something else."""
        years, months = divmod(self.months, 12)
        days, rest = divmod(self.seconds, 86_400)
        if days and days % 7 == 0 and not rest and not self.months:
            return f"P{days // 7}W"
        hours, rest = divmod(rest, 3600)
        minutes, seconds = divmod(rest, 60)
        of_days = "".join(f"{n}{unit}" for n, unit in ((years, "Y"), (months, "M"), (days, "D")) if n)
        of_clock = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n)
        return f"P{of_days}" + (f"T{of_clock}" if of_clock else "") if of_days or of_clock else "PT0S"


def durations(text: str) -> Iterator[Duration]:
    """Every length of time in a normalised text, either language; of 3-5天 the longer one."""
    for found in _measures(text):
        if not text.endswith("-", 0, found.start) or first_of_range(text, found.start, found.end):
            yield found


def _measures(text: str) -> Iterator[Duration]:
    for match in _CHINESE.finditer(text):
        if match.group("quarter"):
            yield Duration(*match.span(), 0, 900 * (1 if match.group("quarter") == "一" else 3))
            continue
        if match.group("half"):
            count, unit = Decimal("0.5"), _CHINESE_UNITS[match.group("half_unit").removeprefix("个")]
        else:
            number = _chinese_count(match.group("count"))
            if number is None or (number >= 1000 and match.group("unit") == "年"):  # 2013年 is a year
                continue
            half = match.group("and_half") or match.group("later_half")
            count, unit = number + (Decimal("0.5") if half else 0), _CHINESE_UNITS[match.group("unit").lstrip("个")]
        yield from _measured(match, count, unit, _chinese_count(match.group("minutes") or "0"))
    for match in _ENGLISH.finditer(text):
        if match.group("half"):
            count, unit = Decimal("0.5"), (match.group("half_unit") or match.group("half_unit2")).lower()
        else:
            number = _english_count(match.group("count"))
            if number is None:
                continue
            half = match.group("half_after") or match.group("half_last")
            count, unit = number + (Decimal("0.5") if half else 0), match.group("unit").lower().rstrip("s")
            if match.group("unit").lower() == "second" and match.group("count").lower() not in ("1", "one"):
                continue  # "a second card", "twenty second"
            unit = {"sec": "second", "min": "minute", "hr": "hour"}.get(unit, unit)
        yield from _measured(match, count, unit, _english_count(match.group("minutes") or "0"))


def _measured(match: re.Match[str], count: Decimal, unit: str, minutes: Decimal | None) -> Iterator[Duration]:
    if minutes is None or (minutes and unit != "hour"):
        return
    if unit in _MONTHS:
        months = count * _MONTHS[unit]
        days = 15 if months % 1 else 0
        yield Duration(*match.span(), int(months), days * 86_400)
    else:
        yield Duration(*match.span(), 0, int(count * _SECONDS[unit] + minutes * 60))


def _chinese_count(written: str) -> Decimal | None:
    try:
        return Decimal(written) if written[0].isdecimal() else chinese_number(written)
    except InvalidOperation:
        return None


def _english_count(written: str) -> Decimal | None:
    if written.lower() in ("a", "an"):
        return Decimal(1)
    if written[0].isdecimal():
        return Decimal(written)
    number = english_number(written)
    return None if number is None else Decimal(number)


def duration_rule(text: str, name: str, priority: int) -> Iterator[Candidate]:
    """Values are ISO 8601 durations."""
    for found in durations(text):
        least = _least(text, found)
        ends = [(least, "from"), (found, "to")] if least is not None else [(found, "")]
        for each, role in ends:
            span = (each.start, each.end)
            yield Candidate(name, each.iso(), *span, "duration", priority, role=role, holds_others=True)


def _least(text: str, most: Duration) -> Duration | None:
    """The lower end of a range whose upper end is `most`: the 3 of 3-5天."""
    first = first_of_range(text, most.start, most.end)
    for found in _measures(first[2]) if first else ():
        if first and found.end == len(first[2]) and (found.months, found.seconds) < (most.months, most.seconds):
            return Duration(*first[:2], found.months, found.seconds)
    return None
