"""What the index of one knowledge base holds: its chunks, their vectors, their words, and the order of those."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.index.asked_vectors import AskedVector
from knowledge.index.chunk_table import ChunkTable
from knowledge.index.lexical import LexicalIndex, LexicalQuery
from knowledge.index.read_write_lock import ReadWriteLock
from knowledge.index.word_order import WordOrder
from knowledge.retrieval import VectorStore


@dataclass(slots=True)
class IndexState:
    """One for the life of an index, which changes it; whoever asks it something holds `lock`."""

    name: str
    store: VectorStore
    lexical: LexicalIndex
    order: WordOrder = field(default_factory=WordOrder)
    table: ChunkTable = field(default_factory=ChunkTable)
    lock: ReadWriteLock = field(default_factory=ReadWriteLock)

    def partition(self, space: str) -> str:
        """Of the store, where the chunks' vectors in this space lie."""
        return f"{self.name}/{space}"

    @property
    def nbytes(self) -> int:
        """Memory held, estimated."""
        vectors = sum(self.store.nbytes(self.partition(space)) for space in self.table.spaces)
        return self.table.nbytes + self.order.nbytes + self.lexical.nbytes + vectors

    def save(self, folder: Path) -> None:
        """All but the lexical side, into an empty folder."""
        self.table.save(folder)
        self.order.save(folder)
        for place, space in enumerate(self.table.spaces):
            vectors = folder / f"vectors-{place}"
            vectors.mkdir()
            self.store.save(self.partition(space), vectors)

    def load(self, folder: Path, *, writable: bool) -> None:
        """What `save` wrote."""
        self.table, self.order = ChunkTable.load(folder), WordOrder.load(folder)
        for place, space in enumerate(self.table.spaces):
            self.store.load(self.partition(space), folder / f"vectors-{place}", writable=writable)

    def by_words(self, query: LexicalQuery, limit: int, groups: list[int] | None) -> list[tuple[str, float]]:
        """At least the best `limit` that hold words of the question, best first; of these documents, where given."""
        # What was removed may still stand in a part of the lexical index that is only read.
        found = query.best(limit + min(limit, self.table.empty), groups)
        named = self.table.chunk_ids([slot for slot, _ in found])
        return [(chunk_id, score) for chunk_id, (_, score) in zip(named, found, strict=True) if chunk_id is not None]

    def nearest(self, asked: AskedVector, limit: int, among: list[str] | None) -> dict[str, float]:
        """Cosines of the best `limit` there, best first; of these chunks only, where given."""
        found = self.store.search(self.partition(asked.partition), asked.vector, limit=limit, among=among)
        if not self.store.is_shared:
            return dict(found)
        # One shared with other processes may know of chunks that this revision does not.
        there = self.table.slots([chunk_id for chunk_id, _ in found])
        return {chunk_id: cosine for (chunk_id, cosine), slot in zip(found, there, strict=True) if slot}

    def cosines(self, asked: AskedVector, chunk_ids: Collection[str]) -> dict[str, float]:
        """Of these chunks, where they have a vector there."""
        held = self.table.of_space(asked.partition, list(chunk_ids))
        return self.nearest(asked, len(held), held) if held else {}
