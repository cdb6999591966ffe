"""Knowledge bases and their documents: what may be done with them, one request at a time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.documents.chunks.repository import ChunkRepository
from chatbot.documents.intake import ReceivedDocument
from chatbot.documents.job_orders import TOMBSTONES_KEPT_S, Fetch, Ingest, Purge
from chatbot.documents.knowledge_bases.repository import KnowledgeBaseRepository, KnowledgeBaseSize
from chatbot.documents.repository import DocumentRepository
from chatbot.foundation.errors import Conflict
from chatbot.foundation.jobs import JobOrder, JobQueue
from chatbot.models import Chunk, Document, KnowledgeBase

Page = tuple[Sequence[tuple[KnowledgeBase, KnowledgeBaseSize]], str | None]


class KnowledgeService:
    """Every change of chunks takes the knowledge base's next revision first, which serialises writers."""

    def __init__(self, session: AsyncSession, tenant_id: str, jobs: JobQueue) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._jobs = jobs
        self._knowledge_bases = KnowledgeBaseRepository(session, tenant_id)
        self._documents = DocumentRepository(session, tenant_id)
        self._chunks = ChunkRepository(session, tenant_id)

    async def knowledge_bases(self, *, limit: int, cursor: str | None) -> Page:
        rows, next_cursor = await self._knowledge_bases.page(limit=limit, cursor=cursor)
        sizes = await self._knowledge_bases.sizes([row.id for row in rows])
        return [(row, sizes.get(row.id, KnowledgeBaseSize(0, 0))) for row in rows], next_cursor

    async def knowledge_base(self, knowledge_base_id: str) -> tuple[KnowledgeBase, KnowledgeBaseSize]:
        row = await self._knowledge_bases.get(knowledge_base_id)
        sizes = await self._knowledge_bases.sizes([row.id])
        return row, sizes.get(row.id, KnowledgeBaseSize(0, 0))

    async def create_knowledge_base(self, *, name: str, description: str = "") -> KnowledgeBase:
        await self._refuse_taken(name)
        row = self._knowledge_bases.add(KnowledgeBase(name=name, description=description))
        await self._session.flush()
        return row

    async def change_knowledge_base(
        self, knowledge_base_id: str, *, name: str | None = None, description: str | None = None
    ) -> tuple[KnowledgeBase, KnowledgeBaseSize]:
        """None leaves a value as it is."""
        row, size = await self.knowledge_base(knowledge_base_id)
        if name is not None and name != row.name:
            await self._refuse_taken(name)
            row.name = name
        if description is not None:
            row.description = description
        await self._session.flush()
        return row, size

    async def delete_knowledge_base(self, knowledge_base_id: str) -> None:
        """With its documents; bots that answered from it no longer do."""
        await self._knowledge_bases.next_revision(knowledge_base_id)  # waits for an ingestion that is just writing
        row = await self._knowledge_bases.get(knowledge_base_id)
        document_ids = list(await self._documents.ids_of(knowledge_base_id))
        await self._knowledge_bases.reload_bots_of(knowledge_base_id)
        await self._knowledge_bases.delete(row)
        self._purge(knowledge_base_id, document_ids)
        self._enqueue(Purge(knowledge_base_id=knowledge_base_id))  # at once

    async def documents(
        self, knowledge_base_id: str, *, limit: int, cursor: str | None, tag: str | None = None
    ) -> tuple[Sequence[Document], str | None]:
        """`tag`: only those that have it."""
        await self._knowledge_bases.get(knowledge_base_id)
        return await self._documents.page_of(knowledge_base_id, limit=limit, cursor=cursor, tag=tag)

    async def document(self, knowledge_base_id: str, document_id: str) -> Document:
        return await self._documents.in_knowledge_base(knowledge_base_id, document_id)

    async def add_document(self, knowledge_base_id: str, received: ReceivedDocument) -> Document:
        """Queue it for indexing."""
        await self._knowledge_bases.get(knowledge_base_id)
        document = self._documents.add(
            Document(
                id=received.document_id,
                knowledge_base_id=knowledge_base_id,
                title=received.title,
                file_name=received.file_name,
                media_type=received.media_type,
                size=received.file.size,
                sha256=received.file.sha256,
            )
        )
        self._enqueue(Ingest(document.id, knowledge_base_id))
        await self._session.flush()
        return document

    async def retry_document(self, knowledge_base_id: str, document_id: str) -> Document:
        """Index a failed document again; Conflict for any other."""
        document = await self.document(knowledge_base_id, document_id)
        if document.status != "failed":
            raise Conflict(f"Only a failed document can be tried again; this one is {document.status}.")
        document.status, document.error_code, document.error = "queued", None, None
        document.progress, document.pages_done, document.started_at = 0.0, 0, None
        if document.url is not None and not document.sha256:  # it never came
            self._enqueue(Fetch(document.id, knowledge_base_id))
        else:
            self._enqueue(Ingest(document.id, knowledge_base_id))
        await self._session.flush()
        return document

    async def delete_document(self, knowledge_base_id: str, document_id: str) -> None:
        """From the commit on no search finds it, on any replica; an ingestion at work on it stops."""
        revision = await self._knowledge_bases.next_revision(knowledge_base_id)
        document = await self.document(knowledge_base_id, document_id)
        await self._chunks.tombstone(document_id, revision=revision)
        await self._documents.delete(document)
        self._purge(knowledge_base_id, [document_id])

    async def chunks(
        self, knowledge_base_id: str, *, document_id: str | None, limit: int, cursor: str | None
    ) -> tuple[Sequence[Chunk], str | None]:
        await self._knowledge_bases.get(knowledge_base_id)
        if document_id is not None:
            await self.document(knowledge_base_id, document_id)
        return await self._chunks.in_order(knowledge_base_id, document_id=document_id, limit=limit, cursor=cursor)

    def _purge(self, knowledge_base_id: str, document_ids: list[str]) -> None:
        """The files go at once, the tombstones when the indexes have had time to see them."""
        self._enqueue(Purge(document_ids=tuple(document_ids)))
        self._enqueue(Purge(knowledge_base_id=knowledge_base_id), delay_s=TOMBSTONES_KEPT_S)

    def _enqueue(self, order: JobOrder, *, delay_s: float = 0.0) -> None:
        self._jobs.enqueue(self._session, self._tenant_id, order, delay_s=delay_s)

    async def _refuse_taken(self, name: str) -> None:
        if await self._knowledge_bases.with_name(name) is not None:
            raise Conflict(f"There is a knowledge base named {name!r} already.")
