"""Documents and FAQs that lack vectors of this process's embedders, after the settings named another model."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import and_, exists, false, or_, select

from chatbot.documents.job_orders import Rewrite
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.jobs import JobQueue
from chatbot.models import Chunk, ChunkVector, Document


async def queue_stale_documents(database: Database, jobs: JobQueue, spaces: Mapping[str, Collection[str]]) -> int:
    """Queue every document with a chunk that lacks a vector in one of its language's `spaces`; how many there were.

    Until its turn comes a document is still found by its words. Doing it again while the first is at work costs
    parsing, and changes nothing.
    """
    lacking = [
        and_(Chunk.language == language, ~exists().where(ChunkVector.chunk_id == Chunk.id, ChunkVector.space == space))
        for language, wanted in spaces.items()
        for space in wanted
    ]
    query = (
        select(Document.tenant_id, Document.knowledge_base_id, Document.id)
        .join(Chunk, Chunk.document_id == Document.id)
        .where(Document.status == "ready", Chunk.is_deleted.is_(False), or_(false(), *lacking))
        .distinct()
    )
    async with database.read(SYSTEM) as session:
        stale = (await session.execute(query)).all()
    for tenant_id, knowledge_base_id, document_id in stale:
        async with database.write(tenant_id) as session:
            jobs.enqueue(session, tenant_id, Rewrite(document_id, knowledge_base_id))
    return len(stale)
