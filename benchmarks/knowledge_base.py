"""A knowledge base as a turn asks it: the index, then the look whether the answer stands in what it found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from benchmarks.open_sets import Question
from knowledge.answering import ExtractiveAnswerer
from knowledge.answering.answerability import Answerability, Evidence, fitted_answerability
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.followups import read_in_context
from knowledge.index import KnowledgeIndex
from knowledge.index.fusion import fitted_fusion
from knowledge.retrieval import Answer, Hit, IndexedChunk, Passage
from knowledge.vector_stores import create_vector_store

_PASSAGES = 8


@dataclass(frozen=True, slots=True)
class Ranked:
    """A chunk as an answer would rest on it. `score`: the probability that it answers; `retrieved`: that it fits."""

    chunk_id: str
    score: float
    retrieved: float

    @property
    def document_id(self) -> str:
        return self.chunk_id.rsplit("#", 1)[0]


class BenchmarkedBase:
    """One knowledge base of these chunks, with the platform's own figures."""

    def __init__(self, name: str, chunks: Sequence[IndexedChunk], embedder: RoutedEmbedder) -> None:
        self.index = KnowledgeIndex(name, embedder, create_vector_store("faiss"), fitted_fusion())
        self.index.apply(chunks, [], revision=1)
        self._chunks = {one.chunk_id: one for one in chunks}
        self._answerability: Answerability = fitted_answerability()
        self._across = embedder.for_all_languages()

    def hits(self, one: Question, limit: int) -> list[Hit]:
        """What retrieval alone finds, in the light of the talk the question was asked in."""
        return self._found(one, limit)[0]

    def ranked(self, one: Question, limit: int) -> list[Ranked]:
        """Best first."""
        hits, searched = self._found(one, limit)
        leans = searched != one.text
        return self.judged(replace(one, text=one.topic.judged(one.text)) if leans else one, hits)

    def answer(self, one: Question) -> Answer:
        """What a turn would say, by the words of the best passages."""
        passages = [
            Passage(
                chunk_id=found.chunk_id,
                document_id=found.document_id,
                document_title=self._chunks[found.chunk_id].heading,
                text=self._chunks[found.chunk_id].text,
                locator={},
                language=self._chunks[found.chunk_id].language,
                score=found.score,
                retrieved=found.retrieved,
            )
            for found in self.ranked(one, _PASSAGES)
        ]
        return ExtractiveAnswerer(self._across).answer(one.text, passages, language=one.language)

    def judged(self, one: Question, hits: Sequence[Hit], *, without: Collection[str] = ()) -> list[Ranked]:
        """These hits, as if the chunks of `without` were not there."""
        kept = [hit for hit in hits if hit.chunk_id not in without]
        judged = self._answerability.judge(one.text, [self.evidence(hit) for hit in kept], language=one.language)
        found = [Ranked(hit.chunk_id, score, hit.score) for hit, score in zip(kept, judged, strict=True)]
        return sorted(found, key=lambda ranked: -ranked.score)

    def evidence(self, hit: Hit) -> Evidence:
        chunk = self._chunks[hit.chunk_id]
        return Evidence(chunk.heading, chunk.text, chunk.language, hit.score, hit.rarity)

    def _found(self, one: Question, limit: int) -> tuple[list[Hit], str]:
        def search(text: str, limit: int) -> list[Hit]:
            return self.index.search(text, language=one.language, limit=limit)

        placed = one.topic.around(one.text) if one.topic else ""
        (found,), searched = read_in_context([search], one.text, placed, limit=limit)
        return found, searched
