"""Documents that are there already: described, replaced, recognised when they come again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.documents.intake import ReceivedDocument
from chatbot.documents.job_orders import Fetch, Rewrite
from chatbot.documents.knowledge_bases.repository import KnowledgeBaseRepository
from chatbot.documents.repository import DocumentRepository
from chatbot.foundation.errors import Conflict, DuplicateDocument
from chatbot.foundation.jobs import JobOrder, JobQueue
from chatbot.models import Document, new_id

BEING_INDEXED = "The document is being indexed. Change it when it is ready."


class DocumentService:
    """For one transaction."""

    def __init__(self, session: AsyncSession, tenant_id: str, jobs: JobQueue) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._jobs = jobs
        self._documents = DocumentRepository(session, tenant_id)
        self._knowledge_bases = KnowledgeBaseRepository(session, tenant_id)

    async def refuse_duplicate(self, knowledge_base_id: str, sha256: str, *, besides: str = "") -> None:
        """Raises DuplicateDocument; of two that come at once the second waits here for the first."""
        await self._knowledge_bases.lock(knowledge_base_id)
        found = await self._documents.with_digest(knowledge_base_id, sha256)
        if found is not None and found.id != besides:
            raise DuplicateDocument(found.id, found.title)

    async def add_link(self, knowledge_base_id: str, url: str, title: str) -> Document:
        """Queue it for fetching; without a title it takes the page's own."""
        await self._knowledge_bases.get(knowledge_base_id)
        document = self._documents.add(
            Document(id=new_id(), knowledge_base_id=knowledge_base_id, title=(title or url)[:500], url=url)
        )
        self._enqueue(Fetch(document.id, knowledge_base_id, keep_title=bool(title)))
        await self._session.flush()
        return document

    async def replace(self, knowledge_base_id: str, document_id: str, received: ReceivedDocument) -> Document:
        """Queue the exchange of its content. Raises Conflict while it is being indexed."""
        document = await self._settled(knowledge_base_id, document_id)
        columns: dict[str, object] = {
            "file_name": received.file_name,
            "media_type": received.media_type,
            "size": received.file.size,
            "sha256": received.file.sha256,
        }
        self._rewrite(document, received.document_id, columns)
        await self._session.flush()
        return document

    async def describe(
        self,
        knowledge_base_id: str,
        document_id: str,
        *,
        title: str | None = None,
        tags: Sequence[str] | None = None,
        attributes: Mapping[str, str] | None = None,
        language: str | None = None,
    ) -> Document:
        """None leaves a value as it is. Raises Conflict for a new title while the document is being indexed."""
        document = await self._documents.in_knowledge_base(knowledge_base_id, document_id)
        if title is not None and title != document.title:
            await self._settled(knowledge_base_id, document_id)
            document.title = title
            if document.chunk_count:  # chunks are found by their document's title too
                self._rewrite(document)
        if tags is not None:
            document.tags = list(dict.fromkeys(tags))
        if attributes is not None:
            document.attributes = dict(attributes)
        if language is not None:
            document.language = language
        await self._session.flush()
        return document

    async def _settled(self, knowledge_base_id: str, document_id: str) -> Document:
        await self._knowledge_bases.lock(knowledge_base_id)
        document = await self._documents.in_knowledge_base(knowledge_base_id, document_id)
        if document.status not in ("ready", "failed"):
            raise Conflict(BEING_INDEXED)
        return document

    def _rewrite(self, document: Document, file_id: str | None = None, file: dict[str, object] | None = None) -> None:
        """It is being indexed from now on, not from when the job starts: nothing else may change it in between."""
        self._enqueue(Rewrite(document.id, document.knowledge_base_id, file_id, file))
        document.status, document.progress = "processing", 0.0
        document.error_code, document.error, document.started_at = None, None, None

    def _enqueue(self, order: JobOrder) -> None:
        self._jobs.enqueue(self._session, self._tenant_id, order)
