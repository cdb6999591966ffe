"""Job "purge": what deletions leave behind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from chatbot.documents.chunks.repository import ChunkRepository
from chatbot.documents.job_orders import Purge
from chatbot.documents.knowledge_bases.repository import KnowledgeBaseRepository
from chatbot.documents.repository import DocumentRepository
from chatbot.foundation.database import Database
from chatbot.foundation.errors import KnowledgeBaseNotFound
from chatbot.foundation.files import FileStore
from chatbot.foundation.jobs import RunningJob

LEFT_OVER_AFTER_S = 24 * 3600.0  # no upload takes so long


class PurgeJob:
    """Handler of `Purge`. Of a knowledge base that is gone, what the indexes kept goes too."""

    def __init__(self, database: Database, files: FileStore, forget: Callable[[str, str], Awaitable[None]]) -> None:
        """`forget(tenant_id, knowledge_base_id)` gives back what is kept of its indexes."""
        self._database = database
        self._files = files
        self._forget = forget

    async def __call__(self, job: RunningJob) -> None:
        order = job.order(Purge)
        await self._delete_files(job.tenant_id, order.document_ids)
        if order.knowledge_base_id is not None:
            if not await self._delete_tombstones(job.tenant_id, order.knowledge_base_id):
                await self._forget(job.tenant_id, order.knowledge_base_id)
            await self._delete_files(job.tenant_id, await self._files.older_than(job.tenant_id, LEFT_OVER_AFTER_S))

    async def _delete_files(self, tenant_id: str, document_ids: Sequence[str]) -> None:
        """Of documents that are not, or not any more, in the database."""
        for document_id in document_ids:
            async with self._database.read(tenant_id) as session:
                is_there = await DocumentRepository(session, tenant_id).find(document_id) is not None
            if not is_there:
                await self._files.delete(tenant_id, document_id)

    async def _delete_tombstones(self, tenant_id: str, knowledge_base_id: str) -> bool:
        """False when the knowledge base is gone, and they with it."""
        async with self._database.write(tenant_id) as session:
            knowledge_bases = KnowledgeBaseRepository(session, tenant_id)
            try:
                await knowledge_bases.next_revision(knowledge_base_id)  # no writer at work while we look
            except KnowledgeBaseNotFound:
                return False
            newest = await ChunkRepository(session, tenant_id).purge(knowledge_base_id)
            if newest:
                await knowledge_bases.note_purge(knowledge_base_id, newest)
        return True
