"""The knowledge bases held in memory: loaded when asked for, caught up before every search, dropped when unused."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from chatbot.documents.chunks.repository import PASSAGE
from chatbot.foundation.database import Database
from chatbot.foundation.errors import ServiceUnavailable
from chatbot.foundation.threads import Threads
from chatbot.search.index_rows import bring_up
from chatbot.search.index_snapshots import IndexSnapshots
from chatbot.search.rows import KnowledgeBaseRevision, SearchedRows
from chatbot.search.searchable_index import IndexKey, SearchableIndex
from knowledge.errors import VectorStoreUnavailable

SNAPSHOT_FROM = 2_000  # chunks; fewer are read from their rows in a fraction of a second
MOST_UNSAVED = 20_000  # changed rows between two snapshots of a large knowledge base
_WORTH_SAVING = 500  # changed rows, of an index that is about to leave memory
NO_VECTORS = "The vector store does not answer. Try again shortly."

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Held:
    """`turn` lets one coroutine load or catch up while the others wait for what it brings."""

    index: SearchableIndex | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    unsaved: int = 0  # rows that its last snapshot lacks
    nbytes: int = 0


class KnowledgeIndexes:
    """Process-wide. What it holds is derived from rows and may be dropped at any moment."""

    def __init__(
        self,
        database: Database,
        create: Callable[[str], SearchableIndex],
        *,
        threads: Threads,
        max_bytes: int,
        kind: str = PASSAGE,
        snapshots: IndexSnapshots | None = None,
        background: Threads | None = None,
        snapshot_from: int = SNAPSHOT_FROM,
        drop_vectors: Callable[[str], None] | None = None,
    ) -> None:
        """`create(name)` makes an empty index of revision 0; what it keeps in this process must go with it, since a
        dropped index may still be searched by those who hold it.

        `threads` runs what would block the event loop; `background` what may take minutes, one thing at a time.

        `kind` is that of the chunks which the indexes hold. Without `snapshots` nothing is kept on disk;
        with them, what has `snapshot_from` chunks or more. `drop_vectors(name)` is the shared vector store's, if any.
        """
        self._database = database
        self._create = create
        self._threads = threads
        self._max_bytes = max_bytes
        self._kind = kind
        self._snapshots = snapshots
        self._background = background or threads
        self._snapshot_from = snapshot_from
        self._drop_vectors = drop_vectors
        self._held: OrderedDict[IndexKey, _Held] = OrderedDict()
        self._saving: dict[IndexKey, asyncio.Task[None]] = {}
        self._one_saved = asyncio.Lock()

    async def at(self, tenant_id: str, wanted: KnowledgeBaseRevision) -> SearchableIndex:
        """The index of a knowledge base, at `wanted.revision` or newer.

        Raises ServiceUnavailable when a shared vector store cannot be told what changed.
        """
        key = IndexKey(tenant_id, wanted.knowledge_base_id, self._kind)
        held = self._held.setdefault(key, _Held())
        self._held.move_to_end(key)
        index = held.index
        if index is not None and index.revision >= wanted.revision:
            return index
        async with held.turn:
            try:
                index = await self._caught_up(key, held, wanted)
            except VectorStoreUnavailable as error:
                raise ServiceUnavailable(NO_VECTORS, headers={"Retry-After": "2"}) from error
        if held.unsaved >= max(self._snapshot_from, min(MOST_UNSAVED, len(index) // 4)) or index.is_worn:
            self._save_soon(key, index)
        self._evict(key)
        return index

    def drop(self, tenant_id: str, knowledge_base_id: str) -> None:
        """Forget an index; no error when there is none."""
        self._held.pop(IndexKey(tenant_id, knowledge_base_id, self._kind), None)

    async def forget(self, tenant_id: str, knowledge_base_id: str) -> None:
        """Of a knowledge base that is gone: also what lies on disk, and on a vector server."""
        self.drop(tenant_id, knowledge_base_id)
        if self._snapshots is not None:
            await self._background.run(self._snapshots.delete, tenant_id, knowledge_base_id)
        if self._drop_vectors is not None:
            await self._background.run(self._drop_vectors, f"{tenant_id}/{knowledge_base_id}")

    @property
    def nbytes(self) -> int:
        return sum(held.nbytes for held in self._held.values())

    async def saved(self) -> None:
        """When what is being saved in the background is saved."""
        await asyncio.gather(*self._saving.values())

    async def stop(self) -> None:
        """What is being saved is left: the next process reads those rows again."""
        tasks = list(self._saving.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _caught_up(self, key: IndexKey, held: _Held, wanted: KnowledgeBaseRevision) -> SearchableIndex:
        index = held.index
        # An index that missed deletions which left no row, or that is small and mostly made of gaps, starts anew.
        if index is None or index.revision < wanted.purged or (index.is_worn and len(index) < self._snapshot_from):
            index, held.unsaved = await self._open(key, wanted), 0
        if held.index is not index or index.revision < wanted.revision:
            held.unsaved += await bring_up(self._database, self._threads, index, key, wanted)
        held.index, held.nbytes = index, index.nbytes
        return index

    async def _open(self, key: IndexKey, wanted: KnowledgeBaseRevision) -> SearchableIndex:
        """From the newest snapshot if that can be caught up, else empty."""
        snapshots = self._snapshots
        snapshot = None if snapshots is None else await self._threads.run(snapshots.newest, key)
        if snapshots is not None and snapshot is not None and snapshot.revision >= wanted.purged:
            if snapshot.revision <= wanted.revision:
                index = await self._threads.run(snapshots.load, key, snapshot)
                if index is not None:
                    return index
            elif (await self._revision_now(key)).revision < snapshot.revision:
                # Newer than the truth: the database was restored from a backup.
                await self._threads.run(snapshots.discard, snapshot.path)
        return self._create(key.name)

    def _save_soon(self, key: IndexKey, index: SearchableIndex) -> None:
        if self._snapshots is not None and len(index) >= self._snapshot_from and key not in self._saving:
            task = asyncio.create_task(self._save(self._snapshots, key), name=f"save index {key.name}")
            self._saving[key] = task
            task.add_done_callback(lambda _: self._saving.pop(key, None))

    async def _save(self, snapshots: IndexSnapshots, key: IndexKey) -> None:
        """Writes a snapshot from the one before and the rows since, and lets it take the place of what is held."""
        written: Path | None = None
        async with self._one_saved:
            try:
                wanted = await self._revision_now(key)
                if wanted.revision == 0:
                    return  # it was deleted
                former = await self._background.run(snapshots.newest, key)
                if former is not None and not wanted.purged <= former.revision <= wanted.revision:
                    former = None
                index, folder = await self._background.run(snapshots.writable, key, former)
                written = folder
                await bring_up(self._database, self._background, index, key, wanted)
                snapshot = await self._background.run(snapshots.write, key, index, folder)
                loaded = await self._background.run(partial(snapshots.load, key, snapshot, verified=True))
            except asyncio.CancelledError:
                raise
            except Exception as error:
                # Nothing depends on it: the index held goes on, and the next change tries again.
                logger.error("an index could not be saved", extra={"index": key.name}, exc_info=error)
                if written is not None:
                    await self._background.run(snapshots.discard, written)
                loaded = None
            held = self._held.get(key)
            if held is None:
                return
            async with held.turn:
                held.unsaved = 0
                if loaded is not None and held.index is not None:
                    held.index, held.nbytes = loaded, loaded.nbytes

    async def _revision_now(self, key: IndexKey) -> KnowledgeBaseRevision:
        """Revision 0 when the knowledge base is gone."""
        rows = SearchedRows(self._database.statements(key.tenant_id), key.tenant_id)
        found = await rows.revisions([key.knowledge_base_id])
        return found[0] if found else KnowledgeBaseRevision(key.knowledge_base_id, 0, 0)

    def _evict(self, kept: IndexKey) -> None:
        """Least recently used first, never the one just asked for nor one that is being loaded."""
        total = self.nbytes
        for key in list(self._held):
            if total <= self._max_bytes:
                return
            held = self._held[key]
            if key != kept and not held.turn.locked():
                total -= held.nbytes
                if held.index is not None and held.unsaved >= _WORTH_SAVING:
                    self._save_soon(key, held.index)
                del self._held[key]
