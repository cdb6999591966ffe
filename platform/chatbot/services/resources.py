"""The process-wide parts, built by `wiring.build` and handed to routes through `app.state.resources`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from chatbot.database import Database
from chatbot.freed_memory import FreedMemory
from chatbot.jobs import JobQueue
from chatbot.locks import Locks
from chatbot.metrics import Metrics
from chatbot.rate_limit import RateLimiter
from chatbot.security import Passwords, SecretBox, Tokens
from chatbot.services.bot_runtime import BotRuntimes
from chatbot.services.chunk_edits import ChunkEditor
from chatbot.services.connector_calls import TenantConnectors
from chatbot.services.conversations import ConversationService
from chatbot.services.faqs import FaqEditor
from chatbot.services.files import FileStore
from chatbot.services.knowledge_search import KnowledgeSearch
from chatbot.services.reindexing import queue_stale_documents, queue_stale_faqs
from chatbot.services.retrieval_lab import RetrievalLab
from chatbot.services.training_stale import queue_stale_versions
from chatbot.services.understanding import UnderstandingDesk
from chatbot.settings import Settings
from connectors.http_client import GuardedHttpClient

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Resources:
    """Everything a request may need that outlives it."""

    settings: Settings
    database: Database
    metrics: Metrics
    tokens: Tokens
    passwords: Passwords
    secrets: SecretBox
    rate_limiter: RateLimiter
    locks: Locks
    jobs: JobQueue
    files: FileStore
    knowledge_search: KnowledgeSearch
    faqs: FaqEditor
    chunks: ChunkEditor
    bots: BotRuntimes
    connectors: TenantConnectors
    http_client: GuardedHttpClient
    conversations: ConversationService
    understanding: UnderstandingDesk
    lab: RetrievalLab
    embedding_spaces: frozenset[str]
    passage_spaces: Mapping[str, frozenset[str]]  # by the passage's language
    threads: tuple[ThreadPoolExecutor, ...]
    freed_memory: FreedMemory = field(default_factory=FreedMemory)

    async def start(self) -> None:
        """After this the process takes jobs, unless the settings leave them to workers."""
        await self.freed_memory.start()
        if self.settings.run_jobs:
            await self.jobs.start()
            stale = await queue_stale_documents(self.database, self.jobs, self.passage_spaces)
            stale += await queue_stale_faqs(self.database, self.jobs, self.embedding_spaces)
            stale += await queue_stale_versions(self.database, self.jobs, self.embedding_spaces)
            if stale:
                logger.warning("making vectors and versions again for the configured models", extra={"count": stale})

    async def stop(self) -> None:
        """Turns finish, leases go back, connections close."""
        await self.freed_memory.stop()
        await self.conversations.stop()
        await self.jobs.stop()
        await self.knowledge_search.stop()
        await self.http_client.aclose()
        await self.rate_limiter.close()
        await self.locks.close()
        await self.database.close()
        for pool in self.threads:
            pool.shutdown(cancel_futures=True)
