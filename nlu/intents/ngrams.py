"""Word and character n-grams as weighted features: the part of the classifier that needs no neural model."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

import numpy as np
import numpy.typing as npt

from nlu.language import HAN

_WORD = re.compile(rf"[a-z0-9à-ɏ]+(?:'[a-z]+)?|[{HAN}]|[^\s\w]")
_CHUNK = re.compile(rf"[{HAN}]+|[a-z0-9à-ɏ']+")
_DIGIT = re.compile(r"\d")
_CHARACTER_SIZES = (2, 3, 4, 5)
_MAX_CHARACTERS = 600  # a longer message says what it wants in its first lines; keeps the cost of one message bounded

WORDS, CHARACTERS = 0, 1


def _ngrams(text: str) -> tuple[Iterator[str], Iterator[str]]:
    lowered = _DIGIT.sub("0", text[:_MAX_CHARACTERS].lower())
    return _word_ngrams(_WORD.findall(lowered)), _character_ngrams(_CHUNK.findall(lowered))


def _word_ngrams(tokens: Sequence[str]) -> Iterator[str]:
    words = [token for token in tokens if token.isalnum() or "'" in token]
    yield from words
    for first, second in pairwise(words):
        yield f"{first} {second}"


def _character_ngrams(chunks: Sequence[str]) -> Iterator[str]:
    for chunk in chunks:
        padded = f" {chunk} "
        for size in _CHARACTER_SIZES:
            if size > len(padded):
                break
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]


def _key(gram: str, kind: int) -> int:
    """The top bit of the 32 says which kind, so that the two kinds never collide."""
    return (crc32(gram.encode("utf-8", "replace")) >> 1) | (kind << 31)


def _counted(text: str) -> dict[int, int]:
    """Feature hash to count."""
    counts: dict[int, int] = {}
    for kind, grams in enumerate(_ngrams(text)):
        for gram in grams:
            key = _key(gram, kind)
            counts[key] = counts.get(key, 0) + 1
    return counts


@dataclass(frozen=True, slots=True)
class SparseRow:
    """Features of one text: rows of the vocabulary, their weights, and the known share of all its weight, 0 to 1."""

    indices: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float32]
    coverage: float


@dataclass(frozen=True, slots=True)
class NgramVocabulary:
    """The n-grams seen in training, sorted by hash, with their inverse document frequency."""

    hashes: npt.NDArray[np.uint32]
    idf: npt.NDArray[np.float32]
    unseen_idf: float

    @classmethod
    def fit(cls, texts: Sequence[str], *, min_documents: int) -> NgramVocabulary:
        """Keep what at least `min_documents` of the texts hold."""
        frequency: dict[int, int] = {}
        for text in texts:
            for key in _counted(text):
                frequency[key] = frequency.get(key, 0) + 1
        kept = sorted(key for key, documents in frequency.items() if documents >= min_documents)
        documents = np.array([frequency[key] for key in kept], dtype=np.float64)
        idf = np.log((1 + len(texts)) / (1 + documents)) + 1
        return cls(np.array(kept, dtype=np.uint32), idf.astype(np.float32), float(math.log((1 + len(texts)) / 2) + 1))

    def __len__(self) -> int:
        return len(self.hashes)

    def known_words(self, words: Sequence[str]) -> dict[str, float]:
        """Those words in small letters that an example holds, with how rare they are among the examples."""
        if not words or not len(self.hashes):
            return {}
        keys = np.array([_key(word, WORDS) for word in words], dtype=np.uint32)
        places = np.minimum(np.searchsorted(self.hashes, keys), len(self.hashes) - 1)
        known = np.flatnonzero(self.hashes[places] == keys).tolist()
        return {words[one]: float(self.idf[places[one]]) for one in known}

    def row(self, text: str) -> SparseRow:
        """Words and characters are each scaled to unit length, unseen ones counted in: noise then weighs less."""
        counts = _counted(text)
        if not counts or not len(self.hashes):
            return SparseRow(np.empty(0, np.int64), np.empty(0, np.float32), 0.0)
        keys = np.fromiter(counts, dtype=np.uint32, count=len(counts))
        tf = 1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
        positions = np.minimum(np.searchsorted(self.hashes, keys), len(self.hashes) - 1)
        known = self.hashes[positions] == keys
        weights = (tf * np.where(known, self.idf[positions], self.unseen_idf)).astype(np.float32)
        is_character = keys >= np.uint32(1 << 31)
        coverage = 0.0
        for kind in (~is_character, is_character):
            total = float(np.dot(weights[kind], weights[kind]))
            if total > 0:
                known_part = weights[kind & known]
                coverage += float(np.dot(known_part, known_part)) / total / 2
                weights[kind] /= math.sqrt(total)
        return SparseRow(positions[known].astype(np.int64), weights[known], min(coverage, 1.0))
