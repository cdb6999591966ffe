"""Chunks and their vectors: what is written while a document is indexed and what the indexes are made from."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy import and_, delete, insert, or_, select, update

from chatbot.foundation.database.repository import TenantRepository
from chatbot.foundation.errors import ChunkNotFound, InvalidInput
from chatbot.models import Chunk, ChunkVector, Document, new_id, utc_now

PASSAGE, QUESTION = "passage", "question"  # kinds of chunks, each with an index of its own
SAID = ("ordinal", "text", "heading", "locator", "language", "content_hash", "is_enabled", "is_edited")
READ_AT_ONCE = 500  # rows, a few milliseconds of the event loop's time


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk that already has a row. `spaces` are those it has vectors in."""

    id: str
    content_hash: str
    is_deleted: bool
    spaces: frozenset[str]

    def says(self, content_hash: str, spaces: Set[str]) -> bool:
        """Whether it is this content, with a vector in each of these."""
        return not self.is_deleted and self.content_hash == content_hash and self.spaces >= spaces


@dataclass(frozen=True, slots=True)
class NewChunk:
    """A chunk to be written. `id` is that of the row to replace, or None."""

    id: str | None
    ordinal: int
    text: str
    heading: str
    locator: dict[str, object]
    language: str
    content_hash: str
    vectors: Mapping[str, bytes]  # space to float16, little-endian
    is_enabled: bool = True
    is_edited: bool = False


@dataclass(frozen=True, slots=True)
class ChangedChunk:
    """A row as an index reads it; a deleted one has neither text nor vectors."""

    id: str
    document_id: str
    document_title: str
    heading: str
    text: str
    language: str
    revision: int
    is_deleted: bool
    space: str | None
    vector: bytes | None


