"""Job "rewrite": a document that already answers is indexed anew, from another file or under other settings.

Readers see all of the old chunks or all of the new ones: they change places in one transaction. Only texts that are new
are embedded; what people did to chunks (their words, switched off) stays with the same text of the document.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatbot.documents.chunks.of_document import DocumentChunks, KeptChunk
from chatbot.documents.chunks.repository import ChunkRepository, NewChunk
from chatbot.documents.indexing.chunk_settings import settings_of
from chatbot.documents.indexing.draft_reader import DraftReader
from chatbot.documents.indexing.ingest import FILE_LOST, NOT_INDEXED, DocumentGone, heading_of
from chatbot.documents.indexing.passage_encoding import PassageEncoder
from chatbot.documents.job_orders import Rewrite
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

BATCH = 64  # chunks
READ_SHARE = 0.95  # of the progress: the rest is the exchange itself


@dataclass(frozen=True, slots=True)
class Wanted:
    """A chunk as it shall be: the document's draft, or what a person made of it."""

    draft: ChunkDraft
    text: str
    heading: str
    language: str
    is_enabled: bool
    is_edited: bool

    @property
    def content(self) -> tuple[str, str]:
        return self.heading, self.text


class ChangedMeanwhile(Exception):
    """A person edited a chunk between reading and exchange: the job is tried again."""


