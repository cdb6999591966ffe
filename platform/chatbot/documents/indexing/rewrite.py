"""Job "rewrite": a document that already answers is indexed anew, from another file or under other settings.

Readers see all of the old chunks or all of the new ones: they change places in one transaction. Only texts that are new
are embedded; what people did to chunks (their words, switched off) stays with the same text of the document.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress

from chatbot.documents.chunks.kept_repository import KeptChunk, KeptChunks
from chatbot.documents.chunks.repository import ChunkRepository
from chatbot.documents.indexing.chunk_settings import settings_of
from chatbot.documents.indexing.job import IndexingJob, document_failures, not_indexed
from chatbot.documents.indexing.wanted import Wanted, wanted_chunks
from chatbot.documents.job_orders import Rewrite
from chatbot.documents.knowledge_bases.repository import KnowledgeBaseRepository
from chatbot.documents.repository import DocumentRepository
from chatbot.foundation.errors import DocumentNotFound, NotFound
from chatbot.foundation.jobs import JobFailed, RunningJob
from chatbot.models import Document, utc_now
from knowledge.chunking import ChunkSettings
from knowledge.document import ChunkDraft
from knowledge.errors import DocumentEmpty

BATCH = 64  # chunks
READ_SHARE = 0.95  # of the progress: the rest is the exchange itself


class ChangedMeanwhile(Exception):
    """A person edited a chunk between reading and exchange: the job is tried again."""


class RewriteJob(IndexingJob):
    """Handler of `Rewrite`."""

    async def __call__(self, job: RunningJob) -> dict[str, object]:
        order = job.order(Rewrite)
        with suppress(NotFound), document_failures():  # it may be deleted meanwhile
            async with self._database.write(job.tenant_id) as session:
                document = await DocumentRepository(session, job.tenant_id).get(order.document_id)
                base = await KnowledgeBaseRepository(session, job.tenant_id).get(order.knowledge_base_id)
                kept = await KeptChunks(session, job.tenant_id).of_document(order.document_id)
                document.status, document.progress, document.started_at = "processing", 0.0, utc_now()
                settings = settings_of(base, self._chunk_settings)
            drafts = await self._read(job, document, settings)
            wanted = wanted_chunks(document.title, drafts, kept)
            encoded = await self._encode(job, wanted, self._reusable(kept))
            await self._exchange(job, document, wanted, encoded)
            return {"chunks": len(drafts), "embedded": len(encoded)}
        return {"chunks": 0}

    async def failed(self, job: RunningJob, failure: JobFailed) -> None:
        """The document says why; what it answered before it answers still."""
        order = job.order(Rewrite)
        async with self._database.write(job.tenant_id) as session:
            documents = DocumentRepository(session, job.tenant_id)
            document = await documents.find(order.document_id)
            if document is not None:
                status, progress = ("ready", 1.0) if document.chunk_count else ("failed", 0.0)
                said = not_indexed(failure).columns
                await documents.change(document.id, status=status, progress=progress, **said)
        if order.file_id:
            await self._files.delete(job.tenant_id, order.file_id)

    async def _read(self, job: RunningJob, document: Document, settings: ChunkSettings) -> list[ChunkDraft]:
        order = job.order(Rewrite)
        path = self._files.path(job.tenant_id, document.id)
        name = document.file_name
        if order.file_id:
            staged = self._files.path(job.tenant_id, order.file_id)
            # Not there any more: an earlier attempt put it in its place and was stopped before it could say so.
            path = staged if await asyncio.to_thread(staged.is_file) else path
            name = str((order.file or {})["file_name"])
        drafts: list[ChunkDraft] = []
        async with self._reading(path, name, settings) as reader:
            while not (batch := await asyncio.to_thread(reader.take, BATCH)).is_last:
                drafts += batch.drafts
                await job.progress(batch.progress * READ_SHARE / 2)
            drafts += batch.drafts
        if not drafts:
            raise DocumentEmpty
        return drafts

    def _reusable(self, kept: Sequence[KeptChunk]) -> dict[tuple[str, str], KeptChunk]:
        """By heading and text: chunks with all the vectors that their language needs."""
        return {
            (chunk.row.heading, chunk.row.text): chunk
            for chunk in kept
            if not chunk.row.is_deleted and self._encoder.spaces(chunk.row.language) <= chunk.spaces
        }

    async def _encode(
        self, job: RunningJob, wanted: Sequence[Wanted], reusable: Mapping[tuple[str, str], KeptChunk]
    ) -> dict[tuple[str, str], dict[str, bytes]]:
        missing = {one.content: one for one in wanted if one.content not in reusable}
        listed = list(missing.values())
        encoded: dict[tuple[str, str], dict[str, bytes]] = {}
        for start in range(0, len(listed), BATCH):
            batch = listed[start : start + BATCH]
            vectors = await self._encoder.encode([one.passage for one in batch])
            encoded.update(zip((one.content for one in batch), vectors, strict=True))
            progress = READ_SHARE * (0.5 + 0.5 * len(encoded) / len(listed))
            await job.progress(progress)
            async with self._database.write(job.tenant_id) as session:
                await DocumentRepository(session, job.tenant_id).change(
                    job.order(Rewrite).document_id, progress=progress
                )
        return encoded

    async def _exchange(
        self,
        job: RunningJob,
        document: Document,
        wanted: Sequence[Wanted],
        encoded: Mapping[tuple[str, str], dict[str, bytes]],
    ) -> None:
        order = job.order(Rewrite)
        async with self._database.write(job.tenant_id) as session:
            revision = await KnowledgeBaseRepository(session, job.tenant_id).next_revision(document.knowledge_base_id)
            held = KeptChunks(session, job.tenant_id)
            kept = await held.of_document(document.id)
            if wanted_chunks(document.title, [one.draft for one in wanted], kept) != list(wanted):
                raise ChangedMeanwhile
            reusable, by_ordinal = self._reusable(kept), {chunk.row.ordinal: chunk for chunk in kept}
            changed = [one for one in wanted if not self._is_there(one, by_ordinal.get(one.draft.ordinal))]
            moved = [reusable[one.content].row.id for one in changed if one.content not in encoded]
            vectors = await held.vectors(moved)
            chunks = [
                one.chunk(
                    found.row.id if (found := by_ordinal.get(one.draft.ordinal)) is not None else None,
                    encoded.get(one.content) or vectors[reusable[one.content].row.id],
                )
                for one in changed
            ]
            repository = ChunkRepository(session, job.tenant_id)
            await repository.write(document.knowledge_base_id, document.id, chunks, revision=revision)
            await repository.tombstone(document.id, revision=revision, from_ordinal=len(wanted))
            languages = Counter(one.draft.language for one in wanted)
            is_there = await DocumentRepository(session, job.tenant_id).change(
                document.id,
                status="ready",
                progress=1.0,
                chunk_count=len(wanted),
                error_code=None,
                error=None,
                **({"language": languages.most_common(1)[0][0], **(order.file or {})} if order.file_id else {}),
            )
            if not is_there:
                raise DocumentNotFound("document", document.id)  # which rolls back
            if order.file_id:
                # Before the commit: if that fails the file is there for the next attempt, under its final name.
                await self._files.promote(job.tenant_id, order.file_id, document.id)

    def _is_there(self, wanted: Wanted, found: KeptChunk | None) -> bool:
        if found is None or found.row.is_deleted:
            return False
        row = found.row
        return (
            (row.heading, row.text) == wanted.content
            and row.content_hash == wanted.draft.content_hash
            and row.locator == wanted.draft.locator.to_json()
            and (row.is_enabled, row.is_edited) == (wanted.is_enabled, wanted.is_edited)
            and self._encoder.spaces(wanted.language) <= found.spaces
        )
