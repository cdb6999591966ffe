"""Chinese names written with other characters of the same sound: 背景 for 北京, as input methods do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

import rjieba

from nlu.candidate import Candidate
from nlu.language import HAN
from nlu.sounds import sound

_CHINESE = re.compile(f"[{HAN}]{{2,}}")
_CONFIDENCE = 0.5
_FUNCTION_WORDS = frozenset("的是了在吗呢吧我你他她它这那有和就都不没")
_LONGEST = 8
_SHORT = 3  # characters; longer names sound like nothing else, wherever words are thought to end
_MOST_CHARACTERS = 200


class Homophones:
    """Finds names by their sound; short ones only where they begin and end with a word of the text."""

    def __init__(self, name: str, spellings: Mapping[tuple[str, ...], str], *, priority: int) -> None:
        """`spellings`: characters of a name to the canonical value."""
        self._name = name
        self._priority = priority
        joined = {"".join(words): value for words, value in spellings.items()}
        self._right = {spelling for spelling in joined if _CHINESE.fullmatch(spelling) and len(spelling) <= _LONGEST}
        self._values = {sound(spelling): joined[spelling] for spelling in sorted(self._right)}
        self._sizes = sorted({len(sounds) for sounds in self._values}, reverse=True)

    def find(self, text: str, *, now: datetime, language: str) -> Iterator[Candidate]:  # noqa: ARG002
        """See `Recogniser`. Nothing where any name of the list is written right: then the rest is what it says."""
        if not self._values:
            return
        runs = [match.span() for match in _CHINESE.finditer(text[:_MOST_CHARACTERS])]
        found = [place for start, end in runs for place in self._within(text, start, end)]
        if not found or any(name in text for name in self._right):
            return
        edges = _word_edges(text[:_MOST_CHARACTERS])
        taken = 0
        for start, end, value in found:
            if start >= taken and (end - start > _SHORT or (start in edges and end in edges)):
                taken = end
                yield Candidate(self._name, value, start, end, "gazetteer", self._priority, _CONFIDENCE)

    def _within(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        sounds = sound(text[start:end])
        for first in range(end - start):
            for size in (size for size in self._sizes if first + size <= end - start):
                value = self._values.get(sounds[first : first + size])
                if value is not None and not _FUNCTION_WORDS.intersection(text[start + first : start + first + size]):
                    yield start + first, start + first + size, value
                    break


def _word_edges(text: str) -> set[int]:
    edges, at = {0}, 0
    for word in rjieba.cut(text):
        at += len(word)
        edges.add(at)
    return edges
