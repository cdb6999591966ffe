"""Times of day in both languages: 下午三点半, 8点, 差五分八点, 15:30; 3pm, half past three, noon, "at 3"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlu.entities.figures.numerals import chinese_number, english_number

_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class ClockTime:
    """text[start:end] names `minute` of the day; 1440 and more is after midnight ("晚上12点", "two at night").

    `sure` is False where neither a part of the day nor 24 hours were named: then one to six is taken for the afternoon.
    """

    start: int
    end: int
    minute: int
    sure: bool
    alone: bool = True  # False where the words name a time only beside a day: "明天三点", "Friday at 3 for two"

    def clock(self) -> str:
        """HH:MM."""
        return f"{self.minute % _DAY_MINUTES // 60:02d}:{self.minute % 60:02d}"


_HOUR_ZH = r"(?P<hour>2[0-4]|1\d|0?\d|二十[一二三四]?|十[一二三四五六七八九]?|[零一二两三四五六七八九])"
_MINUTE_ZH = r"[0-5]\d|[二三四五]?十[一二三四五六七八九]?|[零〇][一二三四五六七八九]"
_PART_ZH = (
    r"(?P<part>凌晨|清晨|大清早|早上|早晨|上午|中午|正午|下午|午后|傍晚"
    r"|晚上|夜里|夜晚|深夜|半夜|午夜|今早|明早|今晚|明晚|昨晚|早|晚)"
)
_OCLOCK_ZH = r"(?:点|时(?!间|候|刻|速))"
_HOUR_TO_ZH = (
    rf"(?=\s?(?:到|至|~|-)\s?{_HOUR_ZH.replace('?P<hour>', '?:')}{_OCLOCK_ZH}(?![意建要原理]))"  # the 3 of 3到5点
)
_CHINESE = re.compile(
    rf"(?<![\d.:第])(?<!\d{{4}}-)(?:{_PART_ZH}的?\s?)?(?:差(?P<short>五|十|一刻|5|10)分?钟?)?(?:(?<![\d.]){_HOUR_ZH})"
    rf"(?:{_OCLOCK_ZH}|{_HOUR_TO_ZH})"
    rf"(?:(?P<oclock>钟|整)|(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>{_MINUTE_ZH}|[1-9](?=分)|[一二三四五六七八九](?=分))分?)?"
    r"(?![\d.零〇一二三四五六七八九十%倍])"
)
# What may stand after a bare "三点", so that "三点意见" is none.
_AFTER_BARE = re.compile(
    r"\s*(?:$|[,.!?;~\-到至前后左之以的吧吗呢啊和或出去来见走起开集送叫提行可有没在再会下上飞我你帮给订预吃睡回]"
    r"|关门|结束|考试|营业|打烊)"
)
_NOON = re.compile(
    r"(?P<noon>中午|正午)(?!\s?(?:[\d一二十]))|(?P<midnight>午夜(?!\s?(?:[\d一二十两三四五]))|零点|半夜12点)"
)
_LETTER = re.compile(r"[A-Za-z]")
_DIGIT = re.compile(r"\d")
_COLON = re.compile(
    rf"(?<![\d:./])(?<!(?<!:\d\d)-)(?:{_PART_ZH}\s?)?(?P<hour>2[0-4]|1\d|0?\d):(?P<minute>[0-5]\d)(?::[0-5]\d)?"
    r"(?:\s?(?P<half_day>[ap])\.?m\b\.?)?(?![\d:/]|-(?!\d{1,2}:\d\d))",
    re.IGNORECASE,
)
# The 3 of "3-5pm" and of "between 3 and 5pm".
_HOUR_TO = re.compile(
    r"(?<![A-Za-z0-9.:$/-])(?P<between>(?<=between\s))?(?P<hour>1[0-2]|0?[1-9])(?:[.:](?P<minute>[0-5]\d))?"
    r"(?=\s?(?:-|to|until|till|(?(between)and|-))\s?(?P<last>1[0-2]|0?[1-9])(?:[.:][0-5]\d)?\s?(?P<half_day>[ap])\.?m\b)",
    re.IGNORECASE,
)
# The 5 of "from 9 to 5", where nothing after it says that it counts something; "a scale from 1 to 10" counts points.
_FROM_HOUR_TO = re.compile(
    r"(?<![A-Za-z0-9])(?<!scale )from\s+(?:1[0-2]|0?[1-9])(?:[.:][0-5]\d)?\s?(?:-|to|until|till)\s?"
    r"(?P<hour>1[0-2]|0?[1-9])(?:[.:](?P<minute>[0-5]\d))?"
    r"(?=\s*(?:$|[,.!?;)](?!\d)|(?:on|tomorrow|today|tonight|next|this|every|each|daily|weekdays|please|and|or|is|if)\b))",
    re.IGNORECASE,
)
_SMALL = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_HOUR_EN = rf"(?P<hour>1[0-2]|0?[1-9]|{_SMALL})"
_PART_EN = r"(?:\s+(?:in\s+the\s+(?P<part>morning|afternoon|evening)|at\s+(?P<night>night)))"
_BEFORE_PART = r"(?:(?:in\s+the\s+)?(?P<before>morning|afternoon|evening|night),?\s+(?:at|around|by)\s+)"
_ENGLISH = (
    re.compile(
        rf"(?<![A-Za-z0-9.:$/])(?<!(?<!\d)(?<![ap]m)-)(?P<hour>1[0-2]|0?[1-9]|{_SMALL})(?:[.:](?P<minute>[0-5]\d))?\s?(?P<half_day>[ap])\.?m\b\.?",
        re.IGNORECASE,
    ),
    re.compile(rf"(?<![A-Za-z0-9.:])(?:{_BEFORE_PART})?{_HOUR_EN}\s?o'?clock{_PART_EN}?(?![A-Za-z])", re.IGNORECASE),
    re.compile(
        rf"(?<![A-Za-z0-9.:])(?:(?P<half>half)|(?P<quarter>(?:a\s+)?quarter)|(?P<minutes>(?:five|ten|twenty|twenty-five)(?:\s+minutes)?|\d{{1,2}}\s+minutes))"
        rf"\s+(?P<side>past|after|to|before)\s+{_HOUR_EN}(?:{_PART_EN}|\s?(?P<half_day>[ap])\.?m\b\.?)?(?![A-Za-z0-9:])",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<![A-Za-z0-9])(?:(?:at|around|by|before|after|from|until|till|since)\s+|{_BEFORE_PART}){_HOUR_EN}{_PART_EN}?"
        r"(?=(?P<alone>\s*(?:$|[,.!?;)-]|(?:on|to|until|till|tomorrow|today|tonight|next|this|please|sharp|and|or|is|if)\b))|\s)"
        r"(?![.:,]\d)(?!\s*(?:%|percent|dollars?|usd|yuan|euros?|people|persons?|days?|weeks?|months?|years?|hours?|minutes?))",
        re.IGNORECASE,
    ),
    re.compile(rf"(?<![A-Za-z0-9.:$]){_HOUR_EN}{_PART_EN}(?![A-Za-z0-9])", re.IGNORECASE),
    re.compile(
        r"(?<![A-Za-z0-9])(?:at\s+)?(?:(?P<noon>noon|midday)|(?P<midnight>midnight))(?![A-Za-z0-9])", re.IGNORECASE
    ),
)


def clock_times(text: str) -> Iterator[ClockTime]:
    """Every reading, overlapping ones included."""
    if not text.isascii():
        for match in _CHINESE.finditer(text):
            yield from _chinese(match, text)
        for match in _NOON.finditer(text):
            yield ClockTime(*match.span(), 720 if match.group("noon") else _DAY_MINUTES, sure=True)
    if _DIGIT.search(text):
        yield from _in_digits(text)
    if _LETTER.search(text):
        for pattern in _ENGLISH:
            for match in pattern.finditer(text):
                yield from _english(match)


def _in_digits(text: str) -> Iterator[ClockTime]:
    for match in _COLON.finditer(text):
        part = match.group("part") or {"a": "早上", "p": "下午"}.get((match.group("half_day") or "").lower(), "")
        hour = int(match.group("hour"))
        minute = _in_part(hour, part) * 60 + int(match.group("minute"))
        if hour <= 24 and minute <= 2 * _DAY_MINUTES:
            yield ClockTime(*match.span(), minute, sure=bool(part) or hour > 12 or match.group("hour")[0] == "0")
    for match in _HOUR_TO.finditer(text):
        hour, afternoon = int(match["hour"]) % 12, match["half_day"].lower() == "p"
        afternoon ^= hour > int(match["last"]) % 12  # "11-1pm" begins in the morning
        yield ClockTime(*match.span(), (hour + 12 * afternoon) * 60 + int(match["minute"] or 0), sure=True)
    for match in _FROM_HOUR_TO.finditer(text):
        minute = _in_part(int(match["hour"]), "", sure=False) * 60 + int(match["minute"] or 0)
        yield ClockTime(match.start("hour"), match.end(), minute, sure=False)


def _chinese(match: re.Match[str], text: str) -> Iterator[ClockTime]:
    written = match.group("hour")
    number = int(written) if written.isdecimal() else chinese_number(written)
    if number is None or number > 24:
        return
    hour, minute = int(number), 0
    part = match.group("part") or ""
    if match.group("half"):
        minute = 30
    elif match.group("quarter"):
        minute = 15 if match.group("quarter") == "一" else 45
    elif match.group("minute"):
        minute = _chinese_minute(match.group("minute"))
    short = {"五": 5, "5": 5, "十": 10, "10": 10, "一刻": 15}.get(match.group("short") or "", 0)
    if hour == 1 and part in ("早", "晚"):  # "a bit earlier"
        return
    plain = not (part or match.group("oclock") or minute or short)
    alone = not plain or (hour != 1 and _AFTER_BARE.match(text, match.end()) is not None)
    sure = bool(part) or hour == 0 or hour > 12
    yield ClockTime(*match.span(), _in_part(hour, part, sure=sure) * 60 + minute - short, sure=sure, alone=alone)


def _chinese_minute(written: str) -> int:
    if written.isdecimal():
        return int(written)
    return int(chinese_number(written.lstrip("零〇")) or 0)


def _in_part(hour: int, part: str, *, sure: bool = True) -> int:
    """The hour of 24 that an hour of this part of the day is; beyond 24 for the small hours of "tonight"."""
    if not sure:
        return hour + 12 if 1 <= hour <= 6 else hour
    if part in ("下午", "午后", "傍晚"):
        return hour + 12 if hour < 12 else hour
    if part in ("中午", "正午"):
        return hour + 12 if hour < 4 else hour
    if part in ("晚上", "夜里", "夜晚", "深夜", "午夜", "今晚", "明晚", "昨晚", "晚"):
        return hour + 12 if 5 <= hour <= 12 else hour + 24 if hour < 5 else hour
    if part in ("凌晨", "半夜", "早上") and hour == 12:
        return 0
    return hour


def _english(match: re.Match[str]) -> Iterator[ClockTime]:
    groups = match.groupdict()
    if groups.get("noon") or groups.get("midnight"):
        minute = 720 if groups.get("noon") else _DAY_MINUTES
        yield ClockTime(match.start() + _lead(match.group()), match.end(), minute, sure=True)
        return
    written = groups["hour"].lower()
    hour = int(written) if written.isdecimal() else english_number(written) or 0
    part = (groups.get("half_day") or groups.get("part") or groups.get("before") or groups.get("night") or "").lower()
    translated = {"a": "早上", "p": "下午", "morning": "早上", "afternoon": "下午", "evening": "傍晚", "night": "晚上"}
    minute = _in_part(hour, translated.get(part, ""), sure=bool(part)) * 60 + int(groups.get("minute") or 0)
    side = (groups.get("side") or "").lower()
    if side:
        written = (groups.get("minutes") or "").lower().removesuffix("minutes").strip()
        counted = 30 if groups.get("half") else 15 if groups.get("quarter") else None
        away = counted or (int(written) if written.isdecimal() else english_number(written) or 0)
        minute += away if side in ("past", "after") else -away
    alone = "alone" not in groups or groups["alone"] is not None or bool(part)
    start = match.start() + _lead(match.group())
    yield ClockTime(start, match.end(), minute, sure=bool(part), alone=alone)


def _lead(words: str) -> int:
    """Length of "at " and the like, which are no part of the time."""
    lead = re.match(r"(?:at|around|by|before|after|from|until|till|since|in\s+the)\s+", words, re.IGNORECASE)
    return lead.end() if lead else 0
