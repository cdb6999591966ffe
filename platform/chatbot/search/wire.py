"""Search among the parts of a process: the indexes, and what is asked of them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from chatbot.documents.chunks.repository import QUESTION
from chatbot.documents.job_orders import Purge
from chatbot.documents.purging import PurgeJob
from chatbot.foundation.database import Database
from chatbot.foundation.files import FileStore
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.metrics import Metrics
from chatbot.foundation.parts import Parts
from chatbot.foundation.settings import Settings
from chatbot.foundation.threads import IndexThreads, JobThreads, RerankThreads, TurnThreads
from chatbot.search import routes
from chatbot.search.index_snapshots import IndexSnapshots
from chatbot.search.indexes import KnowledgeIndexes
from chatbot.search.reranking import Reranking
from chatbot.search.search import KnowledgeSearch
from knowledge.answering import ExtractiveAnswerer
from knowledge.answering.answerability import fitted_answerability
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.faqs.index import QuestionIndex
from knowledge.index import KnowledgeIndex
from knowledge.index.explanation import Explainer
from knowledge.index.fusion import fitted_fusion
from knowledge.index.lexical import LexicalIndex
from knowledge.rerankers import RerankerSettings, create_reranker
from knowledge.vector_stores import VectorStoreSettings, create_vector_store

ROUTERS = (routes.router,)

RERANKED_AT_ONCE = 8


def wire(parts: Parts, settings: Settings) -> None:
    """Raises what the settings of a vector store or a reranker that there is not come to."""
    database, files, embedder = parts.get(Database), parts.get(FileStore), parts.get(RoutedEmbedder)
    turn_threads = parts.get(TurnThreads)
    fusion = fitted_fusion()
    vectors = partial(
        create_vector_store,
        settings.vector_store,
        VectorStoreSettings(url=settings.qdrant_url, api_key=settings.qdrant_api_key),
    )
    vector_store = vectors()

    def index_of(name: str, words: Path | None = None, *, writable: bool = False) -> KnowledgeIndex:
        # In this process a store of its own goes with its index: eviction gives all the memory back.
        store = vector_store if vector_store.is_shared else vectors()
        return KnowledgeIndex(name, embedder, store, fusion, lexical=LexicalIndex(words, writable=writable))

    background = IndexThreads(1)
    parts.at_start_and_stop(on_stop=background.stop)
    indexes = KnowledgeIndexes(
        database,
        index_of,
        threads=turn_threads,
        max_bytes=settings.index_cache_bytes,
        snapshots=IndexSnapshots(settings.data_dir / "indexes", index_of),
        background=background,
        drop_vectors=vector_store.drop,
    )
    questions = KnowledgeIndexes(
        database,
        lambda _name: QuestionIndex(embedder),
        threads=turn_threads,
        max_bytes=settings.index_cache_bytes // 8,
        kind=QUESTION,
    )
    search = KnowledgeSearch(
        database,
        indexes,
        questions,
        answerability=fitted_answerability(),
        threads=turn_threads,
        reranking=_reranking(parts, settings),
    )
    parts.put(indexes)
    parts.put(search, on_stop=search.stop)
    parts.get(JobQueue).register(Purge, PurgeJob(database, files, search.forget))
    across = embedder.for_all_languages()
    parts.put(ExtractiveAnswerer(across))
    parts.put(Explainer(embedder, fusion))
    if across is not None:  # it reads its weights when first used, and the first user should not wait for that
        parts.get(JobThreads).run(across.encode, ["hello"], language="en")


def _reranking(parts: Parts, settings: Settings) -> Reranking | None:
    """None where no reranker is configured. Raises RerankingError for settings that name none."""
    if not settings.reranker:
        return None
    options = RerankerSettings(
        model=settings.reranker_model,
        base_url=settings.reranker_base_url,
        api_key=settings.reranker_api_key,
        timeout_s=settings.reranker_timeout_seconds,
    )
    reranker, threads = create_reranker(settings.reranker, options), RerankThreads(RERANKED_AT_ONCE)
    parts.at_start_and_stop(on_stop=threads.stop)
    return Reranking(
        reranker,
        candidates=settings.reranker_candidates,
        threads=threads,
        on_outage=lambda: parts.get(Metrics).outage("reranker"),
    )
