"""The chunks of one document as a whole: what an index made anew may keep of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from chatbot.foundation.database.repository import TenantRepository
from chatbot.models import Chunk, ChunkVector


@dataclass(frozen=True, slots=True)
class KeptChunk:
    """A chunk that is there, with the spaces it has vectors in. Its `content_hash` is that of the document's own text,
    also where a person edited it."""

    row: Chunk
    spaces: frozenset[str]


class KeptChunks(TenantRepository[Chunk]):
    model = Chunk
    noun = "chunk"

    async def of_document(self, document_id: str) -> list[KeptChunk]:
        """In reading order, tombstones included."""
        spaces: dict[str, set[str]] = {}
        of_vectors = (
            select(ChunkVector.chunk_id, ChunkVector.space)
            .join(Chunk, Chunk.id == ChunkVector.chunk_id)
            .where(Chunk.tenant_id == self.tenant_id, Chunk.document_id == document_id)
        )
        for chunk_id, space in await self.session.execute(of_vectors):
            spaces.setdefault(chunk_id, set()).add(space)
        rows = await self.session.scalars(self.scoped().where(Chunk.document_id == document_id).order_by(Chunk.ordinal))
        return [KeptChunk(row, frozenset(spaces.get(row.id, ()))) for row in rows]

    async def vectors(self, chunk_ids: Sequence[str]) -> dict[str, dict[str, bytes]]:
        """Of each chunk, its vectors by space."""
        found: dict[str, dict[str, bytes]] = {}
        query = select(ChunkVector.chunk_id, ChunkVector.space, ChunkVector.vector).where(
            ChunkVector.tenant_id == self.tenant_id, ChunkVector.chunk_id.in_(chunk_ids)
        )
        for chunk_id, space, vector in await self.session.execute(query):
            found.setdefault(chunk_id, {})[space] = vector
        return found

    async def replace_vectors(self, chunk_id: str, vectors: Mapping[str, bytes]) -> None:
        """The chunk's text is another now."""
        await self.session.execute(
            delete(ChunkVector)
            .where(ChunkVector.tenant_id == self.tenant_id, ChunkVector.chunk_id == chunk_id)
            .execution_options(synchronize_session=False)
        )
        self.session.add_all(
            ChunkVector(tenant_id=self.tenant_id, chunk_id=chunk_id, space=space, vector=vector)
            for space, vector in vectors.items()
        )
