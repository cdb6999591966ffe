"""The one module that names concrete classes: from settings to the parts of a running process."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from pathlib import Path

from sqlalchemy import select
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it ships no types

from chatbot.connections.calls import TenantConnectors
from chatbot.conversations.tasks import TURN_JOB, TurnJob
from chatbot.conversations.turns import ConversationService
from chatbot.documents.chunks.edits import ChunkEditor
from chatbot.documents.chunks.repository import QUESTION
from chatbot.documents.indexing.ingest import IngestionJob
from chatbot.documents.indexing.passage_encoding import PassageEncoder
from chatbot.documents.indexing.rewrite import RewriteJob
from chatbot.documents.knowledge_bases.bases import FETCH_JOB, INGEST_JOB, PURGE_JOB, REWRITE_JOB
from chatbot.documents.purging import PurgeJob
from chatbot.faqs.faqs import FaqEditor
from chatbot.faqs.stale import FAQ_JOB, FaqEmbeddingJob
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.errors import Conflict
from chatbot.foundation.files import FileStore
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.locks import create_locks
from chatbot.foundation.metrics import Metrics
from chatbot.foundation.parts import Resources
from chatbot.foundation.rate_limit import RateLimiter, rates_of
from chatbot.foundation.security.passwords import Passwords
from chatbot.foundation.security.secret_box import SecretBox
from chatbot.foundation.security.tokens import Tokens
from chatbot.foundation.settings import Settings
from chatbot.lab.calibration import CALIBRATE_JOB, CalibrationJob
from chatbot.lab.calibrator import Calibrator
from chatbot.lab.lab import RetrievalLab
from chatbot.lab.runs import TEST_RUN_JOB, TestRunJob, TestRunner
from chatbot.models import Tenant, User
from chatbot.search.index_snapshots import IndexSnapshots
from chatbot.search.indexes import KnowledgeIndexes
from chatbot.search.reranking import Reranking
from chatbot.search.search import KnowledgeSearch
from chatbot.sources.fetching import SourceJob
from chatbot.sources.pages import FetchJob, PageFetcher
from chatbot.sources.sources import SOURCE_JOB
from chatbot.turn.pipeline import ChatbotPipeline
from chatbot.understanding.desk import UnderstandingDesk
from chatbot.understanding.measures.clusters import CLUSTER_JOB, ClusterJob
from chatbot.understanding.measures.drift import DRIFT_JOB, DriftJob
from chatbot.understanding.measures.evaluation import EVALUATE_JOB, EvaluationJob
from chatbot.understanding.serving import BotRuntimes
from chatbot.understanding.training.job import TRAIN_JOB, Training
from chatbot.understanding.versions.gate import QualityGate
from chatbot.understanding.versions.loaded import LoadedVersions
from connectors.address_guard import AddressGuard
from connectors.http_client import GuardedHttpClient
from knowledge.answering import ExtractiveAnswerer
from knowledge.answering.answerability import fitted_answerability
from knowledge.embedders import EmbedderSettings, create_routed
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.embedders.weights import WEIGHTS, fetch, present
from knowledge.faqs.index import QuestionIndex
from knowledge.index import KnowledgeIndex
from knowledge.index.explanation import Explainer
from knowledge.index.fusion import fitted_fusion
from knowledge.index.lexical import LexicalIndex
from knowledge.limits import ParseLimits
from knowledge.rerankers import RerankerSettings, create_reranker
from knowledge.vector_stores import VectorStoreSettings, create_vector_store
from nlu.language import detect_language
from nlu.vectors import Encoders

TURN_JOBS_AT_ONCE = 4
RERANKED_AT_ONCE = 8


def build(settings: Settings, *, embedder: RoutedEmbedder | None = None) -> Resources:
    """Reads the model weights and the keys; connects to nothing yet. Raises EmbeddingError without weights."""
    database = Database(settings.async_database_url)
    metrics = Metrics()
    # A turn computes on its own thread: BLAS threads beside it would only take turns. For the process.
    threadpool_limits(1, user_api="blas")
    embedder = embedder or build_embedder(settings)
    secret_box = SecretBox(settings.fernet_key)
    rate_limiter = RateLimiter(
        rates_of(settings),
        redis_url=settings.redis_url,
        on_outage=lambda: metrics.outage("redis"),
    )
    locks = create_locks(settings.redis_url)
    http_client = GuardedHttpClient(AddressGuard(settings.allowed_private_hosts))
    files = FileStore(settings.data_dir / "files", max_bytes=settings.max_upload_bytes)
    # Turns have threads of their own, so that none waits behind a document that is being indexed.
    turn_threads = ThreadPoolExecutor(settings.worker_threads, thread_name_prefix="turn")
    job_threads = ThreadPoolExecutor(settings.worker_threads, thread_name_prefix="job")
    desk_threads = ThreadPoolExecutor(settings.worker_threads, thread_name_prefix="desk")  # what admins ask of models
    fusion = fitted_fusion()
    index_threads = ThreadPoolExecutor(1, thread_name_prefix="index")
    vectors = partial(
        create_vector_store,
        settings.vector_store,
        VectorStoreSettings(url=settings.qdrant_url, api_key=settings.qdrant_api_key),
    )
    vector_store = vectors()  # which also refuses settings that name none

    def index_of(name: str, words: Path | None = None, *, writable: bool = False) -> KnowledgeIndex:
        # In this process a store of its own goes with its index: eviction gives all the memory back.
        store = vector_store if vector_store.is_shared else vectors()
        return KnowledgeIndex(name, embedder, store, fusion, lexical=LexicalIndex(words, writable=writable))

    indexes = KnowledgeIndexes(
        database,
        index_of,
        executor=turn_threads,
        max_bytes=settings.index_cache_bytes,
        snapshots=IndexSnapshots(settings.data_dir / "indexes", index_of),
        background=index_threads,
        drop_vectors=vector_store.drop,
    )
    questions = KnowledgeIndexes(
        database,
        lambda _name: QuestionIndex(embedder),
        executor=turn_threads,
        max_bytes=settings.index_cache_bytes // 8,
        kind=QUESTION,
    )
    rerank_threads = ThreadPoolExecutor(RERANKED_AT_ONCE, thread_name_prefix="rerank")  # most of them wait for a server
    knowledge_search = KnowledgeSearch(
        database,
        indexes,
        questions,
        answerability=fitted_answerability(),
        executor=turn_threads,
        reranking=build_reranking(settings, rerank_threads, on_outage=lambda: metrics.outage("reranker")),
    )
    across = embedder.for_all_languages()
    if across is not None:  # it reads its weights when first used, and the first user should not wait for that
        job_threads.submit(across.encode, ["hello"], language="en")
    encoders = Encoders(embedder, across)
    bots = BotRuntimes(
        database,
        encoders,
        LoadedVersions(turn_threads, encoders),
        max_bytes=settings.model_cache_bytes,
        on_damage=lambda: metrics.outage("models"),
    )
    connectors = TenantConnectors(database, http_client, secret_box, metrics)
    answerer = ExtractiveAnswerer(across)
    pipeline = ChatbotPipeline(knowledge_search, answerer, connectors, turn_threads)
    conversations = ConversationService(database, locks, bots, pipeline, metrics)
    jobs = JobQueue(database, settings, observe=metrics.job)
    encoder = PassageEncoder(embedder, executor=job_threads, threads=settings.worker_threads)
    limits = ParseLimits() if settings.text_recognition else ParseLimits(recognised_pages=0)
    ingestion = IngestionJob(database, files, encoder, limits=limits, observe=metrics.ingested)
    jobs.register(INGEST_JOB, ingestion, on_failure=ingestion.failed)
    rewriting = RewriteJob(database, files, encoder, limits=limits)
    jobs.register(REWRITE_JOB, rewriting, on_failure=rewriting.failed)
    pages = PageFetcher(http_client)
    fetching = FetchJob(database, files, pages, jobs)
    jobs.register(FETCH_JOB, fetching, on_failure=fetching.failed)
    sources = SourceJob(database, files, jobs, pages)
    jobs.register(SOURCE_JOB, sources, on_failure=sources.failed)
    jobs.register(PURGE_JOB, PurgeJob(database, files, knowledge_search.forget))
    faqs = FaqEditor(database, jobs, embedder, executor=turn_threads)
    jobs.register(FAQ_JOB, FaqEmbeddingJob(faqs))
    gate = QualityGate(database, bots.versions, desk_threads)
    jobs.register(TRAIN_JOB, Training(database, encoders, job_threads, gate=gate, jobs=jobs))
    evaluation = EvaluationJob(database, bots.versions, encoders, job_threads)
    jobs.register(EVALUATE_JOB, evaluation, on_failure=evaluation.failed)
    jobs.register(DRIFT_JOB, DriftJob(database, bots.versions, job_threads, jobs=jobs, metrics=metrics))
    jobs.register(CLUSTER_JOB, ClusterJob(database, bots.versions, encoders, job_threads))
    lab = RetrievalLab(
        database,
        knowledge_search,
        indexes,
        Explainer(embedder, fusion),
        answerer,
        executor=desk_threads,
    )
    test_runs = TestRunJob(database, TestRunner(database, lab, embedder.spaces()))
    jobs.register(TEST_RUN_JOB, test_runs, on_failure=test_runs.failed)
    jobs.register(CALIBRATE_JOB, CalibrationJob(Calibrator(database, lab)))
    jobs.register(TURN_JOB, TurnJob(conversations), concurrency=TURN_JOBS_AT_ONCE)
    return Resources(
        settings=settings,
        database=database,
        metrics=metrics,
        tokens=Tokens(
            settings.signing_key,
            access_minutes=settings.access_token_minutes,
            refresh_days=settings.refresh_token_days,
            visitor_hours=settings.visitor_token_hours,
        ),
        passwords=Passwords(),
        secrets=secret_box,
        rate_limiter=rate_limiter,
        locks=locks,
        jobs=jobs,
        files=files,
        knowledge_search=knowledge_search,
        faqs=faqs,
        chunks=ChunkEditor(database, files, jobs, PassageEncoder(embedder, executor=desk_threads), limits=limits),
        bots=bots,
        connectors=connectors,
        http_client=http_client,
        conversations=conversations,
        lab=lab,
        embedding_spaces=embedder.spaces(),
        passage_spaces={language: embedder.passage_spaces(language) for language in ("en", "zh")},
        understanding=UnderstandingDesk(database, bots, gate, jobs, desk_threads),
        threads=(turn_threads, job_threads, desk_threads, index_threads, rerank_threads),
    )


def build_embedder(settings: Settings) -> RoutedEmbedder:
    """One embedder a language, and the one that reads every language."""
    options = EmbedderSettings(
        models_folder=settings.weights_dir,
        language_of=detect_language,
        model=settings.embedding_model,
        base_url=settings.embedding_base_url,
        api_key=settings.embedding_api_key,
        dimension=settings.embedding_dimension,
    )
    kinds = {"en": settings.embedder_en, "zh": settings.embedder_zh}
    return create_routed(options, kinds=kinds, across=settings.embedder_across)


def build_reranking(settings: Settings, executor: Executor, *, on_outage: Callable[[], None]) -> Reranking | None:
    """None where no reranker is configured. Raises RerankingError for settings that name none."""
    if not settings.reranker:
        return None
    options = RerankerSettings(
        model=settings.reranker_model,
        base_url=settings.reranker_base_url,
        api_key=settings.reranker_api_key,
        timeout_s=settings.reranker_timeout_seconds,
    )
    return Reranking(
        create_reranker(settings.reranker, options),
        candidates=settings.reranker_candidates,
        executor=executor,
        on_outage=on_outage,
    )


def fetch_models(settings: Settings, progress: Callable[[str], None]) -> None:
    """Downloads the default models' weights where they are missing. Raises WeightsUnavailable."""
    fetch(list(WEIGHTS), settings.weights_dir, progress)


def list_models(settings: Settings) -> list[str]:
    """A line a model: name, licence, and whether it is here."""
    return [
        f"{weights.name}  {weights.licence}  {'present' if present(name, settings.weights_dir) else 'missing'}"
        for name, weights in WEIGHTS.items()
    ]


async def create_operator(settings: Settings, email: str, tenant_slug: str) -> str:
    """The password of the new user, shown nowhere else. Makes the tenant when there is none. Raises Conflict."""
    database = Database(settings.async_database_url)
    password = secrets.token_urlsafe(12)
    password_hash = await Passwords().hash(password)
    try:
        async with database.write(SYSTEM) as session:
            if await session.scalar(select(User.id).where(User.email == email.lower())):
                raise Conflict(f"There is already a user {email}.")
            tenant = await session.scalar(select(Tenant).where(Tenant.slug == tenant_slug))
            if tenant is None:
                tenant = Tenant(slug=tenant_slug, name=tenant_slug.capitalize())
                session.add(tenant)
                await session.flush()
            session.add(
                User(
                    tenant_id=tenant.id,
                    email=email.lower(),
                    password_hash=password_hash,
                    role="owner",
                    is_operator=True,
                )
            )
    finally:
        await database.close()
    return password
