"""A made-up document written into the database as ingestion writes it: rows, revision and all."""

from __future__ import annotations

from benchmarks.synthetic_knowledge import Piece
from chatbot.documents.chunks.repository import ChunkRepository, NewChunk
from chatbot.documents.knowledge_bases.repository import KnowledgeBaseRepository
from chatbot.foundation.database import Database
from chatbot.models import Document, new_id


async def write_document(database: Database, tenant_id: str, knowledge_base_id: str, piece: Piece) -> list[str]:
    """The ids of its chunks, in order."""
    document_id, hashes = new_id(), [new_id() * 2 for _ in piece.texts]
    chunks = [
        NewChunk(None, ordinal, text, heading, {}, "en", digest, piece.stored(ordinal))
        for ordinal, (digest, heading, text) in enumerate(zip(hashes, piece.headings, piece.texts, strict=True))
    ]
    async with database.write(tenant_id) as session:
        revision = await KnowledgeBaseRepository(session, tenant_id).next_revision(knowledge_base_id)
        session.add(
            Document(
                id=document_id,
                tenant_id=tenant_id,
                knowledge_base_id=knowledge_base_id,
                title=f"Volume {piece.number}",
                status="ready",
                chunk_count=len(chunks),
            )
        )
        await session.flush()
        repository = ChunkRepository(session, tenant_id)
        await repository.write(knowledge_base_id, document_id, chunks, revision=revision)
        stored = await repository.stored(document_id)
    return [stored[ordinal].id for ordinal in range(len(chunks))]
