"""Known names in a text: Chinese ones anywhere, others only as whole words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from nlu.candidate import Candidate
from nlu.language import HAN
from nlu.normalise import normalise

_TOKEN = re.compile(rf"[{HAN}]|[^\W_{HAN}]+")


def _tokens(text: str) -> list[tuple[str, int, int]]:
    return [(match.group().casefold(), match.start(), match.end()) for match in _TOKEN.finditer(text)]


class Gazetteer:
    """Longest match over tokens: "New York" beats "York", and "art" is not in "party".

    A Chinese character is a token of its own, a run of other letters and digits is one. Punctuation between tokens is
    passed over, so that "Xi'an", "Xi an" and "xi-an" are one name; case, width and script never matter.
    """

    def __init__(
        self,
        name: str,
        values: Mapping[str, Sequence[str]],
        *,
        source: str,
        priority: int,
        unless: Callable[[str, int, int], bool] | None = None,
    ) -> None:
        """`unless` is asked with a text and the bounds of a name in it whether it is something else there."""
        self._name = name
        self._unless = unless
        self._source = source
        self._priority = priority
        self._known: dict[tuple[str, ...], str] = {}
        self._longest: dict[str, int] = {}
        for canonical, synonyms in values.items():
            for spelling in (canonical, *synonyms):
                key = tuple(token for token, _, _ in _tokens(normalise(spelling).text))
                if key:
                    self._known.setdefault(key, canonical)
                    self._longest[key[0]] = max(self._longest.get(key[0], 0), len(key))

    @property
    def spellings(self) -> Mapping[tuple[str, ...], str]:
        """Words of every known name, folded, to its canonical value."""
        return self._known

    def find(self, text: str, *, now: datetime, language: str) -> Iterator[Candidate]:  # noqa: ARG002
        """See `Recogniser`."""
        tokens = _tokens(text)
        words = [token for token, _, _ in tokens]
        position = 0
        while position < len(tokens):
            size = self._match(text, tokens, words, position)
            if not size:
                position += 1
                continue
            start, end = tokens[position][1], tokens[position + size - 1][2]
            if self._unless is not None and self._unless(text, start, end):
                position += 1
                continue
            value = self._known[tuple(words[position : position + size])]
            yield Candidate(self._name, value, start, end, self._source, self._priority)
            position += size

    def _match(self, text: str, tokens: Sequence[tuple[str, int, int]], words: Sequence[str], position: int) -> int:
        """How many tokens from here form a known name; 0 for none."""
        longest = min(self._longest.get(words[position], 0), len(words) - position)
        for size in range(longest, 0, -1):
            if tuple(words[position : position + size]) not in self._known:
                continue
            gaps = (text[tokens[i][2] : tokens[i + 1][1]] for i in range(position, position + size - 1))
            if all(gap.strip() in ("", "-", "'", ".", "·", "/", "&") and len(gap) <= 3 for gap in gaps):
                return size
        return 0
