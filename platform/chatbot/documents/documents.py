"""Documents of a knowledge base: what may be done with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.documents.chunks.repository import ChunkRepository
from chatbot.documents.job_orders import TOMBSTONES_KEPT_S, Fetch, Ingest, Purge, Rewrite
from chatbot.documents.knowledge_bases.repository import KnowledgeBaseRepository
from chatbot.documents.received import ReceivedDocument
from chatbot.documents.repository import DocumentRepository
from chatbot.foundation.errors import Conflict, DuplicateDocument
from chatbot.foundation.jobs import JobOrder, JobQueue
from chatbot.models import Chunk, Document, new_id

BEING_INDEXED = "The document is being indexed. Change it when it is ready."


class DocumentService:
    """Every change of chunks takes the knowledge base's next revision first, which serialises writers."""

    def __init__(self, session: AsyncSession, tenant_id: str, jobs: JobQueue) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._jobs = jobs
        self._knowledge_bases = KnowledgeBaseRepository(session, tenant_id)
        self._documents = DocumentRepository(session, tenant_id)
        self._chunks = ChunkRepository(session, tenant_id)

    async def page(
        self, knowledge_base_id: str, *, limit: int, cursor: str | None, tag: str | None = None
    ) -> tuple[Sequence[Document], str | None]:
        """`tag`: only those that have it."""
        conditions = [self._documents.has_tag([tag])] if tag is not None else []
        return await self._documents.page_of(knowledge_base_id, *conditions, limit=limit, cursor=cursor)

    async def get(self, knowledge_base_id: str, document_id: str) -> Document:
        return await self._documents.in_knowledge_base(knowledge_base_id, document_id)

    async def chunks(
        self, knowledge_base_id: str, *, document_id: str | None, limit: int, cursor: str | None
    ) -> tuple[Sequence[Chunk], str | None]:
        await self._knowledge_bases.get(knowledge_base_id)
        if document_id is not None:
            await self.get(knowledge_base_id, document_id)
        return await self._chunks.in_order(knowledge_base_id, document_id=document_id, limit=limit, cursor=cursor)

    async def add(
        self,
        knowledge_base_id: str,
        received: ReceivedDocument,
        *,
        allow_duplicate: bool = True,
        url: str | None = None,
        source_id: str | None = None,
    ) -> Document:
        """Queue it for indexing. Raises DuplicateDocument; of two that come at once the second waits for the first."""
        if allow_duplicate:
            await self._knowledge_bases.get(knowledge_base_id)
        else:
            await self._knowledge_bases.lock(knowledge_base_id)
            found = await self._documents.with_digest(knowledge_base_id, received.file.sha256)
            if found is not None:
                raise DuplicateDocument(found.id, found.title)
        document = Document(id=received.document_id, url=url, source_id=source_id, **received.columns)
        return await self._added(document, knowledge_base_id, received.title, Ingest(document.id, knowledge_base_id))

    async def link(self, knowledge_base_id: str, url: str, title: str) -> Document:
        """Queue it for fetching; without a title it takes the page's own."""
        await self._knowledge_bases.get(knowledge_base_id)
        document = Document(id=new_id(), url=url)
        order = Fetch(document.id, knowledge_base_id, keep_title=bool(title))
        return await self._added(document, knowledge_base_id, title or url, order)

    async def replace(self, knowledge_base_id: str, document_id: str, received: ReceivedDocument) -> Document:
        """Queue the exchange of its content. Raises Conflict while it is being indexed."""
        document = await self._settled(knowledge_base_id, document_id)
        self._rewrite(document, received.document_id, received.columns)
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
        document = await self.get(knowledge_base_id, document_id)
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

    async def retry(self, knowledge_base_id: str, document_id: str) -> Document:
        """Index a failed document again; Conflict for any other."""
        document = await self.get(knowledge_base_id, document_id)
        if document.status != "failed":
            raise Conflict(f"Only a failed document can be tried again; this one is {document.status}.")
        document.status, document.error_code, document.error = "queued", None, None
        document.progress, document.pages_done, document.started_at = 0.0, 0, None
        never_came = document.url is not None and not document.sha256
        self._enqueue((Fetch if never_came else Ingest)(document.id, knowledge_base_id))
        await self._session.flush()
        return document

    async def delete(self, knowledge_base_id: str, document_id: str) -> None:
        """From the commit on no search finds it, on any replica; an ingestion at work on it stops.

        Its file goes at once, its tombstones when the indexes have had time to see them.
        """
        revision = await self._knowledge_bases.next_revision(knowledge_base_id)
        document = await self.get(knowledge_base_id, document_id)
        await self._chunks.tombstone(document_id, revision=revision)
        await self._documents.delete(document)
        self._enqueue(Purge(document_ids=(document_id,)))
        self._enqueue(Purge(knowledge_base_id=knowledge_base_id), delay_s=TOMBSTONES_KEPT_S)

    async def _added(self, document: Document, knowledge_base_id: str, title: str, order: JobOrder) -> Document:
        document.knowledge_base_id, document.title = knowledge_base_id, title[:500]
        self._documents.add(document)
        self._enqueue(order)
        await self._session.flush()
        return document

    async def _settled(self, knowledge_base_id: str, document_id: str) -> Document:
        await self._knowledge_bases.lock(knowledge_base_id)
        document = await self.get(knowledge_base_id, document_id)
        if document.status not in ("ready", "failed"):
            raise Conflict(BEING_INDEXED)
        return document

    def _rewrite(self, document: Document, file_id: str | None = None, file: dict[str, object] | None = None) -> None:
        """It is being indexed from now on, not from when the job starts: nothing else may change it in between."""
        self._enqueue(Rewrite(document.id, document.knowledge_base_id, file_id, file))
        document.status, document.progress = "processing", 0.0
        document.error_code, document.error, document.started_at = None, None, None

    def _enqueue(self, order: JobOrder, *, delay_s: float = 0.0) -> None:
        self._jobs.enqueue(self._session, self._tenant_id, order, delay_s=delay_s)
