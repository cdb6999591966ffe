"""The values that annotated examples gave each slot, and where they stand in a text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from zlib import crc32

import numpy as np

from nlu.archive import Arrays

_LONGEST = 8  # tokens
Value = tuple[str, tuple[str, ...]]  # the slot, and the value's tokens in lower case


class TokenLexicon:
    """Values are known by a short digest: the model holds no word of the examples it was taught."""

    def __init__(self, slots: Mapping[int, Sequence[str]]) -> None:
        """`slots` in which a value, by its digest, has stood."""
        self._slots = slots

    @classmethod
    def learn(cls, values: Iterable[Value]) -> TokenLexicon:
        slots: defaultdict[int, set[str]] = defaultdict(set)
        for slot, tokens in values:
            slots[_key(tokens)].add(slot)
        return cls({key: sorted(known) for key, known in slots.items()})

    def __len__(self) -> int:
        return len(self._slots)

    def marks(self, tokens: Sequence[str], hidden: Collection[Value] = ()) -> list[list[str]]:
        """For each token, the slots whose known values begin, go on or end there, the longest of each slot.

        `hidden` values are read as if they were not known.
        """
        unknown = {(_key(value), slot) for slot, value in hidden}
        marks: list[list[str]] = [[] for _ in tokens]
        for start in range(len(tokens)):
            seen: set[str] = set()
            for size in range(min(_LONGEST, len(tokens) - start), 0, -1):
                key = _key(tokens[start : start + size])
                slots = [slot for slot in self._slots.get(key, ()) if slot not in seen and (key, slot) not in unknown]
                if slots and not seen:
                    _mark(marks, start, size, "")
                for slot in slots:
                    _mark(marks, start, size, slot)
                seen.update(slots)
        return marks

    def arrays(self) -> tuple[Arrays, list[str]]:
        """To be stored, with the names of the slots; `from_arrays` is the inverse."""
        names = sorted({slot for known in self._slots.values() for slot in known})
        number = {slot: k for k, slot in enumerate(names)}
        rows = sorted((key, number[slot]) for key, known in self._slots.items() for slot in known)
        return {
            "lexicon": np.array([key for key, _ in rows], np.uint32),
            "lexicon_slots": np.array([slot for _, slot in rows], np.uint16),
        }, names

    @classmethod
    def from_arrays(cls, arrays: Arrays, names: Sequence[str]) -> TokenLexicon:
        """Raises KeyError, IndexError or ValueError for arrays that are not there or do not fit each other."""
        slots: defaultdict[int, list[str]] = defaultdict(list)
        for key, number in zip(arrays["lexicon"].tolist(), arrays["lexicon_slots"].tolist(), strict=True):
            slots[key].append(names[number])
        return cls(dict(slots))


def _key(tokens: Sequence[str]) -> int:
    return crc32(" ".join(tokens).encode("utf-8", "replace"))


def _mark(marks: list[list[str]], start: int, size: int, slot: str) -> None:
    marks[start].append(f"B{min(size, 3)}{slot}")
    for inside in range(start + 1, start + size):
        marks[inside].append(f"I{slot}")
    marks[start + size - 1].append(f"E{min(size, 3)}{slot}")
