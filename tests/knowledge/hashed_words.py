"""An embedder without a model: every word has a direction of its own, so that texts sharing words are near."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from knowledge.embedders.routed import RoutedEmbedder
from knowledge.embedders.unit_length import to_unit_length
from knowledge.retrieval import IndexedChunk, Vectors, searchable_text
from knowledge.text.words import words_of


class HashedWords:
    """Fits `Embedder`."""

    def __init__(self, name: str, dimension: int = 64) -> None:
        self.space = f"{name}@test"
        self.dimension = dimension

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words_of(text):
                row += np.random.default_rng(zlib.crc32(word.encode())).standard_normal(self.dimension)
        return to_unit_length(rows)


def hashed_pair() -> RoutedEmbedder:
    """A model a language and one for both."""
    return RoutedEmbedder({"en": HashedWords("en"), "zh": HashedWords("zh", 32)}, across=HashedWords("both", 256))


def indexed(
    embedder: RoutedEmbedder, chunk_id: str, text: str, *, document: str = "d", heading: str = "", language: str = "en"
) -> IndexedChunk:
    """A chunk with its vectors."""
    by_space = embedder.encode_for_index([searchable_text(heading, text)], language=language)
    vectors = {space: rows[0] for space, rows in by_space.items()}
    return IndexedChunk(chunk_id, document, text, heading, language, vectors)
