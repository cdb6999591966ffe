"""FAQs that lack vectors of this process's embedders, after the settings named another model."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

from chatbot.faqs.faqs import FaqEditor
from chatbot.faqs.repository import lacking_vectors
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.errors import KnowledgeBaseNotFound
from chatbot.foundation.jobs import JobOrder, JobQueue, RunningJob


@dataclass(frozen=True, slots=True)
class EmbedFaqs(JobOrder):
    """Give all questions of a knowledge base vectors again."""

    kind: ClassVar[str] = "embed_faqs"

    knowledge_base_id: str


class FaqEmbeddingJob:
    """Handler of `EmbedFaqs`."""

    def __init__(self, faqs: FaqEditor) -> None:
        self._faqs = faqs

    async def __call__(self, job: RunningJob) -> dict[str, object]:
        try:
            return {"faqs": await self._faqs.embed_again(job.tenant_id, job.order(EmbedFaqs).knowledge_base_id)}
        except KnowledgeBaseNotFound:  # deleted since
            return {"faqs": 0}


async def queue_stale_faqs(database: Database, jobs: JobQueue, spaces: Collection[str]) -> int:
    """Queue every knowledge base with a question that has no vector in `spaces`; how many there were.

    Until then those questions match nobody.
    """
    async with database.read(SYSTEM) as session:
        stale = await lacking_vectors(session, spaces)
    for tenant_id, knowledge_base_id in stale:
        async with database.write(tenant_id) as session:
            jobs.enqueue(session, tenant_id, EmbedFaqs(knowledge_base_id))
    return len(stale)
