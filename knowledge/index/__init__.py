"""The index of one knowledge base, in memory, derived from its chunks: vectors and words, searched together."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from knowledge.embedders.routed import RoutedEmbedder
from knowledge.index.asked_vectors import AskedVectors
from knowledge.index.candidates import best_hits
from knowledge.index.fusion import Fusion
from knowledge.index.lexical import LexicalEntry, LexicalIndex
from knowledge.index.state import IndexState
from knowledge.index.word_order import encoded
from knowledge.retrieval import Hit, IndexedChunk, Vector, VectorStore

_FIXED_BYTES = 300_000  # of an index without chunks: what the two engines hold
_WORN = 1_000  # chunks that are no more


class KnowledgeIndex:
    """Changes step by step and is never rebuilt by a query. Thread-safe: a query sees a whole revision, old or new."""

    def __init__(
        self,
        name: str,
        embedder: RoutedEmbedder,
        store: VectorStore,
        fusion: Fusion,
        *,
        lexical: LexicalIndex | None = None,
    ) -> None:
        """`name` is the knowledge base's own prefix of partitions in the store: unique over all tenants."""
        self.state = IndexState(name, store, lexical or LexicalIndex())
        self._asked = AskedVectors(embedder, fusion)
        self._fusion = fusion
        self._revision = 0
        self._one_change = threading.Lock()

    @property
    def revision(self) -> int:
        """That of the last change applied."""
        return self._revision

    @property
    def nbytes(self) -> int:
        """Memory held, estimated; what eviction counts by."""
        return _FIXED_BYTES + self.state.nbytes

    def __len__(self) -> int:
        return len(self.state.table)

    def __contains__(self, chunk_id: str) -> bool:
        return chunk_id in self.state.table

    def apply(
        self, upserts: Sequence[IndexedChunk], deletes: Sequence[str], *, revision: int, more: bool = False
    ) -> None:
        """Adds or replaces chunks and removes those of `deletes`; unknown ids are no error. Seen whole or not at all.

        With `more` the change is not over, and the index not to be searched, before one without.

        Queries go on until the last milliseconds, when the change appears. Raises ValueError when a chunk comes twice
        and VectorStoreUnavailable where a shared store does not answer; nothing has changed then.
        """
        state, chunks = self.state, {chunk.chunk_id: chunk for chunk in upserts}
        if len(chunks) != len(upserts):
            raise ValueError("a chunk may come once in a change")
        for chunk_id in deletes:
            chunks.pop(chunk_id, None)
        with self._one_change:
            gone = [chunk_id for chunk_id in dict.fromkeys([*deletes, *chunks]) if chunk_id in state.table]
            if state.store.is_shared:  # over a network, and it may fail: first, and beside the queries
                self._share(gone, chunks.values(), revision, more=more)
            entries = self._number(chunks.values())
            order = [encoded(entry.title, entry.body) for entry in entries]
            if gone or entries:
                state.lexical.write(entries, state.table.slots(gone))
            with state.lock.writing():
                if not state.store.is_shared:
                    self._remove_vectors(gone, revision)
                    self._store_vectors(chunks.values(), revision)
                for chunk_id in gone:
                    state.table.remove(chunk_id)
                state.order.append(order)
                for chunk in chunks.values():
                    state.table.add(chunk.chunk_id, chunk.document_id, self._asked.placed(chunk).keys())
                if gone or entries:
                    state.lexical.publish()
                if not more:
                    self._revision = revision

    def search(
        self, question: str, *, language: str, limit: int, document_ids: Collection[str] | None = None
    ) -> list[Hit]:
        """The best `limit` chunks, best first; of these documents only, where given. Blocks: embeds the question."""
        if not question.strip() or limit < 1 or not self.state.table:
            return []
        asked = self._asked.of(question, language, self.state.table.counts)
        with self.state.lock.reading():
            profile = self._fusion.profile(language)
            return best_hits(self.state, question, asked, profile, limit=limit, document_ids=document_ids)

    def drop(self) -> None:
        """Gives the store's memory back; the index must not be used afterwards."""
        with self.state.lock.writing():
            for space in self.state.table.counts:
                self.state.store.drop(self.state.partition(space))

    def settle(self) -> None:
        """Brings the vectors into the form that their number asks for; for an index that nobody searches yet."""
        for space in self.state.table.spaces:
            self.state.store.settle(self.state.partition(space), coarse=self._asked.only_helps(space))

    @property
    def is_worn(self) -> bool:
        """Whether so much was replaced or removed that an index made anew would be a good deal smaller."""
        return self.state.table.empty > max(_WORN, len(self.state.table) // 2)

    def save(self, folder: Path) -> None:
        """All but the lexical side, into an empty folder; changes wait, queries do not."""
        with self._one_change:
            self.state.save(folder)
            (folder / "revision").write_text(str(self._revision))

    def load(self, folder: Path, *, writable: bool = False) -> None:
        """What `save` wrote, into an index just made over the lexical side of that time.

        Raises OSError, ValueError, KeyError or RuntimeError for files that are not what `save` wrote, or where a shared
        store no longer holds what they go with.
        """
        state = self.state
        state.load(folder, writable=writable)
        self._revision = int((folder / "revision").read_text())
        used = [state.partition(space) for space, count in state.table.counts.items() if count]
        if state.store.is_shared and any(state.store.revision(partition) < self._revision for partition in used):
            raise ValueError("the vector server has lost what this index goes with")

    def _number(self, chunks: Collection[IndexedChunk]) -> list[LexicalEntry]:
        """A replaced chunk gets a new slot, so that its old text can never answer for it."""
        return [
            LexicalEntry(slot, self.state.table.group(chunk.document_id), chunk.heading, chunk.text)
            for slot, chunk in enumerate(chunks, self.state.table.next_slot)
        ]

    def _share(self, gone: Sequence[str], chunks: Collection[IndexedChunk], revision: int, *, more: bool) -> None:
        """Tells the store of the change, unless another process has."""
        state = self.state
        spaces = {space for chunk in chunks for space in self._asked.placed(chunk)}.union(state.table.spaces)
        behind = {space for space in spaces if state.store.revision(state.partition(space)) < revision}
        self._remove_vectors(gone, revision, behind)
        self._store_vectors(chunks, revision, behind)
        for space in () if more else behind:
            state.store.complete(state.partition(space), revision, whole=self._revision == 0)

    def _remove_vectors(self, chunk_ids: Sequence[str], revision: int, only: Collection[str] | None = None) -> None:
        by_space: dict[str, list[str]] = {}
        for chunk_id in chunk_ids:
            for space in self.state.table.spaces_of(chunk_id):
                by_space.setdefault(space, []).append(chunk_id)
        for space, ids in by_space.items():
            if only is None or space in only:
                self.state.store.delete(self.state.partition(space), ids, revision=revision)

    def _store_vectors(
        self, chunks: Collection[IndexedChunk], revision: int, only: Collection[str] | None = None
    ) -> None:
        by_space: dict[str, dict[str, Vector]] = {}
        for chunk in chunks:
            for space, vector in self._asked.placed(chunk).items():
                by_space.setdefault(space, {})[chunk.chunk_id] = vector
        for space, vectors in by_space.items():
            if only is None or space in only:
                matrix = np.stack([np.asarray(vector, dtype=np.float32) for vector in vectors.values()])
                self.state.store.upsert(self.state.partition(space), list(vectors), matrix, revision=revision)
