"""The first number of a range, which borrows the unit of the second: the 200 of 200-300元 and of "200 to 300 euros"."""

from __future__ import annotations

import re

from nlu.entities.figures.numerals import CHINESE_NUMERAL, ENGLISH_WORD

_NUMBER = rf"(?:\d{{1,9}}(?:\.\d{{1,4}})?|[{CHINESE_NUMERAL}]{{1,8}}|(?i:{ENGLISH_WORD})(?![A-Za-z]))"
_BEFORE = re.compile(
    rf"(?<![A-Za-z\d.,:/第-])(?<![{CHINESE_NUMERAL}])(?P<number>{_NUMBER})\s?(?:到|至|~|-|to)\s?$", re.IGNORECASE
)
_FIGURES = re.compile(_NUMBER)
_LOOK_BACK = 16


def first_of_range(text: str, start: int, end: int) -> tuple[int, int, str] | None:
    """Where the number stands that makes a range with text[start:end], and it with the unit of that.

    (start, end, "200元") for 200-300元; None where text[start:end] does not begin with a number, or none is before it.
    """
    second = _FIGURES.match(text, start, end)
    first = _BEFORE.search(text, max(0, start - _LOOK_BACK), start) if second else None
    if first is None or second is None:
        return None
    return *first.span("number"), first["number"] + text[second.end() : end]
