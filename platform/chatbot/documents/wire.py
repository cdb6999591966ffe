"""Documents among the parts of a process."""

from __future__ import annotations

from functools import partial

from chatbot.documents import routes
from chatbot.documents.chunks import routes as chunk_routes
from chatbot.documents.chunks.edits import ChunkEditor
from chatbot.documents.indexing.ingest import IngestionJob
from chatbot.documents.indexing.passage_encoding import PassageEncoder
from chatbot.documents.indexing.rewrite import RewriteJob
from chatbot.documents.indexing.stale import queue_stale_documents
from chatbot.documents.intake import Intake
from chatbot.documents.job_orders import Ingest, Rewrite
from chatbot.documents.knowledge_bases import routes as knowledge_base_routes
from chatbot.foundation.database import Database
from chatbot.foundation.files import FileStore
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.metrics import Metrics
from chatbot.foundation.parts import Parts
from chatbot.foundation.settings import Settings
from chatbot.foundation.threads import DeskThreads, JobThreads
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.limits import ParseLimits

ROUTERS = (knowledge_base_routes.router, routes.router, chunk_routes.router)


def wire(parts: Parts, settings: Settings) -> None:
    database, files, jobs = parts.get(Database), parts.get(FileStore), parts.get(JobQueue)
    parts.put(Intake(database, files, jobs))
    embedder = parts.get(RoutedEmbedder)
    limits = ParseLimits() if settings.text_recognition else ParseLimits(recognised_pages=0)
    encoder = PassageEncoder(embedder, parts.get(JobThreads))
    ingestion = IngestionJob(database, files, encoder, limits=limits, observe=parts.get(Metrics).ingested)
    jobs.register(Ingest, ingestion, on_failure=ingestion.failed)
    rewriting = RewriteJob(database, files, encoder, limits=limits)
    jobs.register(Rewrite, rewriting, on_failure=rewriting.failed)
    parts.put(ChunkEditor(database, files, jobs, PassageEncoder(embedder, parts.get(DeskThreads)), limits=limits))
    if settings.run_jobs:
        spaces = {language: embedder.passage_spaces(language) for language in ("en", "zh")}
        parts.at_start_and_stop(partial(queue_stale_documents, database, jobs, spaces))
