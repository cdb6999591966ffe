"""Plain numbers in digits or words, as decimal strings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from nlu.candidate import Candidate
from nlu.entities.figures.numerals import CHINESE_NUMERAL, ENGLISH_WORD, chinese_number, english_number, plain

_DIGITS = re.compile(
    r"(?<![A-Za-z0-9_.,])(?<!\d[/:-])(?:-(?=\d))?(\d{1,3}(?:,\d{3})+|\d{1,18})(\.\d{1,9})?\s?((?:千(?![克瓦米卡赫])|[万亿])(?:\d(?![\d.千百万]))?|(?:[kK]|million|thousand)\b)?"
    r"(?![A-Za-z0-9_]|[.,]\d|[/:-]\d)"
)
_CHINESE = re.compile(rf"[{CHINESE_NUMERAL}]{{1,16}}(?:点[零〇一二三四五六七八九]{{1,6}})?")
_ENGLISH = re.compile(
    rf"(?<![A-Za-z])(?:{ENGLISH_WORD})(?:(?:\s+and\s+|[\s-]+)(?:{ENGLISH_WORD})){{0,8}}(?![A-Za-z])", re.IGNORECASE
)
_SCALE = {"k": 10**3, "千": 10**3, "thousand": 10**3, "万": 10**4, "million": 10**6, "亿": 10**8}
_MEASURES = "个天张件位人杯次年月日号块元台份间晚点岁米斤瓶盒箱条双本层楼级名分秒周种笔套倍口只头辆门吨升克度折%％里"
_NOT_COUNTING = re.compile("一(?:[下些样直起点般定共旦切边会]|个人)")
_FRACTION = re.compile("分之")  # 三分之一 is neither three nor one
_BELOW = re.compile(r"(?:零下|负)$")
_ONE_OF = re.compile(
    r"\b(?:this|that|which|the|another|no|any|every|some|each|wrong|right|first|last|new|old)\s+$", re.IGNORECASE
)


def number_rule(text: str, name: str, priority: int) -> Iterator[Candidate]:
    """A single Chinese numeral counts only before a measure word or alone: 一 in 一下 is not a number."""
    for number, start, end in _numbers(text):
        yield Candidate(name, plain(number), start, end, "number", priority)


def _numbers(text: str) -> Iterator[tuple[Decimal, int, int]]:
    for match in _DIGITS.finditer(text):
        if _FRACTION.match(text, match.end()) or text.endswith("分之", 0, match.start()):
            continue
        cold = _BELOW.search(text, 0, match.start())
        sign = -1 if match.group().startswith("-") or cold else 1
        number = sign * Decimal(match.group(1).replace(",", "") + (match.group(2) or ""))
        if match.group(3):
            scale = match.group(3).lower()
            number *= _SCALE[scale.rstrip("0123456789")]
            if scale[-1].isdigit():  # 1万5 is 15,000
                number += sign * Decimal(scale[-1]) * _SCALE[scale[0]] / 10
        end = match.end() if match.group(3) else match.end(2) if match.group(2) else match.end(1)
        yield number, cold.start() if cold else match.start(), end
    for match in _CHINESE.finditer(text):
        chinese = chinese_number(match.group())
        if chinese is None or _FRACTION.match(text, match.end()) or text.endswith("分之", 0, match.start()):
            continue
        cold = _BELOW.search(text, 0, match.start())
        if cold:
            yield -chinese, cold.start(), match.end()
        elif _counts(text, match.start(), match.end()):
            yield chinese, match.start(), match.end()
    for match in _ENGLISH.finditer(text):
        english = english_number(match.group())
        if english is None or (
            match.group().lower() == "one" and _ONE_OF.search(text[max(0, match.start() - 12) : match.start()])
        ):
            continue
        yield Decimal(english), match.start(), match.end()


def _counts(text: str, start: int, end: int) -> bool:
    if _NOT_COUNTING.match(text, start):
        return False
    if end - start > 1 and text[start:end] not in {"千万", "万一"}:
        return True
    after = text[end : end + 3].strip()
    alone = not after and not text[:start].strip() and not text[end:].strip()
    return alone or (bool(after) and after[0] in _MEASURES)
