"""Numbers written in words: 一百二十, 三万五, 两点五; twenty-five, one hundred and five."""

from __future__ import annotations

import re
from decimal import Decimal

CHINESE_DIGITS = {
    c: n
    for n, cs in enumerate(["零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"])
    for c in cs
}
_CHINESE_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_CHINESE_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8}
CHINESE_NUMERAL = "零〇一壹二贰两三叁四肆五伍六陆七柒八捌九玖十拾百佰千仟万萬亿"

_UNITS = (
    ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ENGLISH = {word: value for value, word in enumerate(_UNITS[0] + _UNITS[1])}
_ENGLISH |= {word: 10 * (n + 2) for n, word in enumerate(_TENS)}
_ENGLISH_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
ENGLISH_WORD = "|".join(sorted([*_ENGLISH, *_ENGLISH_SCALES], key=len, reverse=True))


def chinese_number(text: str) -> Decimal | None:
    """None where the characters do not form a number ("百百", "万")."""
    whole, point, fraction = text.partition("点")
    number = _chinese_integer(whole)
    if number is None:
        return None
    if not point:
        return Decimal(number)
    if not fraction or any(c not in CHINESE_DIGITS for c in fraction):
        return None
    return Decimal(f"{number}." + "".join(str(CHINESE_DIGITS[c]) for c in fraction))


def _chinese_integer(text: str) -> int | None:
    if not text:
        return None
    if all(c in CHINESE_DIGITS for c in text):
        # 二零二六 is read digit by digit; 两三 ("two or three") is not a number.
        return int("".join(str(CHINESE_DIGITS[c]) for c in text)) if len(text) == 1 or len(text) >= 3 else None
    total, section, digit, last_unit = 0, 0, None, 0
    for place, character in enumerate(text):
        if character in CHINESE_DIGITS:
            if digit not in (None, 0):
                return None
            digit = CHINESE_DIGITS[character]
        elif character in _CHINESE_UNITS:
            unit = _CHINESE_UNITS[character]
            if digit is None and not (unit == 10 and (place == 0 or text[place - 1] in _CHINESE_MYRIADS)):
                return None
            section += (1 if digit is None else digit) * unit
            digit, last_unit = None, unit
        else:
            unit = _CHINESE_MYRIADS[character]
            section += digit or 0
            if section == 0 and total == 0:
                return None
            total = (total + section) * unit if unit > 10**4 else total + section * unit
            section, digit, last_unit = 0, None, unit
    if digit:
        # 三百五 is 350, 三百零五 is 305
        shortened = text[-2] not in "零〇" and last_unit >= 100 and text[-2] not in CHINESE_DIGITS
        section += digit * (last_unit // 10 if shortened else 1)
    return total + section


def english_number(text: str) -> int | None:
    """None where the words do not form one number ("two five")."""
    words = [word for word in re.split(r"[\s-]+", text.lower()) if word and word != "and"]
    total, section, last = 0, 0, 0
    for word in words:
        if word in _ENGLISH:
            value = _ENGLISH[word]
            fits = section == 0 or section % 100 == 0 or (section % 10 == 0 and section % 100 >= 20 and 0 < value < 10)
            if not fits or (last and value == 0):
                return None
            section += value
        elif word == "hundred":
            if not 0 < section < 10:
                return None
            section *= 100
        elif word in _ENGLISH_SCALES:
            if section == 0:
                return None
            total, section = total + section * _ENGLISH_SCALES[word], 0
        else:
            return None
        last = 1
    return total + section if words else None


def plain(number: Decimal) -> str:
    """In digits, without noughts at the end of a fraction."""
    written = format(number, "f")
    return written.rstrip("0").rstrip(".") if "." in written else written
