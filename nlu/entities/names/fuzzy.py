"""Known names written with a slip: "Shangai", "Guangzhuo". Letters only; Chinese slips are homophones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache

from nlu.candidate import Candidate

_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:'[A-Za-z]+)?")
_SHORTEST = 5  # below that a slip turns one word into another
_SHORTEST_IN_CONTEXT = 6  # of a list that the bot did not choose: "pairs" is no Paris
_LONG = 9  # from here on two slips are allowed
_MOST_SPELLINGS = 5_000  # the index of deletions grows with each
_MOST_WORDS = 60  # of a message
_REMEMBERED = 16_384  # words and phrases
_CONTEXT = re.compile(r"(?:^|(?<![A-Za-z])(?:in|to|from|for|of|at|near|around|about|via)\s+)$", re.IGNORECASE)


class FuzzyNames:
    """Names within one edit (two for long names) of what was written: a letter lost, added, changed, or two swapped.

    `in_context`: only where a name is likely, after "in", "to", "from" and the like, capitalised, or alone. For large
    lists of other people's names, where "carton" is no slip for Canton.
    """

    def __init__(
        self, name: str, spellings: Mapping[tuple[str, ...], str], *, priority: int, in_context: bool = False
    ) -> None:
        """`spellings`: words of a name, folded, to the canonical value."""
        self._name = name
        self._priority = priority
        self._in_context = in_context
        self._shortest = _SHORTEST_IN_CONTEXT if in_context else _SHORTEST
        joined = {" ".join(words): value for words, value in spellings.items() if _fits(words, self._shortest)}
        self._values = joined if len(joined) <= _MOST_SPELLINGS else {}
        words = {spelling.count(" ") + 1 for spelling in self._values}
        # A space lost or gained is a slip, too.
        self._sizes = sorted({size for n in words for size in (n - 1, n, n + 1) if size}, reverse=True)
        self._near: dict[str, list[str]] = {}
        self._shapes = {(spelling[0], len(spelling)) for spelling in self._values}
        # Messages share most of their words, and a word is always as near to the same names.
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._nearest)
        for spelling in self._values:
            for shorter in _shortened(spelling, _limit(spelling)):
                self._near.setdefault(shorter, []).append(spelling)

    def find(self, text: str, *, now: datetime, language: str) -> Iterator[Candidate]:  # noqa: ARG002
        """See `Recogniser`. A name written right is left to the exact reading."""
        if not self._values:
            return
        words = [(match.group().casefold(), *match.span()) for match in _WORD.finditer(text)][:_MOST_WORDS]
        for size in self._sizes:
            for first in range(len(words) - size + 1):
                part = words[first : first + size]
                written = " ".join(word for word, _, _ in part)
                start, end = part[0][1], part[-1][2]
                if any(" ".join(word for word, _, _ in part[:some]) in self._values for some in range(1, size)):
                    continue  # "Washington to" is no slip for "Washington DC"
                if len(written) < self._shortest or written in self._values or not self._likely(text, start, end):
                    continue
                found = self._remembered(written) if self._shaped_like_a_name(written) else None
                if found is not None:
                    spelling, edits = found
                    confidence = round(max(0.5, 0.9 - edits / len(spelling)), 2)
                    yield Candidate(
                        self._name, self._values[spelling], start, end, "gazetteer", self._priority, confidence
                    )

    def _likely(self, text: str, start: int, end: int) -> bool:
        if not self._in_context:
            return True
        alone = not text[:start].strip(" .,!?") and not text[end:].strip(" .,!?")
        return alone or (start > 0 and text[start].isupper()) or bool(_CONTEXT.search(text[max(0, start - 8) : start]))

    def _shaped_like_a_name(self, written: str) -> bool:
        """Whether any name begins with its first letter and is about as long: most phrases are ruled out by that."""
        limit = _limit(written)
        return any(
            (written[0], length) in self._shapes for length in range(len(written) - limit, len(written) + limit + 1)
        )

    def _nearest(self, written: str) -> tuple[str, int] | None:
        """None where nothing is near, or two different values are equally near."""
        close: dict[str, int] = {}
        for shorter in _shortened(written, _limit(written)):
            for spelling in self._near.get(shorter, ()):
                if spelling not in close and spelling[0] == written[0]:
                    close[spelling] = edits(written, spelling)
        within = {spelling: n for spelling, n in close.items() if n <= min(_limit(spelling), _limit(written))}
        if not within:
            return None
        fewest = min(within.values())
        best = [spelling for spelling, n in within.items() if n == fewest]
        return (best[0], fewest) if len({self._values[spelling] for spelling in best}) == 1 else None


def _fits(words: Iterable[str], shortest: int) -> bool:
    spelling = " ".join(words)
    return shortest <= len(spelling) <= 40 and all(_WORD.fullmatch(word) for word in spelling.split(" "))


def _limit(spelling: str) -> int:
    return 2 if len(spelling) >= _LONG else 1


def _shortened(spelling: str, times: int) -> set[str]:
    """The spelling, and it with up to so many letters left out."""
    found = {spelling}
    latest = {spelling}
    for _ in range(times):
        latest = {each[:place] + each[place + 1 :] for each in latest for place in range(len(each))}
        found |= latest
    return found


def edits(first: str, second: str) -> int:
    """Letters lost, added, changed or swapped with their neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, start=1):
        last, before, row = before, row, [i]
        for j, b in enumerate(second, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
