"""Figures as JSON shows them."""

from __future__ import annotations

from dataclasses import dataclass

from chatbot.foundation.rounding import rounded


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    share: float | None
    count: int
    is_good: bool = True


def test_only_floats_are_rounded_and_the_order_stays() -> None:
    found = {"figures": (Figure("b", 1 / 3, 7), Figure("a", None, 0, False)), "p": 0.123456, "none": None}
    assert rounded(found) == {
        "figures": [
            {"name": "b", "share": 0.3333, "count": 7, "is_good": True},
            {"name": "a", "share": None, "count": 0, "is_good": False},
        ],
        "p": 0.1235,
        "none": None,
    }
    assert list(rounded(Figure("b", 1 / 3, 7), 5).items())[1] == ("share", 0.33333)