class RewriteJob:
    """Payload {document_id, knowledge_base_id}; with {file_id, file: {...columns}} from that stored file instead."""

    def __init__(
        self,
        database: Database,
        files: FileStore,
        encoder: PassageEncoder,
        *,
        chunk_settings: ChunkSettings = ChunkSettings(),
        limits: ParseLimits = ParseLimits(),
    ) -> None:
        """`chunk_settings` are those of knowledge bases that have none of their own."""
        self._database = database
        self._files = files
        self._encoder = encoder
        self._chunk_settings = chunk_settings
        self._limits = limits

    async def __call__(self, job: RunningJob) -> dict[str, object]:
        order = job.order(Rewrite)
        async with self._database.write(job.tenant_id) as session:
            document = await DocumentRepository(session, job.tenant_id).find(order.document_id)
            base = await KnowledgeBaseRepository(session, job.tenant_id).find(order.knowledge_base_id)
            if document is None or base is None:
                return {"chunks": 0}
            kept = await DocumentChunks(session, job.tenant_id).kept(order.document_id)
            document.status, document.progress, document.started_at = "processing", 0.0, utc_now()
            settings = settings_of(base, self._chunk_settings)
        try:
            drafts = await self._read(job, document, settings)
            wanted = wanted_chunks(document.title, drafts, kept)
            encoded = await self._encode(job, wanted, self._reusable(kept))
            await self._exchange(job, document, wanted, encoded)
        except DocumentError as error:
            raise JobFailed(f"{error.en}\n{error.zh}", code=error.code) from error
        except EmbeddingError as error:
            if error.retryable:
                raise
            raise JobFailed(NOT_INDEXED, code="embedding_failed") from error
        except (DocumentGone, KnowledgeBaseNotFound):
            return {"chunks": 0}
        return {"chunks": len(drafts), "embedded": len(encoded)}

    async def failed(self, job: RunningJob, *, code: str, message: str) -> None:
        """The document says why; what it answered before it answers still."""
        order = job.order(Rewrite)
        if code in ("internal_error", "job_abandoned"):  # the message is for the operator
            code, message = "indexing_failed", NOT_INDEXED
        async with self._database.write(job.tenant_id) as session:
            document = await DocumentRepository(session, job.tenant_id).find(order.document_id)
            if document is not None:
                document.status = "ready" if document.chunk_count else "failed"
                document.progress = 1.0 if document.chunk_count else 0.0
                document.error_code, document.error = code, message
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
        if not await asyncio.to_thread(path.is_file):
            raise JobFailed(FILE_LOST, code="file_lost")
        reader = DraftReader(path, name, settings=settings, limits=self._limits)
        drafts: list[ChunkDraft] = []
        try:
            while True:
                batch = await asyncio.to_thread(reader.take, BATCH)
                drafts += batch.drafts
                if batch.is_last:
                    break
                await job.progress(batch.progress * READ_SHARE / 2)
        finally:
            await asyncio.to_thread(reader.close)
        if not drafts:
            raise DocumentEmpty
        return drafts

    def _reusable(self, kept: Sequence[KeptChunk]) -> dict[tuple[str, str], KeptChunk]:
        """By heading and text: chunks with all the vectors that their language needs."""
        return {
            (chunk.heading, chunk.text): chunk
            for chunk in kept
            if not chunk.is_deleted and self._encoder.spaces(chunk.language) <= chunk.spaces
        }

    async def _encode(
        self, job: RunningJob, wanted: Sequence[Wanted], reusable: Mapping[tuple[str, str], KeptChunk]
    ) -> dict[tuple[str, str], dict[str, bytes]]:
        missing = {one.content: one for one in wanted if one.content not in reusable}
        listed = list(missing.values())
        encoded: dict[tuple[str, str], dict[str, bytes]] = {}
        for start in range(0, len(listed), BATCH):
            batch = listed[start : start + BATCH]
            vectors = await self._encoder.encode([(one.heading, one.text, one.language) for one in batch])
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
            held = DocumentChunks(session, job.tenant_id)
            kept = await held.kept(document.id)
            if wanted_chunks(document.title, [one.draft for one in wanted], kept) != list(wanted):
                raise ChangedMeanwhile
            reusable, by_ordinal = self._reusable(kept), {chunk.ordinal: chunk for chunk in kept}
            changed = [one for one in wanted if not self._is_there(one, by_ordinal.get(one.draft.ordinal))]
            moved = [reusable[one.content].id for one in changed if one.content not in encoded]
            vectors = await held.vectors(moved)
            chunks = [
                NewChunk(
                    id=found.id if (found := by_ordinal.get(one.draft.ordinal)) is not None else None,
                    ordinal=one.draft.ordinal,
                    text=one.text,
                    heading=one.heading,
                    locator=one.draft.locator.to_json(),
                    language=one.language,
                    content_hash=one.draft.content_hash,
                    vectors=encoded.get(one.content) or vectors[reusable[one.content].id],
                    is_enabled=one.is_enabled,
                    is_edited=one.is_edited,
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
                raise DocumentGone  # which rolls back
            if order.file_id:
                # Before the commit: if that fails the file is there for the next attempt, under its final name.
                await self._files.promote(job.tenant_id, order.file_id, document.id)

    def _is_there(self, wanted: Wanted, found: KeptChunk | None) -> bool:
        return (
            found is not None
            and not found.is_deleted
            and (found.heading, found.text) == wanted.content
            and found.content_hash == wanted.draft.content_hash
            and dict(found.locator) == wanted.draft.locator.to_json()
            and (found.is_enabled, found.is_edited) == (wanted.is_enabled, wanted.is_edited)
            and self._encoder.spaces(wanted.language) <= found.spaces
        )


def wanted_chunks(title: str, drafts: Sequence[ChunkDraft], kept: Sequence[KeptChunk]) -> list[Wanted]:
    """The drafts, each with what people did to the chunk of the same text."""
    touched = {
        chunk.content_hash: chunk
        for chunk in kept
        if not chunk.is_deleted and (chunk.is_edited or not chunk.is_enabled)
    }
    wanted = []
    for draft in drafts:
        own = touched.get(draft.content_hash)
        is_edited = own is not None and own.is_edited
        wanted.append(
            Wanted(
                draft=draft,
                text=own.text if own is not None and is_edited else draft.text,
                heading=heading_of(title, draft),
                language=own.language if own is not None and is_edited else draft.language,
                is_enabled=own is None or own.is_enabled,
                is_edited=is_edited,
            )
        )
    return wanted
