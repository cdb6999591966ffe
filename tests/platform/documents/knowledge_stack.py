"""Everything between a stored file and a search, assembled as the server assembles it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from chatbot.documents.chunks.repository import QUESTION
from chatbot.documents.documents import DocumentService
from chatbot.documents.indexing.ingest import IngestionJob
from chatbot.documents.indexing.passage_encoding import PassageEncoder
from chatbot.documents.indexing.rewrite import RewriteJob
from chatbot.documents.job_orders import Ingest, Purge, Rewrite
from chatbot.documents.purging import PurgeJob
from chatbot.documents.received import ReceivedDocument
from chatbot.documents.repository import DocumentRepository
from chatbot.faqs.faqs import FaqEditor
from chatbot.faqs.stale import EmbedFaqs, FaqEmbeddingJob
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.files import FileStore
from chatbot.foundation.jobs import InProcessRunner, JobQueue
from chatbot.foundation.threads import JobThreads, TurnThreads
from chatbot.models import Chunk, ChunkVector, Document, Job, new_id, utc_now
from chatbot.search.index_snapshots import IndexSnapshots
from chatbot.search.indexes import SNAPSHOT_FROM, KnowledgeIndexes
from chatbot.search.search import KnowledgeSearch
from knowledge.answering.answerability import fitted_answerability
from knowledge.chunking import ChunkSettings
from knowledge.faqs.index import QuestionIndex
from knowledge.index import KnowledgeIndex
from knowledge.index.fusion import fitted_fusion
from knowledge.index.lexical import LexicalIndex
from knowledge.limits import ParseLimits
from knowledge.retrieval import Passage, VectorStore
from knowledge.vector_stores import create_vector_store
from tests.embedders import hashing_embedder
from tests.platform.foundation.jobs.queues import job_settings

SMALL_CHUNKS = ChunkSettings(max_tokens=30, overlap_tokens=4, min_tokens=4)


@dataclass(frozen=True, slots=True)
class KnowledgeStack:
    database: Database
    files: FileStore
    jobs: JobQueue
    indexes: KnowledgeIndexes
    search: KnowledgeSearch
    faqs: FaqEditor

    async def add(self, tenant_id: str, knowledge_base_id: str, content: bytes, file_name: str = "a.txt") -> str:
        """Store and queue a file; the document's id."""

        async def blocks() -> AsyncIterator[bytes]:
            yield content

        document_id = new_id()
        stored = await self.files.store(tenant_id, document_id, blocks())
        received = ReceivedDocument(document_id, stored, file_name, "text/plain", title=Path(file_name).stem)
        async with self.database.write(tenant_id) as session:
            await DocumentService(session, tenant_id, self.jobs).add(knowledge_base_id, received)
        return document_id

    async def delete(self, tenant_id: str, knowledge_base_id: str, document_id: str) -> None:
        async with self.database.write(tenant_id) as session:
            await DocumentService(session, tenant_id, self.jobs).delete(knowledge_base_id, document_id)

    async def document(self, tenant_id: str, document_id: str) -> Document:
        async with self.database.read(tenant_id) as session:
            return await DocumentRepository(session, tenant_id).get(document_id)

    async def until_over(self, tenant_id: str, document_id: str) -> Document:
        while (document := await self.document(tenant_id, document_id)).status not in ("ready", "failed"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        return document

    async def ask(self, tenant_id: str, knowledge_base_id: str, question: str, limit: int = 8) -> list[Passage]:
        return await self.search.search(tenant_id, [knowledge_base_id], question, language="en", limit=limit)


@asynccontextmanager
async def knowledge_stack(
    database: Database,
    folder: Path,
    *,
    before_embedding: Callable[[Sequence[str]], None] | None = None,
    index_bytes: int = 2**30,
    snapshot_from: int = SNAPSHOT_FROM,
    vectors: VectorStore | None = None,
    run_jobs: bool = True,
    space: str = "hashing",
    chunk_settings: ChunkSettings = SMALL_CHUNKS,
    limits: ParseLimits = ParseLimits(),
) -> AsyncIterator[KnowledgeStack]:
    embedder, fusion = hashing_embedder(space, before=before_embedding), fitted_fusion()
    files = FileStore(folder / "files", max_bytes=50 * 2**20)
    jobs = JobQueue(database, job_settings(), InProcessRunner(), sweep_s=0.02, retry_s=0.01)
    embedding, searching = JobThreads(2), TurnThreads(2)
    encoder = PassageEncoder(embedder, embedding)
    ingest = IngestionJob(database, files, encoder, chunk_settings=chunk_settings, limits=limits)
    rewrite = RewriteJob(database, files, encoder, chunk_settings=chunk_settings, limits=limits)

    def create(name: str, words: Path | None = None, *, writable: bool = False) -> KnowledgeIndex:
        lexical = LexicalIndex(words, writable=writable)
        return KnowledgeIndex(name, embedder, vectors or create_vector_store("faiss"), fusion, lexical=lexical)

    indexes = KnowledgeIndexes(
        database,
        create,
        threads=searching,
        max_bytes=index_bytes,
        snapshots=IndexSnapshots(folder / "indexes", create),
        snapshot_from=snapshot_from,
        drop_vectors=vectors.drop if vectors else None,
    )
    questions = KnowledgeIndexes(
        database, lambda _name: QuestionIndex(embedder), threads=searching, max_bytes=index_bytes, kind=QUESTION
    )
    search = KnowledgeSearch(database, indexes, questions, answerability=fitted_answerability(), threads=searching)
    faqs = FaqEditor(database, jobs, embedder, threads=searching)
    jobs.register(Ingest, ingest, on_failure=ingest.failed, concurrency=2)
    jobs.register(Rewrite, rewrite, on_failure=rewrite.failed)
    jobs.register(EmbedFaqs, FaqEmbeddingJob(faqs))
    jobs.register(Purge, PurgeJob(database, files, search.forget))
    if run_jobs:
        await jobs.start()
    try:
        yield KnowledgeStack(database, files, jobs, indexes, search, faqs)
    finally:
        await jobs.stop()
        await search.stop()
        await embedding.stop()
        await searching.stop()


async def chunk_rows(database: Database, tenant_id: str, document_id: str) -> list[tuple[object, ...]]:
    """What two runs must agree on: every chunk that is not deleted and its vector, in order."""
    query = (
        select(
            Chunk.ordinal,
            Chunk.text,
            Chunk.heading,
            Chunk.locator,
            Chunk.language,
            Chunk.content_hash,
            ChunkVector.space,
            ChunkVector.vector,
        )
        .join(ChunkVector, ChunkVector.chunk_id == Chunk.id, isouter=True)
        .where(Chunk.document_id == document_id, Chunk.is_deleted.is_(False))
        .order_by(Chunk.ordinal, ChunkVector.space)
    )
    async with database.read(tenant_id) as session:
        return [tuple(row) for row in await session.execute(query)]


async def until_no_job_waits(database: Database) -> None:
    """Nothing is queued for now."""
    waiting = (
        select(func.count()).select_from(Job).where(Job.status.in_(("queued", "running")), Job.run_after <= utc_now())
    )
    while True:
        async with database.read(SYSTEM) as session:
            if await session.scalar(waiting) == 0:
                return
        await asyncio.sleep(0.01)
