"""A possible entity in the normalised text, and the rule that chooses among overlapping ones."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

_NUMBERS = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Candidate:
    """`start` and `end` are offsets in the normalised text. A higher `priority` wins between equally long ones.

    `holds_others`: what it is made of stays readable too: the day in a moment, the number in an amount.
    """

    name: str
    value: str
    start: int
    end: int
    source: str
    priority: int
    confidence: float = 1.0
    role: str = ""
    group: str = ""
    holds_others: bool = False


Rule = Callable[[str, str, int], Iterable[Candidate]]  # of a normalised text, an entity's name and a priority


class Recogniser(Protocol):
    """Finds one kind of entity. Safe to share between threads; must end in bounded time whatever the text."""

    def find(self, text: str, *, now: datetime, language: str) -> Iterable[Candidate]:
        """Candidates of a normalised text, in any order, overlapping as they may."""
        ...


@dataclass(frozen=True, slots=True)
class RuleRecogniser:
    """Recognises by a rule over nothing but the text."""

    rule: Rule
    name: str
    priority: int

    def find(self, text: str, *, now: datetime, language: str) -> Iterable[Candidate]:  # noqa: ARG002
        """See `Recogniser`."""
        return self.rule(text, self.name, self.priority)


def without_overlaps(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The longest first, then the higher priority, then the leftmost; in the order of the text."""
    chosen: list[Candidate] = []
    ranked = sorted(candidates, key=lambda c: (c.start - c.end, -c.priority, c.start, c.name))
    taken = bytearray(max((candidate.end for candidate in ranked), default=0))
    for candidate in ranked:
        span = slice(candidate.start, candidate.end)
        if candidate.end > candidate.start and not any(taken[span]):
            taken[span] = b"\x01" * (candidate.end - candidate.start)
            chosen.append(candidate)
    return sorted(chosen, key=lambda c: c.start)


def with_known_value(chosen: Candidate, by_start: Sequence[Candidate]) -> Candidate:
    """What was learned from examples has the value that a list or a rule gives the same words: NYC is New York.

    `by_start`: all candidates in the order of the text.
    """
    if chosen.source != "tagger":
        return chosen
    first = bisect_left(by_start, chosen.start, key=_start)
    beside = by_start[first : bisect_left(by_start, chosen.start + 1, lo=first, key=_start)]
    known = [each for each in beside if each.source != "tagger" and (each.name, each.end) == (chosen.name, chosen.end)]
    if not known:
        return chosen
    best = max(known, key=lambda each: each.priority)
    return replace(chosen, value=best.value, holds_others=best.holds_others)


def held_in(chosen: Candidate, by_start: Sequence[Candidate]) -> tuple[tuple[str, str], ...]:
    """(name, value) of the other readings inside one that holds others: a moment's day and time, an amount's number.

    `by_start`: all candidates in the order of the text, so that of a long one only those nearby are looked at.
    """
    if not chosen.holds_others:
        return ()
    held: dict[str, str] = {}
    first = bisect_left(by_start, chosen.start, key=_start)
    nearby = by_start[first : bisect_left(by_start, chosen.end, lo=first, key=_start)]
    for other in sorted(nearby, key=lambda c: (-c.priority, c.start, c.start - c.end)):
        inside = chosen.start <= other.start and other.end <= chosen.end and other.name != chosen.name
        if inside and not other.holds_others and _part_of(chosen, other):
            held.setdefault(other.name, other.value)
    return tuple(sorted(held.items()))


def _start(candidate: Candidate) -> int:
    return candidate.start


def _part_of(chosen: Candidate, other: Candidate) -> bool:
    if chosen.source == "date":
        return other.source == "date" and other.start == chosen.start and other.end == chosen.end
    # 三块五 is no amount of 3, 两个半小时 no two of anything.
    return other.source == "number" and _NUMBERS.findall(chosen.value) == [other.value]
