"""Job "ingest": a stored file becomes chunks and vectors, searchable while the rest is still being read.

A batch of chunks, the knowledge base's next revision and the document's progress are one short transaction. The job
may be killed between any two: reading again gives the same chunks, and those that are stored are passed over.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from time import perf_counter

from chatbot.documents.chunks.repository import ChunkRepository, NewChunk, StoredChunk
from chatbot.documents.indexing.chunk_settings import settings_of
from chatbot.documents.indexing.draft_reader import DraftBatch, DraftReader
from chatbot.documents.indexing.passage_encoding import PassageEncoder
from chatbot.documents.job_orders import Ingest
from chatbot.documents.knowledge_bases.repository import KnowledgeBaseRepository
from chatbot.documents.repository import DocumentRepository
from chatbot.foundation.database import Database
from chatbot.foundation.errors import KnowledgeBaseNotFound
from chatbot.foundation.files import FileStore
from chatbot.foundation.jobs import JobFailed, RunningJob
from chatbot.models import Document, utc_now
from knowledge.chunking import ChunkSettings
from knowledge.document import ChunkDraft
from knowledge.errors import DocumentEmpty, DocumentError, EmbeddingError
from knowledge.limits import ParseLimits

FIRST_BATCH, BATCH = 16, 64  # chunks: the first pages are soon searchable, the rest goes in longer strides
NOT_INDEXED = "This document could not be indexed. Try again later.\n文档索引失败，请稍后重试。"
FILE_LOST = "The uploaded file is no longer there. Upload it again.\n上传的文件已不存在，请重新上传。"


class DocumentGone(Exception):
    """Deleted while it was being indexed."""


class IngestionJob:
    """Handler of `Ingest`. A document that answers already is the job "rewrite"'s affair."""

    def __init__(
        self,
        database: Database,
        files: FileStore,
        encoder: PassageEncoder,
        *,
        chunk_settings: ChunkSettings = ChunkSettings(),
        limits: ParseLimits = ParseLimits(),
        observe: Callable[[int, float], None] | None = None,
    ) -> None:
        """`chunk_settings` are those of knowledge bases that have none of their own.

        `observe(chunks, seconds)` is told of every document that became ready.
        """
        self._database = database
        self._files = files
        self._encoder = encoder
        self._chunk_settings = chunk_settings
        self._limits = limits
        self._observe = observe or (lambda _chunks, _seconds: None)

    async def __call__(self, job: RunningJob) -> dict[str, object]:
        started = perf_counter()
        found = await self._begin(job)
        if found is None:
            return {"chunks": 0}
        document, settings, stored = found
        path = self._files.path(job.tenant_id, document.id)
        if not await asyncio.to_thread(path.is_file):
            raise JobFailed(FILE_LOST, code="file_lost")
        reader = DraftReader(path, document.file_name, settings=settings, limits=self._limits)
        try:
            chunks = await self._index(job, document, reader, stored)
        except DocumentError as error:
            raise JobFailed(f"{error.en}\n{error.zh}", code=error.code) from error
        except EmbeddingError as error:
            if error.retryable:
                raise
            raise JobFailed(NOT_INDEXED, code="embedding_failed") from error
        except (DocumentGone, KnowledgeBaseNotFound):
            return {"chunks": 0}
        finally:
            await asyncio.to_thread(reader.close)
        self._observe(chunks, perf_counter() - started)
        return {"chunks": chunks}

    async def failed(self, job: RunningJob, *, code: str, message: str) -> None:
        """The job's failure handler: the document says why, and none of it can be found."""
        order = job.order(Ingest)
        if code in ("internal_error", "job_abandoned"):  # the message is for the operator
            code, message = "indexing_failed", NOT_INDEXED
        async with self._database.write(job.tenant_id) as session:
            try:
                revision = await KnowledgeBaseRepository(session, job.tenant_id).next_revision(order.knowledge_base_id)
            except KnowledgeBaseNotFound:
                return
            documents = DocumentRepository(session, job.tenant_id)
            if await documents.change(
                order.document_id, status="failed", error_code=code, error=message, chunk_count=0, progress=0.0
            ):
                await ChunkRepository(session, job.tenant_id).tombstone(order.document_id, revision=revision)

    async def _begin(self, job: RunningJob) -> tuple[Document, ChunkSettings, dict[int, StoredChunk]] | None:
        """The document and what an earlier attempt left of it; None where there is nothing to do."""
        document_id = job.order(Ingest).document_id
        async with self._database.write(job.tenant_id) as session:
            document = await DocumentRepository(session, job.tenant_id).find(document_id)
            if document is None or document.status == "ready":
                return None
            base = await KnowledgeBaseRepository(session, job.tenant_id).get(document.knowledge_base_id)
            if document.started_at is None:
                document.started_at = utc_now()
            stored = await ChunkRepository(session, job.tenant_id).stored(document_id)
            return document, settings_of(base, self._chunk_settings), stored

    async def _index(
        self, job: RunningJob, document: Document, reader: DraftReader, stored: dict[int, StoredChunk]
    ) -> int:
        languages: Counter[str] = Counter()
        total, batch = 0, None
        while batch is None or not batch.is_last:
            if batch is not None:
                await job.progress(batch.progress)
            batch = await asyncio.to_thread(reader.take, FIRST_BATCH if batch is None else BATCH)
            languages.update(draft.language for draft in batch.drafts)
            total += len(batch.drafts)
            if total == 0:
                raise DocumentEmpty
            missing = [draft for draft in batch.drafts if not self._is_stored(draft, stored)]
            if missing or batch.is_last:  # otherwise an earlier attempt has been here and noted it
                chunks = await self._embedded(document, missing, stored)
                await self._write(job.tenant_id, document, batch, chunks, total, languages.most_common(1)[0][0])
        return total

    def _is_stored(self, draft: ChunkDraft, stored: dict[int, StoredChunk]) -> bool:
        found = stored.get(draft.ordinal)
        return (
            found is not None
            and not found.is_deleted
            and found.content_hash == draft.content_hash
            and self._encoder.spaces(draft.language) <= found.spaces
        )

    async def _embedded(
        self, document: Document, drafts: Sequence[ChunkDraft], stored: dict[int, StoredChunk]
    ) -> list[NewChunk]:
        passages = [(heading_of(document.title, draft), draft.text, draft.language) for draft in drafts]
        return [
            NewChunk(
                id=found.id if (found := stored.get(draft.ordinal)) is not None else None,
                ordinal=draft.ordinal,
                text=draft.text,
                heading=heading,
                locator=draft.locator.to_json(),
                language=draft.language,
                content_hash=draft.content_hash,
                vectors=vectors,
            )
            for draft, (heading, _, _), vectors in zip(
                drafts, passages, await self._encoder.encode(passages), strict=True
            )
        ]

    async def _write(
        self,
        tenant_id: str,
        document: Document,
        batch: DraftBatch,
        chunks: Sequence[NewChunk],
        total: int,
        language: str,
    ) -> None:
        async with self._database.write(tenant_id) as session:
            repository = ChunkRepository(session, tenant_id)
            revision = await KnowledgeBaseRepository(session, tenant_id).next_revision(document.knowledge_base_id)
            await repository.write(document.knowledge_base_id, document.id, chunks, revision=revision)
            if batch.is_last:
                await repository.tombstone(document.id, revision=revision, from_ordinal=total)
            still_there = await DocumentRepository(session, tenant_id).change(
                document.id,
                status="ready" if batch.is_last else "processing",
                progress=batch.progress,
                pages_done=batch.pages_done,
                pages_total=batch.pages_total,
                chunk_count=total,
                language=language,
                error_code=None,
                error=None,
            )
            if not still_there:
                raise DocumentGone  # which rolls back


def heading_of(title: str, draft: ChunkDraft) -> str:
    """What stands above a chunk: the document's title and the headings it is under."""
    return " / ".join((title, *draft.locator.heading))
