"""What people do to chunks: put them in other words, switch them off; and how documents are cut."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import dataclass, replace

from chatbot.documents.chunks.kept_repository import KeptChunks
from chatbot.documents.chunks.repository import ChunkRepository
from chatbot.documents.indexing.chunk_settings import keep_settings, settings_of
from chatbot.documents.indexing.draft_reader import DraftReader
from chatbot.documents.indexing.passage_encoding import PassageEncoder
from chatbot.documents.job_orders import Rewrite
from chatbot.documents.knowledge_bases.repository import KnowledgeBaseRepository
from chatbot.documents.repository import DocumentRepository
from chatbot.foundation.database import Database
from chatbot.foundation.errors import Conflict, InvalidInput
from chatbot.foundation.files import FileStore
from chatbot.foundation.jobs import JobQueue
from chatbot.models import Chunk
from knowledge.chunking import ChunkSettings
from knowledge.document import ChunkDraft
from knowledge.errors import DocumentError
from knowledge.limits import ParseLimits
from nlu.language import detect_language

MOST_PREVIEWED = 500
PREVIEW_SECONDS = 20  # that reading may take, and recognition on top


@dataclass(frozen=True, slots=True)
class Preview:
    """The first chunks a document would be cut into, and how many there would be; None: more than were counted."""

    drafts: list[ChunkDraft]
    total: int | None


class ChunkEditor:
    """Embedding and reading come before each transaction."""

    def __init__(
        self,
        database: Database,
        files: FileStore,
        jobs: JobQueue,
        encoder: PassageEncoder,
        *,
        limits: ParseLimits = ParseLimits(),
    ) -> None:
        self._database = database
        self._files = files
        self._jobs = jobs
        self._encoder = encoder
        self._preview_limits = replace(
            limits, wall_seconds=PREVIEW_SECONDS, cpu_seconds=PREVIEW_SECONDS, recognition_seconds=PREVIEW_SECONDS
        )

    async def chunk(self, tenant_id: str, knowledge_base_id: str, chunk_id: str) -> Chunk:
        async with self._database.read(tenant_id) as session:
            return await ChunkRepository(session, tenant_id).passage(knowledge_base_id, chunk_id)

    async def change(
        self,
        tenant_id: str,
        knowledge_base_id: str,
        chunk_id: str,
        *,
        text: str | None = None,
        is_enabled: bool | None = None,
    ) -> Chunk:
        """None leaves a value as it is. Raises Conflict while the document is being indexed."""
        seen = await self.chunk(tenant_id, knowledge_base_id, chunk_id)
        new_text = text if text is not None and text != seen.text else None
        vectors: dict[str, bytes] = {}
        if new_text is not None:
            language = detect_language(new_text)
            (vectors,) = await self._encoder.encode([(seen.heading, new_text, language)])
        async with self._database.write(tenant_id) as session:
            revision = await KnowledgeBaseRepository(session, tenant_id).next_revision(knowledge_base_id)
            chunk = await ChunkRepository(session, tenant_id).passage(knowledge_base_id, chunk_id)
            document = await DocumentRepository(session, tenant_id).get(chunk.document_id)
            if document.status not in ("ready", "failed"):
                raise Conflict("The document is being indexed. Change its chunks when it is ready.")
            if new_text is not None:
                if chunk.heading != seen.heading:
                    raise Conflict("The chunk was changed meanwhile. Try again.")
                chunk.text, chunk.language, chunk.is_edited = new_text, detect_language(new_text), True
                await KeptChunks(session, tenant_id).replace_vectors(chunk.id, vectors)
            if is_enabled is not None:
                chunk.is_enabled = is_enabled
            chunk.revision = revision
            await session.flush()
            return chunk

    async def settings(self, tenant_id: str, knowledge_base_id: str) -> ChunkSettings:
        async with self._database.read(tenant_id) as session:
            base = await KnowledgeBaseRepository(session, tenant_id).get(knowledge_base_id)
            return settings_of(base, ChunkSettings())

    async def apply(self, tenant_id: str, knowledge_base_id: str, settings: ChunkSettings) -> int:
        """Keep them, and queue every document that answers to be cut anew; how many there are.

        Each answers from its old chunks until its new ones are whole.
        """
        async with self._database.write(tenant_id) as session:
            base = await KnowledgeBaseRepository(session, tenant_id).lock(knowledge_base_id)
            if settings_of(base, ChunkSettings()) == settings:
                return 0
            keep_settings(base, settings)
            answering = await DocumentRepository(session, tenant_id).ids_of(knowledge_base_id, least_chunks=1)
            for document_id in answering:
                self._jobs.enqueue(session, tenant_id, Rewrite(document_id, knowledge_base_id))
            return len(answering)

    async def preview(
        self, tenant_id: str, knowledge_base_id: str, document_id: str, settings: ChunkSettings
    ) -> Preview:
        """Nothing is changed. Raises InvalidInput for a document that cannot be read."""
        async with self._database.read(tenant_id) as session:
            document = await DocumentRepository(session, tenant_id).in_knowledge_base(knowledge_base_id, document_id)
        path = self._files.path(tenant_id, document_id)
        if not await asyncio.to_thread(path.is_file):
            raise InvalidInput("The document's file is not there.", field="document_id")

        def read() -> Preview:
            reader = DraftReader(path, document.file_name, settings=settings, limits=self._preview_limits)
            with closing(reader):
                batch = reader.take(MOST_PREVIEWED)
            return Preview(list(batch.drafts), len(batch.drafts) if batch.is_last else None)

        try:
            return await asyncio.to_thread(read)
        except DocumentError as error:
            raise InvalidInput(error.text.en, field="document_id") from error
