"""From rows to an index: what changed since its revision, or everything."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from chatbot.documents.chunks.repository import ChangedChunk, ChunkRepository
from chatbot.foundation.database import Database
from chatbot.foundation.threads import Threads
from chatbot.search.rows import KnowledgeBaseRevision
from chatbot.search.searchable_index import IndexKey, SearchableIndex
from knowledge.retrieval import IndexedChunk, Vector

_PART = 10_000  # rows of an index that is loaded: what they are made of is in memory only so many at a time


async def bring_up(
    database: Database, threads: Threads, index: SearchableIndex, key: IndexKey, wanted: KnowledgeBaseRevision
) -> int:
    """Apply every row newer than the index; how many rows there were.

    All come from one statement, hence one snapshot. A change to an index that is in use appears at once; one that has
    nothing yet, and that nobody may use before this returns, takes its rows part by part.
    """
    is_new, total = index.revision == 0, 0
    rows: list[ChangedChunk] = []
    async with database.read(key.tenant_id) as session:
        changed = ChunkRepository(session, key.tenant_id).changed_since(
            key.knowledge_base_id, index.revision, kind=key.kind
        )
        async for batch in changed:
            rows += batch
            total += len(batch)
            if is_new and len(rows) >= _PART:
                cut = next((at for at in range(len(rows), 0, -1) if rows[at - 1].id != rows[-1].id), 0)
                await threads.run(_apply, index, rows[:cut], wanted.revision, True)
                rows = rows[cut:]
    # The rows may be newer than asked for: a loaded index then sees some of them twice, which changes nothing.
    revision = max((row.revision for row in rows), default=0)
    await threads.run(_apply, index, rows, wanted.revision if is_new else max(revision, wanted.revision), False)
    return total


def _apply(index: SearchableIndex, rows: Sequence[ChangedChunk], revision: int, more: bool) -> None:
    """The rows of one chunk stand together."""
    upserts: list[IndexedChunk] = []
    deletes: list[str] = []
    for _, of_one_chunk in groupby(rows, key=lambda row: row.id):
        chunk = list(of_one_chunk)
        if chunk[0].is_deleted:
            deletes.append(chunk[0].id)
        else:
            upserts.append(_indexed(chunk))
    index.apply(upserts, deletes, revision=revision, more=more)


def _indexed(rows: Sequence[ChangedChunk]) -> IndexedChunk:
    first = rows[0]
    return IndexedChunk(
        chunk_id=first.id,
        document_id=first.document_id,
        text=first.text,
        heading=first.heading,
        language=first.language,
        vectors={row.space: _vector(row.vector) for row in rows if row.space is not None and row.vector is not None},
    )


def _vector(stored: bytes) -> Vector:
    return np.frombuffer(stored, dtype="<f2").astype(np.float32)
