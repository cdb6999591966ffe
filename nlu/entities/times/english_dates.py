"""Days in English: tomorrow, next Friday, in three days, Nov 3rd, 3 November 2026, the 5th."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from nlu.entities.figures.numerals import ENGLISH_WORD, english_number
from nlu.entities.spellings import by_spelling
from nlu.entities.times.calendar_days import (
    Reading,
    coming_day,
    coming_weekday,
    day_of,
    full_year,
    month_later,
    nearest_month_day,
    read_days,
    shifted,
    weekday_of_week,
)

_RELATIVE = by_spelling(
    {
        -2: "the day before yesterday|day before yesterday",
        -1: "yesterday|last night",
        0: "today|tonight|this morning|this afternoon|this evening",
        1: "tomorrow|tmr|tmrw|tomorow|tommorrow",
        2: "the day after tomorrow|day after tomorrow",
    }
)
_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = r"(?P<weekday>monday|mon|tuesday|tues?|wednesday|wed|thursday|thurs?|friday|fri|saturday|sat|sunday|sun|weekend)"
_MONTH = (
    r"(?P<month>january|jan|february|feb|march|mar|april|apr|may|june|jun|july|jul|august|aug|september|sept?|"
    r"october|oct|november|nov|december|dec)\.?"
)
_ORDINAL = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s+(?P<year>\d{4}))?"


def _weekday_number(name: str) -> int:
    if name == "weekend":
        return 5
    return next(n for n, day in enumerate(_DAY_NAMES) if day.startswith(name[:3]))


def _relative(match: re.Match[str], today: date) -> date | None:
    return shifted(today, _RELATIVE[re.sub(r"\s+", " ", match.group().lower())])


def _weekday(match: re.Match[str], today: date) -> date | None:
    """ "next Friday" is the one of next week, "last Friday" the latest one past, bare "Friday" the coming one."""
    weekday = _weekday_number(match.group("weekday").lower())
    which = (match.group("which") or "").lower()
    if which == "next":
        return weekday_of_week(today, weekday, 1)
    if which == "last":
        return shifted(today, -((today.weekday() - weekday - 1) % 7 + 1))
    return weekday_of_week(today, weekday, 0) if which == "this" else coming_weekday(today, weekday)


def _days_away(match: re.Match[str], today: date) -> date | None:
    written = match.group("count").lower()
    count = 1 if written in ("a", "an") else int(written) if written.isdecimal() else english_number(written)
    if count is None:
        return None
    days = count * (7 if match.group("unit").lower().startswith("week") else 1)
    return shifted(today, -days if (match.group("side") or "").lower() == "ago" else days)


def _month_day(match: re.Match[str], today: date) -> date | None:
    month = _MONTH_NAMES.index(match.group("month").lower()[:3]) + 1
    if match.group("year"):
        return day_of(int(match.group("year")), month, int(match.group("day")))
    return nearest_month_day(today, month, int(match.group("day")))


def _day_alone(match: re.Match[str], today: date) -> date | None:
    day = int(match.group("day"))
    return coming_day(today, day) if 1 <= day <= 31 else None


def _day_of_near_month(match: re.Match[str], today: date) -> date | None:
    return month_later(today, {"last": -1, "this": 0, "next": 1}[match["which"].lower()], int(match["day"]))


_COUNT = rf"(?P<count>\d{{1,3}}|an?|(?:{ENGLISH_WORD})(?:-(?:{ENGLISH_WORD}))?)"


def _rule(pattern: str, reading: Reading) -> tuple[re.Pattern[str], Reading]:
    # Not \b: a Chinese character beside the word is a letter to it.
    return re.compile(rf"(?<![A-Za-z0-9_])(?:{pattern})(?![A-Za-z0-9_])", re.IGNORECASE), reading


_RULES = (
    _rule("|".join(name.replace(" ", r"\s+") for name in sorted(_RELATIVE, key=len, reverse=True)), _relative),
    _rule(rf"(?:(?P<which>next|this|last|coming)\s+)?{_DAY}", _weekday),
    _rule(rf"in\s+{_COUNT}\s+(?P<unit>days?|weeks?)(?P<side>(?!))?", _days_away),
    _rule(rf"{_COUNT}\s+(?P<unit>days?|weeks?)\s+(?P<side>ago|from\s+now|from\s+today|later)", _days_away),
    _rule(rf"{_MONTH}\s*(?:the\s+)?{_ORDINAL}{_YEAR}", _month_day),
    _rule(rf"{_ORDINAL}\s+(?:of\s+)?{_MONTH}{_YEAR}", _month_day),
    _rule(r"the\s+(?P<day>\d{1,2})(?:st|nd|rd|th)\s+of\s+(?P<which>this|next|last)\s+month", _day_of_near_month),
    _rule(r"the\s+(?P<day>\d{1,2})(?:st|nd|rd|th)", _day_alone),
)
_LETTER = re.compile(r"[A-Za-z]")
_SUN_AND_SAT = re.compile(r"(?i)\b(?:sun|sat|wed|mon|fri)\b")
_NUMERIC = re.compile(
    r"(?<![\d/.-])(?:(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})"
    r"|(?<!\d )(?!24/7(?!\d))(?P<first>\d{1,2})/(?P<second>\d{1,2})(?:/(?P<last>\d{4}|\d{2}))?)(?![\d/-]|\.\d)"
)


def english_dates(text: str, today: date) -> Iterator[tuple[int, int, date]]:
    """(start, end, day) of every reading, overlapping ones included."""
    if not _LETTER.search(text):
        return
    for match, day in read_days(_RULES, text, today):
        # "the sun", "he sat down", "wed": short names count only capitalised or after next, this, last, on.
        if _SUN_AND_SAT.fullmatch(match.group()) and not match.group()[0].isupper():
            before = text[max(0, match.start() - 10) : match.start()].lower().split()
            if not before or before[-1] not in {"on", "by", "until", "for"}:
                continue
        yield *match.span(), day


def numeric_dates(text: str, today: date) -> Iterator[tuple[int, int, date]]:
    """2026-11-20 and, month before day unless that cannot be, 11/20 and 11/20/2026."""
    for match in _NUMERIC.finditer(text):
        if match.group("year"):
            found = day_of(int(match.group("year")), int(match.group("month")), int(match.group("day")))
        else:
            month, day = int(match.group("first")), int(match.group("second"))
            month, day = (day, month) if month > 12 else (month, day)
            last = match.group("last")
            found = day_of(full_year(int(last)), month, day) if last else nearest_month_day(today, month, day)
        if found is not None:
            yield match.start(), match.end(), found
