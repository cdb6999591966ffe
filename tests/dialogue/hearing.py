"""A stand-in for the NLU: the test says the intent, cities, dates and order numbers are found by a small table."""

from __future__ import annotations

import re
from dataclasses import dataclass

CITIES = {"北京": "Beijing", "上海": "Shanghai", "beijing": "Beijing", "shanghai": "Shanghai", "london": "London"}
DATES = {"今天": "2026-11-20", "明天": "2026-11-21", "today": "2026-11-20", "tomorrow": "2026-11-21"}


@dataclass(frozen=True)
class HeardValue:
    name: str
    value: str
    start: int
    end: int
    role: str = ""
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class HeardMessage:
    """Fits `dialogue.heard.Heard` by shape."""

    text: str
    language: str
    intent: str | None
    confidence: float
    entities: tuple[HeardValue, ...]


def hear(text: str, intent: str | None = None, confidence: float = 0.9) -> HeardMessage:
    """What an NLU would say of `text`."""
    found = [
        HeardValue(name, value, match.start(), match.end())
        for name, table in (("city", CITIES), ("date", DATES))
        for word, value in table.items()
        for match in re.finditer(word, text.lower())
    ]
    codes = re.finditer(r"(?<![A-Za-z0-9])[A-Za-z]\d{5}(?!\d)", text)
    found += [HeardValue("order_id", match[0], match.start(), match.end()) for match in codes]
    language = "zh" if re.search("[一-鿿]", text) else "en"
    return HeardMessage(text, language, intent, confidence, tuple(sorted(found, key=lambda each: each.start)))
