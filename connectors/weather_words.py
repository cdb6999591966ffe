"""Words for weather in both languages: WMO codes and days."""

from __future__ import annotations

from datetime import date

_CONDITIONS: dict[int, tuple[str, str]] = {  # WMO code 4677, the part that forecasts use: (zh, en)
    0: ("晴", "sunny"),
    1: ("晴间少云", "mostly sunny"),
    2: ("多云", "partly cloudy"),
    3: ("阴", "overcast"),
    45: ("有雾", "foggy"),
    48: ("雾凇", "freezing fog"),
    51: ("零星小雨", "light drizzle"),
    53: ("毛毛雨", "drizzle"),
    55: ("较密的毛毛雨", "heavy drizzle"),
    56: ("冻毛毛雨", "light freezing drizzle"),
    57: ("较强冻毛毛雨", "freezing drizzle"),
    61: ("小雨", "light rain"),
    63: ("中雨", "rain"),
    65: ("大雨", "heavy rain"),
    66: ("小冻雨", "light freezing rain"),
    67: ("冻雨", "freezing rain"),
    71: ("小雪", "light snow"),
    73: ("中雪", "snow"),
    75: ("大雪", "heavy snow"),
    77: ("米雪", "snow grains"),
    80: ("小阵雨", "light showers"),
    81: ("阵雨", "showers"),
    82: ("强阵雨", "violent showers"),
    85: ("小阵雪", "light snow showers"),
    86: ("强阵雪", "heavy snow showers"),
    95: ("雷阵雨", "thunderstorms"),
    96: ("雷阵雨伴小冰雹", "thunderstorms with light hail"),
    99: ("雷阵雨伴冰雹", "thunderstorms with hail"),
}
_DAYS = {"zh": ("今天", "明天", "后天"), "en": ("today", "tomorrow", "the day after tomorrow")}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def condition_in(language: str, code: int) -> str | None:
    """What WMO code `code` is called, None when it means nothing to us."""
    words = _CONDITIONS.get(code)
    return None if words is None else words[0 if language == "zh" else 1]


def day_in(language: str, day: date, *, today: date) -> str:
    """How one says `day` on the day `today`: 明天, "tomorrow", 11月23日, "on Nov 23"."""
    distance = (day - today).days
    if 0 <= distance <= 2:
        return _DAYS["zh" if language == "zh" else "en"][distance]
    return f"{day.month}月{day.day}日" if language == "zh" else f"on {_MONTHS[day.month - 1]} {day.day}"
