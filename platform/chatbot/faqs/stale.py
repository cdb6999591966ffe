"""FAQs that lack vectors of this process's embedders, after the settings named another model."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import exists, select

from chatbot.faqs.faqs import FaqEditor
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.errors import KnowledgeBaseNotFound
from chatbot.foundation.jobs import JobQueue, RunningJob
from chatbot.models import Chunk, ChunkVector, Faq

FAQ_JOB = "embed_faqs"


class FaqEmbeddingJob:
    """Payload {knowledge_base_id}."""

    def __init__(self, faqs: FaqEditor) -> None:
        self._faqs = faqs

    async def __call__(self, job: RunningJob) -> dict[str, object]:
        try:
            return {"faqs": await self._faqs.embed_again(job.tenant_id, str(job.payload["knowledge_base_id"]))}
        except KnowledgeBaseNotFound:  # deleted since
            return {"faqs": 0}


async def queue_stale_faqs(database: Database, jobs: JobQueue, spaces: Collection[str]) -> int:
    """Queue every knowledge base with a question that has no vector in `spaces`; how many there were.

    Until then those questions match nobody.
    """
    readable = exists().where(ChunkVector.chunk_id == Chunk.id, ChunkVector.space.in_(spaces))
    query = (
        select(Faq.tenant_id, Faq.knowledge_base_id)
        .join(Chunk, Chunk.document_id == Faq.id)
        .where(Chunk.is_deleted.is_(False), ~readable)
        .distinct()
    )
    async with database.read(SYSTEM) as session:
        stale = (await session.execute(query)).all()
    for tenant_id, knowledge_base_id in stale:
        async with database.write(tenant_id) as session:
            payload: dict[str, object] = {"knowledge_base_id": knowledge_base_id}
            jobs.enqueue(session, tenant_id=tenant_id, kind=FAQ_JOB, payload=payload)
    return len(stale)
