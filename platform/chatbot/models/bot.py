"""A bot: what it understands, how it talks, what it may read, and where its widget may stand."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chatbot.models.base import Base, JsonColumn, TenantOwned, UtcDateTime, utc_now


class Bot(TenantOwned, Base):
    """`revision` grows with every change to the bot or to anything below it, so that replicas know when to reload."""

    __tablename__ = "bots"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: Mapped[str] = mapped_column(String(200))
    default_language: Mapped[str] = mapped_column(String(8), default="zh")
    is_default: Mapped[bool] = mapped_column(default=False)  # answers when a request names no bot
    is_active: Mapped[bool] = mapped_column(default=True)
    greeting: Mapped[dict[str, str]] = mapped_column(JsonColumn, default=dict)  # language to text
    timezone: Mapped[str] = mapped_column(String(64), default="Asia/Shanghai")
    answer_threshold: Mapped[float | None] = mapped_column(default=None)  # None: the calibrated default
    widget_key: Mapped[str] = mapped_column(String(64), unique=True)  # public
    allowed_origins: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    active_version_id: Mapped[str | None] = mapped_column("active_model_id", String(32), default=None)
    understanding: Mapped[dict[str, object]] = mapped_column(JsonColumn, default=dict)  # see UnderstandingSettings
    revision: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, onupdate=utc_now)


class BotKnowledgeBase(TenantOwned, Base):
    """Which knowledge bases a bot answers from."""

    __tablename__ = "bot_knowledge_bases"
    __table_args__ = (UniqueConstraint("bot_id", "knowledge_base_id"),)

    bot_id: Mapped[str] = mapped_column(String(32), ForeignKey("bots.id", ondelete="CASCADE"))
    knowledge_base_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("knowledge_bases.id", ondelete="CASCADE"), index=True
    )


class IntentExample(TenantOwned, Base):
    """One training sentence; a bot's intents are the distinct names here."""

    __tablename__ = "intent_examples"

    bot_id: Mapped[str] = mapped_column(String(32), ForeignKey("bots.id", ondelete="CASCADE"), index=True)
    intent: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    entities: Mapped[list[dict[str, object]]] = mapped_column(JsonColumn, default=list)  # {name, start, end, ...}


class BotEntity(TenantOwned, Base):
    """An entity the tenant declared: {kind, values, pattern} in `definition`."""

    __tablename__ = "bot_entities"
    __table_args__ = (UniqueConstraint("bot_id", "name"),)

    bot_id: Mapped[str] = mapped_column(String(32), ForeignKey("bots.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    definition: Mapped[dict[str, object]] = mapped_column(JsonColumn)


class BotFlow(TenantOwned, Base):
    """A dialogue flow as data; `dialogue.flow.parse_flow` checks it before it is stored."""

    __tablename__ = "bot_flows"
    __table_args__ = (UniqueConstraint("bot_id", "name"),)

    bot_id: Mapped[str] = mapped_column(String(32), ForeignKey("bots.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    definition: Mapped[dict[str, object]] = mapped_column(JsonColumn)
