"""Each chunk's words in order, in two bytes a word: how many of a question's words stand in one sentence, and which
stand side by side. Asked of the few passages that a search has found; docs/decisions/0003-fusion-and-score.md."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge.text.sentences import split_sentences
from knowledge.text.words import ordered_words

Numbers = npt.NDArray[np.uint16]
_END = 0  # of the heading, and of each sentence
_KINDS = 1 << 16
_MARK = "zqzendzqz"  # a word that nobody writes: it passes through the analyser and shows where a sentence ends
_MOST_ASKED = 200  # words of a question


@dataclass(frozen=True, slots=True)
class Closeness:
    """Shares of the question's words, 0 to 1, by their weight and rarity: the most that one sentence and the heading
    hold together; and of its pairs of neighbouring words those that are neighbours in the passage."""

    sentence: float
    pairs: float


class AskedWords:
    """A question as `WordOrder` looks for it."""

    def __init__(self, question: str, weights: Mapping[str, float], rarity: Mapping[str, float]) -> None:
        """`weights` and `rarity`: of its words, as the lexical side has them."""
        words = ordered_words(question)[:_MOST_ASKED]
        self.kinds = {word: place for place, word in enumerate(dict.fromkeys(words), 1)}  # 0 stands for all others
        figures = [0.0, *(weights.get(word, 0.0) * rarity.get(word, 0.0) for word in self.kinds)]
        self.table = np.zeros(_KINDS, dtype=np.uint8)
        for word, kind in self.kinds.items():
            self.table[_number(word)] = kind
        self.weights = np.array(figures) / (sum(figures) or 1.0)
        kinds = [self.kinds[word] for word in words]
        pairs = {pair: figures[pair[0]] + figures[pair[1]] for pair in pairwise(kinds)}
        self.pairs = np.zeros((len(figures), len(figures)), dtype=np.uint8)
        for place, (one, other) in enumerate(pairs, 1):
            self.pairs[one, other] = place
        self.pair_weights = np.array([0.0, *pairs.values()]) / (sum(pairs.values()) or 1.0)


class WordOrder:
    """By slot; slots follow one another from 1 on. Not thread-safe."""

    def __init__(self) -> None:
        self._mapped: Numbers = np.zeros(0, dtype=np.uint16)  # from a file, never changed
        self._added: Numbers = np.zeros(0, dtype=np.uint16)  # what follows
        self._starts = np.zeros(1, dtype=np.uint32)  # of the slots from 1 on, and the end of the last
        self._slots = 0

    @property
    def nbytes(self) -> int:
        return self._mapped.nbytes + self._added.nbytes + self._starts.nbytes

    def append(self, entries: Sequence[Numbers]) -> None:
        """The next slots, as `encoded` gives them."""
        before = len(self._mapped)
        used = int(self._starts[self._slots])
        total = used - before + sum(len(one) for one in entries)
        if total > len(self._added):
            self._added = np.pad(self._added, (0, total + total // 8 - len(self._added)))
        if self._slots + len(entries) >= len(self._starts):
            room = (self._slots + len(entries)) * 9 // 8 + 2
            self._starts = np.pad(self._starts, (0, room - len(self._starts)))
        for one in entries:
            self._added[used - before : used - before + len(one)] = one
            used += len(one)
            self._slots += 1
            self._starts[self._slots] = used

    def closeness(self, slots: Sequence[int], asked: AskedWords) -> list[Closeness]:
        """Of each slot, in this order."""
        if not slots or len(asked.kinds) == 0:
            return [Closeness(0.0, 0.0)] * len(slots)
        rows = np.array(slots)
        starts, ends = self._starts[rows - 1].astype(np.int64), self._starts[rows].astype(np.int64)
        words = np.concatenate([self._between(*both) for both in zip(starts.tolist(), ends.tolist(), strict=True)])
        owners = np.repeat(np.arange(len(rows)), ends - starts)
        is_end = words == _END
        segment = np.cumsum(is_end) - is_end
        kinds = asked.table[words]
        kinds[is_end] = 0
        hits = np.flatnonzero(kinds)
        held = np.zeros((int(is_end.sum()), len(asked.weights)), dtype=bool)
        held[segment[hits], kinds[hits]] = True
        of_segment = owners[is_end]
        headings = np.searchsorted(of_segment, np.arange(len(rows)))  # each chunk's first segment
        held |= held[headings[of_segment]]
        sentence = np.maximum.reduceat(held @ asked.weights, headings)
        found = asked.pairs[kinds[:-1], kinds[1:]]
        places = np.flatnonzero(found)
        neighbours = np.zeros((len(rows), len(asked.pair_weights)), dtype=bool)
        neighbours[owners[places], found[places]] = True
        pairs = neighbours @ asked.pair_weights
        return [Closeness(*both) for both in zip(sentence.tolist(), pairs.tolist(), strict=True)]

    def save(self, folder: Path) -> None:
        added = self._added[: int(self._starts[self._slots]) - len(self._mapped)]
        np.save(folder / "words.npy", np.concatenate([self._mapped, added]), allow_pickle=False)
        np.save(folder / "word-starts.npy", self._starts[: self._slots + 1], allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> WordOrder:
        """Mapped into memory. Raises OSError or ValueError for what `save` did not write."""
        made = cls()
        # As a plain array: each slice of the mapped class costs a microsecond more.
        made._mapped = np.asarray(np.load(folder / "words.npy", mmap_mode="r", allow_pickle=False))
        made._starts = np.load(folder / "word-starts.npy", allow_pickle=False)
        made._slots = len(made._starts) - 1
        if made._mapped.dtype != np.uint16 or int(made._starts[-1]) != len(made._mapped):
            raise ValueError("words and their places do not go together")
        return made

    def _between(self, start: int, end: int) -> Numbers:
        before = len(self._mapped)
        return self._mapped[start:end] if start < before else self._added[start - before : end - before]


def encoded(heading: str, text: str) -> Numbers:
    """The words of a chunk as numbers, an end after the heading and after each sentence."""
    parts = [heading, *split_sentences(text)]
    words = ordered_words("".join(f"{part} {_MARK} " for part in parts))
    return np.array([_END if word == _MARK else _number(word) for word in words], dtype=np.uint16)


def _number(word: str) -> int:
    """Two words of one number are rare enough: a wrong one in a hundred passages, among other evidence."""
    return zlib.crc32(word.encode()) % (_KINDS - 1) + 1
