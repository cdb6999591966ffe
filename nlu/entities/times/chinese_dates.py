"""Days in Chinese: 明天, 大后天, 下周三, 三天后, 11月3日, 下个月5号, 二〇二六年十一月二十日."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from nlu.entities.figures.numerals import chinese_number
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
        -3: "大前天",
        -2: "前天|前日",
        -1: "昨天|昨日|昨晚|昨夜|昨儿",
        0: "今天|今日|今晚|今早|今晨|今夜|今儿|当天",
        1: "明天|明日|明晚|明早|明晨|明夜|明儿",
        2: "后天|后日",
        3: "大后天",
    }
)
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5} | {
    str(n + 1): n for n in range(7)
}
_WEEKS = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2}
_NUMBER = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"


def _number(text: str) -> int:
    """-1 where it is none; 一二 read digit by digit is no day."""
    if text.isdecimal():
        return int(text)
    value = chinese_number(text)
    return int(value) if value is not None else -1


def _year(text: str) -> int:
    return full_year(int(text)) if text.isdecimal() else _number(text)


def _relative(match: re.Match[str], today: date) -> date | None:
    return shifted(today, _RELATIVE[match.group()])


def _weekday(match: re.Match[str], today: date) -> date | None:
    weekday = _WEEKDAYS[match.group("day")]
    week = match.group("week")
    return coming_weekday(today, weekday) if week is None else weekday_of_week(today, weekday, _WEEKS[week])


def _days_away(match: re.Match[str], today: date) -> date | None:
    count = _number(match.group("count"))
    if count < 0:
        return None
    days = count * (7 if match.group("unit") in ("周", "星期", "个星期", "礼拜", "个礼拜") else 1)
    return shifted(today, -days if match.group("side").endswith("前") else days)


def _month_day(match: re.Match[str], today: date) -> date | None:
    month, day = _number(match.group("month")), _number(match.group("day"))
    if match.group("year"):
        return day_of(_year(match.group("year")), month, day)
    if match.group("named_year"):
        return day_of(today.year + {"去": -1, "今": 0, "明": 1}[match.group("named_year")], month, day)
    return nearest_month_day(today, month, day)


def _day_of_near_month(match: re.Match[str], today: date) -> date | None:
    day = _number(match.group("day"))
    if match.group("month") is None:
        return coming_day(today, day) if 1 <= day <= 31 else None
    return month_later(today, _WEEKS[match.group("month")], day)


_RULES: tuple[tuple[re.Pattern[str], Reading], ...] = (
    # 昆明天气 and 加拿大后天 begin with a place.
    (re.compile(rf"(?<!昆(?=明))(?<![拿哥](?=大))(?:{'|'.join(sorted(_RELATIVE, key=len, reverse=True))})"), _relative),
    (
        re.compile(
            r"(?:(?P<week>(?<!一)下下|(?<!一)下|上上|上|这|本)个?)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天末]|[1-7](?!\d))"
        ),
        _weekday,
    ),
    (
        re.compile(rf"(?P<count>{_NUMBER})(?P<unit>天|周|个?星期|个?礼拜)(?P<side>之后|以后|后|之前|以前|前)"),
        _days_away,
    ),
    (
        re.compile(
            r"(?:(?P<year>\d{4}|\d{2}|[零〇一二三四五六七八九]{4})年|(?P<named_year>[去今明])年)?"
            rf"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?(?P<day>{_NUMBER})(?:日|号|(?![\d\w]))"
        ),
        _month_day,
    ),
    (re.compile(rf"(?:(?P<month>上|这|本|下)个?月)(?P<day>{_NUMBER})(?:日|号)"), _day_of_near_month),
    (
        re.compile(
            rf"(?<![\dA-Za-z月一二三四五六七八九十第路街道巷弄村])(?P<month>(?!))?(?P<day>{_NUMBER})号(?![楼线店院门机码员])"
        ),
        _day_of_near_month,
    ),
)


def chinese_dates(text: str, today: date) -> Iterator[tuple[int, int, date]]:
    """(start, end, day) of every reading, overlapping ones included."""
    if not text.isascii():
        for match, day in read_days(_RULES, text, today):
            yield *match.span(), day
