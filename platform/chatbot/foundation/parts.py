"""The process-wide parts, built by `wiring.build` and handed to routes through `app.state.resources`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from chatbot.connections.calls import TenantConnectors
from chatbot.conversations.turns import ConversationService
from chatbot.documents.chunks.edits import ChunkEditor
from chatbot.documents.indexing.stale import queue_stale_documents
from chatbot.faqs.faqs import FaqEditor
from chatbot.faqs.stale import queue_stale_faqs
from chatbot.foundation.database import Database
from chatbot.foundation.files import FileStore
from chatbot.foundation.freed_memory import FreedMemory
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.locks import Locks
from chatbot.foundation.metrics import Metrics
from chatbot.foundation.rate_limit import RateLimiter
from chatbot.foundation.security.passwords import Passwords
from chatbot.foundation.security.secret_box import SecretBox
from chatbot.foundation.security.tokens import Tokens
from chatbot.foundation.settings import Settings
from chatbot.lab.lab import RetrievalLab
from chatbot.search.search import KnowledgeSearch
from chatbot.understanding.desk import UnderstandingDesk
from chatbot.understanding.serving import BotRuntimes
from chatbot.understanding.training.stale import queue_stale_versions
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
