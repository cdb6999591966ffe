"""Tables written by meaning and read by word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Meaning = TypeVar("Meaning")


def by_spelling(table: Mapping[Meaning, str]) -> dict[str, Meaning]:
    """{"CNY": "元|圆"} as {"元": "CNY", "圆": "CNY"}."""
    return {word: meaning for meaning, words in table.items() for word in words.split("|")}
