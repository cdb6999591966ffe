"""SQLAlchemy tables, one aggregate a file."""

from chatbot.models.api_key import ApiKey
from chatbot.models.base import Base, TenantOwned, index_tenants, new_id, utc_now
from chatbot.models.bot import Bot, BotEntity, BotFlow, BotKnowledgeBase, IntentExample
from chatbot.models.connection import Connection
from chatbot.models.conversation import Conversation, Feedback, Message
from chatbot.models.faq import Faq
from chatbot.models.idempotency import IdempotentRequest
from chatbot.models.job import Job
from chatbot.models.knowledge import Chunk, ChunkVector, Document, InKnowledgeBase, KnowledgeBase
from chatbot.models.lab import LabQuestion, LabRun, LabSet
from chatbot.models.source import Source
from chatbot.models.tenant import Tenant
from chatbot.models.understanding import DriftReport, Evaluation, MessageCluster, RegressionExample, Version
from chatbot.models.user import RefreshToken, User

index_tenants(Base.metadata)

__all__ = [
    "ApiKey",
    "Base",
    "Bot",
    "BotEntity",
    "BotFlow",
    "BotKnowledgeBase",
    "Chunk",
    "ChunkVector",
    "Connection",
    "Conversation",
    "Document",
    "DriftReport",
    "Evaluation",
    "Faq",
    "Feedback",
    "IdempotentRequest",
    "InKnowledgeBase",
    "IntentExample",
    "Job",
    "KnowledgeBase",
    "LabQuestion",
    "LabRun",
    "LabSet",
    "Message",
    "MessageCluster",
    "RefreshToken",
    "RegressionExample",
    "Source",
    "Tenant",
    "TenantOwned",
    "User",
    "Version",
    "new_id",
    "utc_now",
]
