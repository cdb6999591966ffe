"""Documents that lack vectors of this process's embedders, after the settings named another model."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from chatbot.documents.job_orders import Rewrite
from chatbot.documents.repository import lacking_vectors
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.jobs import JobQueue


async def queue_stale_documents(database: Database, jobs: JobQueue, spaces: Mapping[str, Collection[str]]) -> int:
    """Queue every document with a chunk that lacks a vector in one of its language's `spaces`; how many there were.

    Until its turn comes a document is still found by its words. Doing it again while the first is at work costs
    parsing, and changes nothing.
    """
    async with database.read(SYSTEM) as session:
        stale = await lacking_vectors(session, spaces)
    for tenant_id, knowledge_base_id, document_id in stale:
        async with database.write(tenant_id) as session:
            jobs.enqueue(session, tenant_id, Rewrite(document_id, knowledge_base_id))
    return len(stale)
