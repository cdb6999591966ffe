"""The contract of search: embedders, vector stores, and the index of one knowledge base."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from knowledge.calibration import Calibration

Vectors = npt.NDArray[np.float32]  # (n, dimension), rows of unit length
Vector = npt.NDArray[np.float32]  # (dimension,), unit length


class Embedder(Protocol):
    """One model. `space` names the model and its digest; vectors of different spaces are never compared."""

    space: str
    dimension: int

    def encode_queries(self, texts: Sequence[str]) -> Vectors: ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors: ...


class Reranker(Protocol):
    """A model that reads a question and a passage together; `name` says which. Blocks; safe for several threads."""

    name: str

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers, in their order, from 0 to 1. Raises `knowledge.errors.RerankingError`."""
        ...


class VectorStore(Protocol):
    """Nearest neighbours within one partition (tenant, knowledge base, space). Never crosses partitions.

    A store is `is_shared` when other processes write to it as well: it then remembers itself how far it has come, and
    an older change never replaces a newer one. Raises `knowledge.errors.VectorStoreUnavailable` where it is reached
    over a network and does not answer.
    """

    is_shared: bool

    def upsert(self, partition: str, ids: Sequence[str], vectors: Vectors, *, revision: int = 0) -> None:
        """Adds or replaces; seen by every search that begins afterwards."""
        ...

    def delete(self, partition: str, ids: Sequence[str], *, revision: int = 0) -> None: ...

    def search(
        self, partition: str, vector: Vector, *, limit: int, among: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Up to `limit` (id, inner product), best first; only ids of `among` where given, unknown ones left out."""
        ...

    def drop(self, partition: str) -> None:
        """The partition of this name, and all whose names go on from it after a "/"."""
        ...

    def nbytes(self, partition: str) -> int:
        """Memory this process holds for the partition; 0 where another process does."""
        ...

    def revision(self, partition: str) -> int:
        """Up to which revision a shared store holds everything; 0 where it does not know."""
        ...

    def complete(self, partition: str, revision: int, *, whole: bool) -> None:
        """All changes up to `revision` are in; `whole`: so is everything that belongs, and what is older does not."""
        ...

    def settle(self, partition: str, *, coarse: bool = False) -> None:
        """Brings the vectors into the form that their number asks for, without the deleted ones. May take minutes.

        `coarse`: cosines may be a few thousandths off where that spares memory.
        """
        ...

    def save(self, partition: str, folder: Path) -> None:
        """Writes the partition into an empty folder; nothing, where another process keeps it."""
        ...

    def load(self, partition: str, folder: Path, *, writable: bool = False) -> None:
        """What `save` wrote, mapped into memory where that can be, unless `settle` is to change it."""
        ...


def searchable_text(heading: str, text: str) -> str:
    """What is embedded for a chunk: a passage is found by its heading as well as by its own words."""
    return f"{heading}\n{text}" if heading else text


@dataclass(frozen=True, slots=True)
class IndexedChunk:
    """A chunk as the index needs it. `vectors`: space to one unit vector; `heading` is part of the searched text."""

    chunk_id: str
    document_id: str
    text: str
    heading: str  # document title and heading path, joined by " / "
    language: str
    vectors: Mapping[str, Vector]


@dataclass(frozen=True, slots=True)
class Hit:
    """One candidate with its evidence. `score` is calibrated: the probability that it answers, 0 to 1."""

    chunk_id: str
    score: float
    dense: float  # inner product, 0 where the dense side did not find it
    lexical: float  # BM25, 0 likewise
    # Of the question's words among all chunks, 0 to 1.
    rarity: Mapping[str, float] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk with its score, as shown to people."""

    chunk_id: str
    document_id: str
    document_title: str
    text: str
    locator: dict[str, object]
    language: str
    score: float
    url: str | None = None
    retrieved: float | None = None  # the score of retrieval alone, where `score` says whether the answer is there
    calibration: Calibration | None = None  # its knowledge base's own, where it has one
    relevance: float | None = None  # what a reranker gave it, 0 to 1; None where none has read it
    # Of the question's words in its knowledge base, 0 to 1.
    rarity: Mapping[str, float] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class PassageFilter:
    """Which documents a question is put to; empty fields do not narrow."""

    document_ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()  # any of them
    attributes: Mapping[str, str] = field(default_factory=dict)  # all of them
    language: str = ""

    def __bool__(self) -> bool:
        return bool(self.document_ids or self.tags or self.attributes or self.language)


@dataclass(frozen=True, slots=True)
class Citation:
    """One source of an answer; `number` is what stands in brackets in the text, from 1."""

    number: int
    document_id: str
    title: str
    locator: dict[str, object]
    snippet: str
    score: float
    url: str | None = None
    language: str = ""  # of the source


@dataclass(frozen=True, slots=True)
class Answer:
    """`text` is None when the passages do not answer; `confidence` is calibrated, 0 to 1, either way."""

    text: str | None
    confidence: float
    citations: tuple[Citation, ...] = field(default=())
