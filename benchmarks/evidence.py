"""What the index knows of each candidate before it is mixed into one score: the input of `benchmarks/fit_fusion.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from benchmarks.open_sets import Question
from knowledge.index.lexical import LexicalEntry, LexicalIndex, LexicalMix
from knowledge.index.word_order import AskedWords, WordOrder, encoded
from knowledge.retrieval import IndexedChunk, Vector
from knowledge.vector_stores.faiss_store import FaissStore

Figures = npt.NDArray[np.float64]

FEATURES = ("dense", "body", "title", "presence", "sentence", "pairs", "shared")
_MIXES = (LexicalMix(1, 0, 0), LexicalMix(0, 1, 0), LexicalMix(0, 0, 1))
_FIRST_MIX = LexicalMix(0.2, 0.4, 0.6)  # only chooses who is a candidate
_CANDIDATES = 40


@dataclass(frozen=True, slots=True)
class Candidates:
    """The candidates of one question: `figures` has a row each, in the order of FEATURES."""

    documents: tuple[str, ...]
    figures: Figures
    right: npt.NDArray[np.bool_]
    relevant: frozenset[str]
    size: int  # of the base, in chunks

    def without_relevant(self) -> Candidates:
        """As if the answering documents were not there."""
        kept = ~self.right
        documents = tuple(one for one, keep in zip(self.documents, kept, strict=True) if keep)
        return replace(self, documents=documents, figures=self.figures[kept], right=self.right[kept])


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose vectors are compared; `usual_cosine` is that of passages that have nothing to do with a question.

    `shared` reads the same passages in the space of all languages.
    """

    space: str
    encode: Callable[[str], Vector]
    usual_cosine: float
    shared: Reader | None = None


class Evidence:
    """All that an index over these chunks asks, one by one; of those that have a vector where the reader looks."""

    def __init__(self, chunks: Sequence[IndexedChunk], reader: Reader) -> None:
        self._reader = reader
        readable = [one for one in chunks if reader.space in one.vectors]
        self._chunks = {str(slot): chunk for slot, chunk in enumerate(readable, 1)}
        self._lexical = LexicalIndex()
        self._lexical.write(
            [LexicalEntry(int(slot), 1, one.heading, one.text) for slot, one in self._chunks.items()], []
        )
        self._lexical.publish()
        self._order = WordOrder()
        self._order.append([encoded(one.heading, one.text) for one in self._chunks.values()])
        self._store = FaissStore()
        for one in (reader, reader.shared):
            if one is not None and self._chunks:
                vectors = np.stack([chunk.vectors[one.space] for chunk in self._chunks.values()])
                self._store.upsert(one.space, list(self._chunks), vectors)

    def holds(self, relevant: frozenset[str]) -> bool:
        """Whether any of these documents is there."""
        return not relevant.isdisjoint(one.document_id for one in self._chunks.values())

    def of(self, questions: Sequence[Question]) -> list[Candidates]:
        return [self._of(one) for one in questions]

    def _of(self, question: Question) -> Candidates:
        vector = self._reader.encode(question.text)
        slots = {slot for slot, _ in self._store.search(self._reader.space, vector, limit=_CANDIDATES)}
        first = self._lexical.query(question.text, _FIRST_MIX)
        slots |= {str(slot) for slot, _ in first.best(_CANDIDATES)}
        listed = sorted(slots, key=int)
        cosines = dict(self._store.search(self._reader.space, vector, limit=len(listed), among=listed))
        shared = self._shared(question.text, listed)
        sides = [self._lexical.query(question.text, mix).among([int(slot) for slot in listed]) for mix in _MIXES]
        asked = AskedWords(question.text, first.weights, first.rarity)
        close = self._order.closeness([int(slot) for slot in listed], asked)
        figures = [
            [
                cosines[slot],
                *(side.get(int(slot), 0.0) for side in sides),
                closeness.sentence,
                closeness.pairs,
                shared.get(slot, 0.0),
            ]
            for slot, closeness in zip(listed, close, strict=True)
        ]
        documents = tuple(self._chunks[slot].document_id for slot in listed)
        return Candidates(
            documents=documents,
            figures=np.array(figures, dtype=np.float64).reshape(len(listed), len(FEATURES)),
            right=np.array([document in question.relevant for document in documents], dtype=bool),
            relevant=question.relevant,
            size=len(self._chunks),
        )

    def _shared(self, question: str, listed: Sequence[str]) -> dict[str, float]:
        reader = self._reader.shared
        if reader is None:
            return {}
        return dict(self._store.search(reader.space, reader.encode(question), limit=len(listed), among=listed))


def ranked(one: Candidates, weights: Figures) -> list[str]:
    """Documents by their best chunk."""
    order = np.argsort(-(one.figures @ weights), kind="stable")
    return list(dict.fromkeys(one.documents[place] for place in order))
