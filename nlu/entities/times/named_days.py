"""Days that have a name instead of a number: holidays of fixed date, and the ends of months and years."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from nlu.entities.figures.numerals import chinese_number
from nlu.entities.spellings import by_spelling
from nlu.entities.times.calendar_days import day_of, month_later, nearest_month_day, shifted

_HOLIDAYS_ZH = by_spelling(
    {
        (1, 1): "元旦",
        (2, 14): "情人节",
        (3, 8): "妇女节|三八节",
        (5, 1): "劳动节|五一劳动节|五一",
        (5, 4): "青年节",
        (6, 1): "儿童节|六一儿童节|六一",
        (9, 10): "教师节",
        (10, 1): "国庆节|国庆",
        (10, 31): "万圣节",
        (11, 11): "双十一|双11",
        (12, 12): "双十二|双12",
        (12, 24): "平安夜",
        (12, 25): "圣诞节|圣诞",
    }
)
_HOLIDAYS_EN = {
    r"new\s+year'?s\s+day": (1, 1),
    r"valentine'?s(?:\s+day)?": (2, 14),
    r"halloween": (10, 31),
    r"christmas\s+eve": (12, 24),
    r"christmas(?:\s+day)?": (12, 25),
    r"new\s+year'?s\s+eve": (12, 31),
}
_YEARS = {"前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2, "last": -1, "this": 0, "next": 1}
_MONTHS = {"上上": -2, "上": -1, "这": 0, "本": 0, "当": 0, "": 0, "下": 1, "下下": 2}
_IN_NUMBER = "零〇一二三四五六七八九十百千万两"
_ZH = re.compile(
    rf"(?:(?P<year>\d{{4}})年|(?P<named>[前去今明后]年))?的?(?<![{_IN_NUMBER}\d])"
    rf"(?P<name>{'|'.join(sorted(_HOLIDAYS_ZH, key=len, reverse=True))})(?![{_IN_NUMBER}\d月号日点年路街])"
)
_EN = re.compile(
    rf"(?<![A-Za-z])(?P<name>{'|'.join(_HOLIDAYS_EN)})(?![A-Za-z])(?:,?\s+(?P<year>\d{{4}})(?!\d))?", re.IGNORECASE
)
_SAME_DAY_ZH = re.compile(r"(?P<named>[前去明后]年)的?今天")
_MONTH_END_ZH = re.compile(
    rf"(?:(?P<which>上上|下下|上|下|这|本|当)个?|(?P<month>1[0-2]|(?<!\d)0?[1-9]|十[一二]?|[一二三四五六七八九])"
    rf"|(?<![个岁\d{_IN_NUMBER}几半]))月(?P<part>底|末|初)(?![层下色])"
)
_YEAR_END_ZH = re.compile(
    rf"(?:(?P<named>[前去今明后]年)年?|(?<![\d{_IN_NUMBER}几半每])年)(?P<part>底|末|初)(?![层下色])"
)
_END_EN = re.compile(
    r"(?<![A-Za-z])(?:the\s+)?(?P<part>end|beginning|start)\s+of\s+(?:(?P<which>the|this|next|last)\s+)"
    r"(?P<unit>month|year)(?![A-Za-z])",
    re.IGNORECASE,
)


def named_days(text: str, today: date) -> Iterator[tuple[int, int, date]]:
    """(start, end, day) of every reading. A holiday without a year is the coming one."""
    yield from _kept(_holidays(text, today))
    yield from _kept(_ends(text, today))


def _kept(found: Iterator[tuple[re.Match[str], date | None]]) -> Iterator[tuple[int, int, date]]:
    for match, day in found:
        if day is not None:
            yield match.start(), match.end(), day


def _holidays(text: str, today: date) -> Iterator[tuple[re.Match[str], date | None]]:
    for match in _ZH.finditer(text) if not text.isascii() else ():
        year = int(match["year"]) if match["year"] else today.year + _YEARS[match["named"]] if match["named"] else None
        yield match, _holiday(today, _HOLIDAYS_ZH[match["name"]], year)
    for match in _SAME_DAY_ZH.finditer(text) if "今天" in text else ():
        yield match, day_of(today.year + _YEARS[match["named"]], today.month, today.day)
    for match in _EN.finditer(text):
        month_day = next(on for name, on in _HOLIDAYS_EN.items() if re.fullmatch(name, match["name"], re.IGNORECASE))
        yield match, _holiday(today, month_day, int(match["year"]) if match["year"] else None)


def _holiday(today: date, month_day: tuple[int, int], year: int | None) -> date | None:
    if year is not None:
        return day_of(year, *month_day)
    this_year = day_of(today.year, *month_day)
    return this_year if this_year is None or this_year >= today else day_of(today.year + 1, *month_day)


def _ends(text: str, today: date) -> Iterator[tuple[re.Match[str], date | None]]:
    for match in _MONTH_END_ZH.finditer(text) if "月" in text else ():
        first = _first_of_month(today, match["month"] or "", _MONTHS[match["which"] or ""])
        yield match, first if match["part"] == "初" else _month_end(first)
    for match in _YEAR_END_ZH.finditer(text) if "年" in text else ():
        year = today.year + _YEARS.get(match["named"] or "", 0)
        yield match, day_of(year, 1, 1) if match["part"] == "初" else day_of(year, 12, 31)
    for match in _END_EN.finditer(text):
        shift = _YEARS.get(match["which"].lower(), 0)
        starts, by_month = match["part"].lower() != "end", match["unit"].lower() == "month"
        if by_month:
            first = month_later(today, shift, 1)
            yield match, first if starts else _month_end(first)
        else:
            yield match, day_of(today.year + shift, 1, 1) if starts else day_of(today.year + shift, 12, 31)


def _first_of_month(today: date, named: str, shift: int) -> date | None:
    if not named:
        return month_later(today, shift, 1)
    number = int(named) if named.isdecimal() else int(chinese_number(named) or 0)
    return nearest_month_day(today, number, 1)


def _month_end(first: date | None) -> date | None:
    following = None if first is None else month_later(first, 1, 1)
    return None if following is None else shifted(following, -1)
