"""Job "ingest": a stored file becomes chunks and vectors, searchable while the rest is still being read.

A batch of chunks, the knowledge base's next revision and the document's progress are one short transaction. The job
may be killed between any two: reading again gives the same chunks, and those that are stored are passed over.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from time import perf_counter

from chatbot.documents.chunks.repository import ChunkRepository, NewChunk, StoredChunk
from chatbot.documents.indexing.chunk_settings import settings_of
from chatbot.documents.indexing.draft_reader import DraftBatch, DraftReader
from chatbot.documents.indexing.job import IndexingJob, document_failures, not_indexed
from chatbot.documents.indexing.wanted import Wanted
from chatbot.documents.job_orders import Ingest
from chatbot.documents.knowledge_bases.repository import KnowledgeBaseRepository
from chatbot.documents.repository import DocumentRepository
from chatbot.foundation.errors import DocumentNotFound, NotFound
from chatbot.foundation.jobs import JobFailed, RunningJob
from chatbot.models import Document, utc_now
from knowledge.chunking import ChunkSettings
from knowledge.document import ChunkDraft
from knowledge.errors import DocumentEmpty

FIRST_BATCH, BATCH = 16, 64  # chunks: the first pages are soon searchable, the rest goes in longer strides


class IngestionJob(IndexingJob):
    """Handler of `Ingest`. A document that answers already is the job "rewrite"'s affair."""

    async def __call__(self, job: RunningJob) -> dict[str, object]:
        started = perf_counter()
        with suppress(NotFound), document_failures():  # it may be deleted meanwhile
            found = await self._begin(job)
            if found is None:
                return {"chunks": 0}
            document, settings, stored = found
            path = self._files.path(job.tenant_id, document.id)
            async with self._reading(path, document.file_name, settings) as reader:
                chunks = await self._index(job, document, reader, stored)
            self._observe(chunks, perf_counter() - started)
            return {"chunks": chunks}
        return {"chunks": 0}

    async def failed(self, job: RunningJob, failure: JobFailed) -> None:
        """The job's failure handler: the document says why, and none of it can be found."""
        order = job.order(Ingest)
        with suppress(NotFound):
            async with self._database.write(job.tenant_id) as session:
                revision = await KnowledgeBaseRepository(session, job.tenant_id).next_revision(order.knowledge_base_id)
                documents = DocumentRepository(session, job.tenant_id)
                said = not_indexed(failure).columns
                if await documents.change(order.document_id, status="failed", chunk_count=0, progress=0.0, **said):
                    await ChunkRepository(session, job.tenant_id).tombstone(order.document_id, revision=revision)

    async def _begin(self, job: RunningJob) -> tuple[Document, ChunkSettings, dict[int, StoredChunk]] | None:
        """The document and what an earlier attempt left of it; None where there is nothing to do. Raises NotFound."""
        document_id = job.order(Ingest).document_id
        async with self._database.write(job.tenant_id) as session:
            document = await DocumentRepository(session, job.tenant_id).get(document_id)
            if document.status == "ready":
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
            missing = [
                draft
                for draft in batch.drafts
                if (found := stored.get(draft.ordinal)) is None
                or not found.says(draft.content_hash, self._encoder.spaces(draft.language))
            ]
            if missing or batch.is_last:  # otherwise an earlier attempt has been here and noted it
                chunks = await self._embedded(document, missing, stored)
                await self._write(job.tenant_id, document, batch, chunks, total, languages.most_common(1)[0][0])
        return total

    async def _embedded(
        self, document: Document, drafts: Sequence[ChunkDraft], stored: Mapping[int, StoredChunk]
    ) -> list[NewChunk]:
        wanted = [Wanted.of(document.title, draft) for draft in drafts]
        encoded = await self._encoder.encode([one.passage for one in wanted])
        return [
            one.chunk(found.id if (found := stored.get(one.draft.ordinal)) is not None else None, vectors)
            for one, vectors in zip(wanted, encoded, strict=True)
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
                raise DocumentNotFound("document", document.id)  # which rolls back
