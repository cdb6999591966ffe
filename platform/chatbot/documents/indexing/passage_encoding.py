"""Chunks of a document as vectors, ready to be stored."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np

from chatbot.foundation.threads import Threads
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.retrieval import searchable_text


class PassageEncoder:
    """Embeds in threads, a batch in as many pieces as there are threads."""

    def __init__(self, embedder: RoutedEmbedder, threads: Threads) -> None:
        self._embedder = embedder
        self._threads = threads

    def spaces(self, language: str) -> frozenset[str]:
        """Those that a chunk of this language needs a vector in."""
        return self._embedder.passage_spaces(language)

    async def encode(self, passages: Sequence[tuple[str, str, str]]) -> list[dict[str, bytes]]:
        """Of each (heading, text, language): its vectors by space, float16, little-endian."""
        pieces = [
            piece
            for language in sorted({language for _, _, language in passages})
            for piece in self._split([place for place, one in enumerate(passages) if one[2] == language], passages)
        ]
        encoded = await asyncio.gather(
            *(self._threads.run(self._encode, [passages[place] for place in piece]) for piece in pieces)
        )
        found: dict[int, dict[str, bytes]] = {}
        for piece, of_piece in zip(pieces, encoded, strict=True):
            found.update(zip(piece, of_piece, strict=True))
        return [found[place] for place in range(len(passages))]

    def _encode(self, passages: Sequence[tuple[str, str, str]]) -> list[dict[str, bytes]]:
        texts = [searchable_text(heading, text) for heading, text, _ in passages]
        by_space = self._embedder.encode_for_index(texts, language=passages[0][2])
        halved = {space: vectors.astype(np.dtype("<f2")) for space, vectors in by_space.items()}
        return [{space: rows[place].tobytes() for space, rows in halved.items()} for place in range(len(texts))]

    def _split(self, places: Sequence[int], passages: Sequence[tuple[str, str, str]]) -> list[list[int]]:
        """Shares of like length, each of texts of like length, so that little is padded."""
        by_length = sorted(places, key=lambda place: len(passages[place][1]))
        size = max(8, -(-len(by_length) // self._threads.count))
        return [by_length[start : start + size] for start in range(0, len(by_length), size)]