class ChunkRepository(TenantRepository[Chunk]):
    model = Chunk
    not_found = ChunkNotFound
    noun = "chunk"

    async def passage(self, knowledge_base_id: str, chunk_id: str) -> Chunk:
        """Raises ChunkNotFound also for a deleted one, one of another knowledge base, and a question of an FAQ."""
        row = await self.get(chunk_id)
        if row.knowledge_base_id != knowledge_base_id or row.is_deleted or row.kind != PASSAGE:
            raise ChunkNotFound(self.noun, chunk_id)
        return row

    async def stored(self, document_id: str) -> dict[int, StoredChunk]:
        """What an earlier attempt left of a document, by ordinal."""
        query = (
            select(Chunk.ordinal, Chunk.id, Chunk.content_hash, Chunk.is_deleted, ChunkVector.space)
            .join(ChunkVector, ChunkVector.chunk_id == Chunk.id, isouter=True)
            .where(Chunk.tenant_id == self.tenant_id, Chunk.document_id == document_id)
        )
        found: dict[int, StoredChunk] = {}
        for ordinal, identifier, content_hash, is_deleted, space in await self.session.execute(query):
            spaces = found[ordinal].spaces if ordinal in found else frozenset()
            spaces |= {space} if space else set()
            found[ordinal] = StoredChunk(identifier, content_hash, is_deleted, spaces)
        return found

    async def write(
        self, knowledge_base_id: str, document_id: str, chunks: Sequence[NewChunk], *, revision: int
    ) -> None:
        """Add passages, or bring rows that an earlier attempt left to these contents."""
        await self.write_of_many(knowledge_base_id, [(document_id, chunk) for chunk in chunks], revision=revision)

    async def write_of_many(
        self,
        knowledge_base_id: str,
        owned_chunks: Sequence[tuple[str, NewChunk]],
        *,
        revision: int,
        kind: str = PASSAGE,
    ) -> None:
        """The same for chunks of several documents or FAQs, each with the id of its own."""
        if not owned_chunks:
            return
        identifiers = [chunk.id or new_id() for _, chunk in owned_chunks]
        replaced_ids = [chunk.id for _, chunk in owned_chunks if chunk.id is not None]
        if replaced_ids:
            await self.session.execute(
                delete(ChunkVector).where(
                    ChunkVector.tenant_id == self.tenant_id, ChunkVector.chunk_id.in_(replaced_ids)
                )
            )
            await self.session.execute(
                delete(Chunk).where(Chunk.tenant_id == self.tenant_id, Chunk.id.in_(replaced_ids))
            )
        owned = {"tenant_id": self.tenant_id, "created_at": utc_now()}
        place = {
            **owned,
            "knowledge_base_id": knowledge_base_id,
            "kind": kind,
            "revision": revision,
            "is_deleted": False,
        }
        await self.session.execute(
            insert(Chunk),
            [
                {**place, "id": identifier, "document_id": document_id, **{name: getattr(chunk, name) for name in SAID}}
                for identifier, (document_id, chunk) in zip(identifiers, owned_chunks, strict=True)
            ],
        )
        await self.session.execute(
            insert(ChunkVector),
            [
                {**owned, "id": new_id(), "chunk_id": identifier, "space": space, "vector": vector}
                for identifier, (_, chunk) in zip(identifiers, owned_chunks, strict=True)
                for space, vector in chunk.vectors.items()
            ],
        )

    async def tombstone(self, document_id: str, *, revision: int, from_ordinal: int = 0) -> None:
        """Take a document's chunks out of search. Their words and vectors go at once; empty rows tell the indexes."""
        doomed = and_(
            Chunk.tenant_id == self.tenant_id,
            Chunk.document_id == document_id,
            Chunk.ordinal >= from_ordinal,
            Chunk.is_deleted.is_(False),
        )
        await self.session.execute(
            delete(ChunkVector)
            .where(ChunkVector.tenant_id == self.tenant_id, ChunkVector.chunk_id.in_(select(Chunk.id).where(doomed)))
            .execution_options(synchronize_session=False)
        )
        await self.session.execute(
            update(Chunk)
            .where(doomed)
            .values(is_deleted=True, revision=revision, text="", heading="", locator={})
            .execution_options(synchronize_session=False)
        )

    async def purge(self, knowledge_base_id: str) -> int:
        """Remove the rows of deleted chunks; the newest revision among them, 0 when there were none.

        The caller notes it on the knowledge base in the same transaction.
        """
        removed = await self.session.scalars(
            delete(Chunk)
            .where(
                Chunk.tenant_id == self.tenant_id,
                Chunk.knowledge_base_id == knowledge_base_id,
                Chunk.is_deleted.is_(True),
            )
            .returning(Chunk.revision)
            .execution_options(synchronize_session=False)
        )
        return max(removed.all(), default=0)

    async def changed_since(
        self, knowledge_base_id: str, revision: int, *, kind: str = PASSAGE
    ) -> AsyncIterator[list[ChangedChunk]]:
        """Rows of one kind newer than `revision`, one for each vector of a chunk, chunks together, in batches.

        One statement, so one snapshot. Others get their turn between two batches.

        From revision 0 deleted chunks are left out: an empty index has nothing to forget.
        """
        query = (
            select(
                Chunk.id,
                Chunk.document_id,
                Document.title,
                Chunk.heading,
                Chunk.text,
                Chunk.language,
                Chunk.revision,
                or_(Chunk.is_deleted, Chunk.is_enabled.is_(False)),  # to an index both are gone
                ChunkVector.space,
                ChunkVector.vector,
            )
            .join(Document, Document.id == Chunk.document_id, isouter=True)
            .join(ChunkVector, ChunkVector.chunk_id == Chunk.id, isouter=True)
            .where(
                Chunk.tenant_id == self.tenant_id,
                Chunk.knowledge_base_id == knowledge_base_id,
                Chunk.revision > revision,
                Chunk.kind == kind,
            )
            .order_by(Chunk.id)
        )
        if revision == 0:
            query = query.where(Chunk.is_deleted.is_(False), Chunk.is_enabled.is_(True))
        rows = await self.session.stream(query.execution_options(yield_per=READ_AT_ONCE))
        async for batch in rows.partitions():
            yield [
                ChangedChunk(identifier, document_id, title or "", *rest)
                for identifier, document_id, title, *rest in batch
            ]
            await asyncio.sleep(0)

    async def in_order(
        self, knowledge_base_id: str, *, document_id: str | None, limit: int, cursor: str | None
    ) -> tuple[Sequence[Chunk], str | None]:
        """Document by document, newest document first, chunks in reading order; `cursor` is the last chunk's id."""
        query = self.scoped().where(
            Chunk.knowledge_base_id == knowledge_base_id, Chunk.kind == PASSAGE, Chunk.is_deleted.is_(False)
        )
        if document_id is not None:
            query = query.where(Chunk.document_id == document_id)
        if cursor is not None:
            last = (await self.session.scalars(self.scoped().where(Chunk.id == cursor))).one_or_none()
            if last is None or last.knowledge_base_id != knowledge_base_id:
                raise InvalidInput("The cursor is not one that this API gave out.", field="cursor")
            query = query.where(
                or_(
                    Chunk.document_id < last.document_id,
                    and_(Chunk.document_id == last.document_id, Chunk.ordinal > last.ordinal),
                )
            )
        rows = (
            await self.session.scalars(query.order_by(Chunk.document_id.desc(), Chunk.ordinal).limit(limit + 1))
        ).all()
        return rows[:limit], (rows[limit - 1].id if len(rows) > limit else None)
