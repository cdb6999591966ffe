"""Numbers that carry their own proof: Chinese identity numbers (date and check digit) and bank cards (Luhn)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from nlu.candidate import Candidate
from nlu.entities.times.calendar_days import day_of

_IDENTITY = re.compile(r"(?<![A-Za-z0-9_])([1-9]\d{5})[ -]?((?:18|19|20)\d{6})[ -]?(\d{3}[\dXx])(?![A-Za-z0-9_])")
_CARD = re.compile(r"(?<![\w.-])[2-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,4}(?:[ -]?\d{1,3})?(?![\w-]|\.\d)", re.ASCII)
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PROVINCES = frozenset(
    [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83]
)


def is_identity_number(number: str) -> bool:
    """Eighteen characters by GB 11643: province, a day of birth that existed, ISO 7064 check character."""
    if int(number[:2]) not in _PROVINCES:
        return False
    born = day_of(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    if born is None or born < date(1850, 1, 1):
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(number[:17], _IDENTITY_WEIGHTS, strict=True)) % 11
    return "10X98765432"[rest] == number[17].upper()


def is_card_number(digits: str) -> bool:
    """Luhn's sum, over 13 to 19 digits that are not all the same."""
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def identity_rule(text: str, name: str, priority: int) -> Iterator[Candidate]:
    """Values are the eighteen characters, an X in upper case."""
    for match in _IDENTITY.finditer(text):
        number = "".join(match.groups()).upper()
        if is_identity_number(number):
            yield Candidate(name, number, *match.span(), "pattern", priority)


def card_rule(text: str, name: str, priority: int) -> Iterator[Candidate]:
    """Values are bare digits."""
    for match in _CARD.finditer(text):
        digits = match.group().replace(" ", "").replace("-", "")
        if is_card_number(digits):
            yield Candidate(name, digits, *match.span(), "pattern", priority)
