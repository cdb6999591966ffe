"""Knowledge bases: what may be done with them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.documents.job_orders import TOMBSTONES_KEPT_S, Purge
from chatbot.documents.knowledge_bases.repository import KnowledgeBaseRepository, KnowledgeBaseSize
from chatbot.documents.repository import DocumentRepository
from chatbot.foundation.errors import Conflict
from chatbot.foundation.jobs import JobQueue
from chatbot.models import KnowledgeBase

Page = tuple[Sequence[tuple[KnowledgeBase, KnowledgeBaseSize]], str | None]


class KnowledgeBaseService:
    def __init__(self, session: AsyncSession, tenant_id: str, jobs: JobQueue) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._jobs = jobs
        self._knowledge_bases = KnowledgeBaseRepository(session, tenant_id)

    async def page(self, *, limit: int, cursor: str | None) -> Page:
        rows, next_cursor = await self._knowledge_bases.page(limit=limit, cursor=cursor)
        sizes = await self._knowledge_bases.sizes([row.id for row in rows])
        return [(row, sizes[row.id]) for row in rows], next_cursor

    async def get(self, knowledge_base_id: str) -> tuple[KnowledgeBase, KnowledgeBaseSize]:
        row = await self._knowledge_bases.get(knowledge_base_id)
        return row, (await self._knowledge_bases.sizes([row.id]))[row.id]

    async def create(self, *, name: str, description: str = "") -> KnowledgeBase:
        await self._refuse_taken(name)
        row = self._knowledge_bases.add(KnowledgeBase(name=name, description=description))
        await self._session.flush()
        return row

    async def change(
        self, knowledge_base_id: str, *, name: str | None = None, description: str | None = None
    ) -> tuple[KnowledgeBase, KnowledgeBaseSize]:
        """None leaves a value as it is."""
        row, size = await self.get(knowledge_base_id)
        if name is not None and name != row.name:
            await self._refuse_taken(name)
            row.name = name
        if description is not None:
            row.description = description
        await self._session.flush()
        return row, size

    async def delete(self, knowledge_base_id: str) -> None:
        """With its documents; bots that answered from it no longer do."""
        await self._knowledge_bases.next_revision(knowledge_base_id)  # waits for an ingestion that is just writing
        row = await self._knowledge_bases.get(knowledge_base_id)
        document_ids = await DocumentRepository(self._session, self._tenant_id).ids_of(knowledge_base_id)
        await self._knowledge_bases.reload_bots_of(knowledge_base_id)
        await self._knowledge_bases.delete(row)
        of_files, of_the_base = Purge(document_ids=tuple(document_ids)), Purge(knowledge_base_id=knowledge_base_id)
        for order, delay_s in ((of_files, 0.0), (of_the_base, TOMBSTONES_KEPT_S), (of_the_base, 0.0)):
            self._jobs.enqueue(self._session, self._tenant_id, order, delay_s=delay_s)

    async def _refuse_taken(self, name: str) -> None:
        if await self._knowledge_bases.with_name(name) is not None:
            raise Conflict(f"There is a knowledge base named {name!r} already.")
