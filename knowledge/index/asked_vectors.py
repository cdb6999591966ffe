"""Questions and chunks as vectors: in the space of their language, and in the one that all languages share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from knowledge.embedders.routed import RoutedEmbedder
from knowledge.index.fusion import Fusion
from knowledge.retrieval import IndexedChunk, Vector


@dataclass(frozen=True, slots=True)
class AskedVector:
    """The question in one partition, and what a cosine there adds to the sum.

    `finds`: so many of the nearest there are candidates; with none it only has a say on what something else found.
    """

    partition: str
    vector: Vector
    evidence: Callable[[float], float]
    finds: int


# Words seldom speak for a passage in another language: the best there is soon found.
_NEAREST, _NEAREST_ACROSS = 40, 16


class AskedVectors:
    """In the shared space each language has a partition of its own, so that a search for passages in other languages
    finds nothing else; elsewhere a partition is a space."""

    def __init__(self, embedder: RoutedEmbedder, fusion: Fusion) -> None:
        self._embedder = embedder
        self._fusion = fusion

    def placed(self, chunk: IndexedChunk) -> dict[str, Vector]:
        """The chunk's vectors by partition."""
        shared = self._embedder.shared_space
        return {
            f"{space}.{chunk.language}" if space == shared else space: vector for space, vector in chunk.vectors.items()
        }

    def only_helps(self, partition: str) -> bool:
        """Whether questions in the language of these passages find them elsewhere, by vectors of its own."""
        return partition.startswith(f"{self._embedder.shared_space}.")

    def of(self, question: str, language: str, counts: Mapping[str, int]) -> list[AskedVector]:
        """Wherever there are vectors; for passages in the question's language first. `counts`: chunks by partition."""
        used = {partition: count for partition, count in counts.items() if count}
        return [*self._own(question, language, used), *self._across(question, language, used)]

    def _own(self, question: str, language: str, used: Mapping[str, int]) -> list[AskedVector]:
        space = self._embedder.space(language)
        if space not in used:
            return []
        profile = self._fusion.profile(language)
        vector = self._embedder.encode_queries([question], language=language)[0]
        asked = [AskedVector(space, vector, profile.dense_evidence, _NEAREST)]
        shared = f"{self._embedder.shared_space}.{language}"
        if profile.shared and shared in used:
            vector = self._embedder.encode_across([question])[0]
            asked.append(AskedVector(shared, vector, profile.shared_evidence, 0))
        return asked

    def _across(self, question: str, language: str, used: Mapping[str, int]) -> list[AskedVector]:
        prefix, own = f"{self._embedder.shared_space}.", self._embedder.space(language)
        foreign = {
            one: count
            for one, count in used.items()
            if one.startswith(prefix) and self._embedder.space(one.removeprefix(prefix)) != own
        }
        if not foreign:
            return []
        vector = self._embedder.encode_across([question])[0]
        read = used.get(own, 0)
        evidence = partial(self._fusion.profile(language).across_evidence, own=read / (read + sum(foreign.values())))
        return [AskedVector(one, vector, evidence, _NEAREST_ACROSS) for one in foreign]
