"""From settings to the parts of a running process: the foundation here, then each room's own `wire`, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from fastapi import APIRouter
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it ships no types

from chatbot.accounts import wire as accounts
from chatbot.bots import wire as bots
from chatbot.connections import wire as connections
from chatbot.conversations import wire as conversations
from chatbot.documents import wire as documents
from chatbot.edge import wire as edge
from chatbot.exchange import wire as exchange
from chatbot.faqs import wire as faqs
from chatbot.foundation.database import Database
from chatbot.foundation.files import FileStore
from chatbot.foundation.freed_memory import FreedMemory
from chatbot.foundation.jobs import InProcessRunner, JobQueue, JobRunner
from chatbot.foundation.locks import Locks, create_locks
from chatbot.foundation.metrics import Metrics
from chatbot.foundation.parts import Parts
from chatbot.foundation.rate_limit import RateLimiter, rates_of
from chatbot.foundation.security.passwords import Passwords
from chatbot.foundation.security.secret_box import SecretBox
from chatbot.foundation.security.tokens import Tokens
from chatbot.foundation.settings import Settings
from chatbot.foundation.threads import DeskThreads, JobThreads, TurnThreads
from chatbot.lab import wire as lab
from chatbot.search import wire as search
from chatbot.sources import wire as sources
from chatbot.understanding import wire as understanding
from connectors.address_guard import AddressGuard
from connectors.http_client import GuardedHttpClient
from knowledge.embedders import EmbedderSettings, create_routed
from knowledge.embedders.routed import RoutedEmbedder
from nlu.language import detect_language
from web import wire as web


class Room(Protocol):
    """A room's module `wire`."""

    @property
    def ROUTERS(self) -> Sequence[APIRouter]: ...  # noqa: N802 -- a module's constant

    def wire(self, parts: Parts, settings: Settings) -> None:
        """Puts the room's parts and registers its jobs; may ask for what the rooms before it put."""
        ...


# Each may use what those above it put.
ROOMS: tuple[Room, ...] = (
    edge,
    accounts,
    bots,
    documents,
    search,
    sources,
    faqs,
    connections,
    understanding,
    conversations,
    lab,
    exchange,
    web,
)


def build(
    settings: Settings,
    *,
    embedder: RoutedEmbedder | None = None,
    runner: JobRunner | None = None,
    rooms: Sequence[Room] = ROOMS,
) -> Parts:
    """Reads the model weights and the keys; connects to nothing yet. `runner` carries jobs out, by default here.

    Raises EmbeddingError without weights.
    """
    parts = Parts()
    parts.put(settings, kind=Settings)
    _lay_the_foundation(parts, settings, runner or InProcessRunner())
    parts.put(embedder or build_embedder(settings))
    for room in rooms:
        room.wire(parts, settings)
    jobs = parts.get(JobQueue)
    parts.at_start_and_stop(jobs.start if settings.run_jobs else None, jobs.stop)  # the last to start, the first to end
    return parts


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


def _lay_the_foundation(parts: Parts, settings: Settings, runner: JobRunner) -> None:
    # A turn computes on its own thread: BLAS threads beside it would only take turns. For the process.
    threadpool_limits(1, user_api="blas")
    for threads in (TurnThreads, JobThreads, DeskThreads):
        pool = parts.put(threads(settings.worker_threads))
        parts.at_start_and_stop(on_stop=pool.stop)
    metrics = parts.put(Metrics())
    database = Database(settings.async_database_url)
    parts.put(database, on_stop=database.close)
    locks = create_locks(settings.redis_url)
    parts.put(locks, kind=Locks, on_stop=locks.close)
    limiter = RateLimiter(rates_of(settings), redis_url=settings.redis_url, on_outage=lambda: metrics.outage("redis"))
    parts.put(limiter, on_stop=limiter.close)
    http_client = GuardedHttpClient(AddressGuard(settings.allowed_private_hosts))
    parts.put(http_client, on_stop=http_client.aclose)
    parts.put(FileStore(settings.data_dir / "files", max_bytes=settings.max_upload_bytes))
    parts.put(SecretBox(settings.fernet_key))
    parts.put(Passwords())
    parts.put(
        Tokens(
            settings.signing_key,
            access_minutes=settings.access_token_minutes,
            refresh_days=settings.refresh_token_days,
            visitor_hours=settings.visitor_token_hours,
        )
    )
    parts.put(JobQueue(database, settings, runner, observe=metrics.job))
    freed_memory = FreedMemory()
    parts.put(freed_memory, on_start=freed_memory.start, on_stop=freed_memory.stop)
