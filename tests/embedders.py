"""An embedder for tests whose subject is not the quality of retrieval: no weights, the same in every process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from knowledge.embedders.routed import RoutedEmbedder
from knowledge.retrieval import Vectors
from knowledge.text.words import query_words


class HashingEmbedder:
    """Adds up one fixed direction for each word, so that texts which share words are near each other."""

    dimension = 64

    def __init__(self, space: str = "hashing", *, before: Callable[[Sequence[str]], None] | None = None) -> None:
        """`before` is called with the texts of every batch, in the thread that embeds."""
        self.space = space
        self._before = before or (lambda _texts: None)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._vector(text) for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self._before(texts)
        return self.encode_queries(texts)

    def _vector(self, text: str) -> Vectors:
        vector = np.ones(self.dimension, dtype=np.float32) * 1e-3
        for word in query_words(text):
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
            vector += np.random.default_rng(seed).standard_normal(self.dimension).astype(np.float32)
        return vector / np.linalg.norm(vector)


def hashing_embedder(
    space: str = "hashing", *, before: Callable[[Sequence[str]], None] | None = None
) -> RoutedEmbedder:
    return RoutedEmbedder({"en": HashingEmbedder(space, before=before)})
