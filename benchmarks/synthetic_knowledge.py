"""A knowledge base of any size without hours of embedding: texts by rule, vectors made of those of a few real texts.

A text is a section of the handbook and words drawn as rarely as words are in a language. A vector is that of a real
section, mixed with another's and with noise, so that questions, which are embedded as any other, have near and far
neighbours as they have among real passages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks import handbook
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.retrieval import Vectors

REAL = 1_000  # sections that are embedded
VOCABULARY, EXTRA_WORDS = 50_000, 60
PER_DOCUMENT = 500
_OWN, _OTHER, _NOISE = 0.75, 0.55, 0.35


@dataclass(frozen=True, slots=True)
class Piece:
    """Chunks of one document, as the index and the database hold them."""

    number: int
    headings: list[str]
    texts: list[str]
    vectors: dict[str, Vectors]  # by space, as ingestion makes them

    def stored(self, row: int) -> dict[str, bytes]:
        """Those of one chunk, in half precision."""
        return {space: vectors[row].astype("<f2").tobytes() for space, vectors in self.vectors.items()}


def english_sections(count: int) -> list[handbook.Section]:
    return [one for one in handbook.sections(2 * count) if one.language == "en"]


def pieces(count: int, embedder: RoutedEmbedder, *, per_document: int = PER_DOCUMENT) -> Iterator[Piece]:
    """The same at every call."""
    chance = np.random.default_rng(11)
    parts = english_sections(count)
    real = embedder.encode_for_index([f"{one.heading}\n{one.text}" for one in parts[:REAL]], language="en")
    held = min(REAL, len(parts))
    rank = np.arange(1, VOCABULARY + 1, dtype=np.float64) ** -1.05
    cumulative = np.cumsum(rank / rank.sum())
    for number, start in enumerate(range(0, count, per_document)):
        mine = parts[start : start + per_document]
        own, other = (start + np.arange(len(mine))) % held, chance.integers(0, held, len(mine))
        drawn = np.searchsorted(cumulative, chance.random((len(mine), EXTRA_WORDS)))
        yield Piece(
            number=number,
            headings=[one.heading for one in mine],
            texts=[
                f"{one.text} {' '.join(f'w{word}' for word in words)}"
                for one, words in zip(mine, drawn.tolist(), strict=True)
            ],
            vectors={space: _mixed(known[own], known[other], chance) for space, known in real.items()},
        )


def _mixed(own: Vectors, other: Vectors, chance: np.random.Generator) -> Vectors:
    noise = chance.standard_normal(own.shape, dtype=np.float32) / np.sqrt(own.shape[1])
    mixed = _OWN * own + _OTHER * other + _NOISE * noise
    return np.asarray(mixed / np.linalg.norm(mixed, axis=1, keepdims=True), dtype=np.float32)


def questions(count: int, wanted: int) -> list[str]:
    """Each different, spread evenly over the knowledge base of `count` sections."""
    parts = english_sections(count)
    step = max(1, len(parts) // wanted)
    return list(dict.fromkeys(one.question for one in parts[::step]))[:wanted]
