"""Conversations among the parts of a process."""

from __future__ import annotations

from chatbot.connections.calls import TenantConnectors
from chatbot.conversations import chat_routes, history_routes, stream_routes
from chatbot.conversations.tasks import AnswerLater, TurnJob
from chatbot.conversations.turns import ConversationService
from chatbot.foundation.database import Database
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.locks import Locks
from chatbot.foundation.metrics import Metrics
from chatbot.foundation.parts import Parts
from chatbot.foundation.settings import Settings
from chatbot.foundation.threads import TurnThreads
from chatbot.search.search import KnowledgeSearch
from chatbot.turn.pipeline import ChatbotPipeline
from chatbot.understanding.serving import BotRuntimes
from knowledge.answering import ExtractiveAnswerer

ROUTERS = (chat_routes.router, stream_routes.router, history_routes.router)

TURN_JOBS_AT_ONCE = 4


def wire(parts: Parts, settings: Settings) -> None:
    pipeline = ChatbotPipeline(
        parts.get(KnowledgeSearch),
        parts.get(ExtractiveAnswerer),
        parts.get(TenantConnectors),
        parts.get(TurnThreads),
    )
    conversations = ConversationService(
        parts.get(Database), parts.get(Locks), parts.get(BotRuntimes), pipeline, parts.get(Metrics)
    )
    parts.put(conversations, on_stop=conversations.stop)
    parts.get(JobQueue).register(AnswerLater, TurnJob(conversations), concurrency=TURN_JOBS_AT_ONCE)
