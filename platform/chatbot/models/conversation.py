"""Conversations, their messages, and what users thought of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chatbot.models.base import Base, JsonColumn, TenantOwned, UtcDateTime, utc_now


class Conversation(TenantOwned, Base):
    """One user's session with one bot. The user is part of the key, so naming another's session never opens it."""

    __tablename__ = "conversations"
    __table_args__ = (UniqueConstraint("tenant_id", "bot_id", "user_id", "session_id"),)

    bot_id: Mapped[str] = mapped_column(String(32), ForeignKey("bots.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[str] = mapped_column(String(128))  # the caller's own id; "visitor:<id>" for the widget
    session_id: Mapped[str] = mapped_column(String(160))
    channel: Mapped[str] = mapped_column(String(32), default="api")
    language: Mapped[str] = mapped_column(String(8), default="")
    status: Mapped[str] = mapped_column(String(16), default="open")  # open, handed_over, closed
    state: Mapped[dict[str, object]] = mapped_column(JsonColumn, default=dict)
    message_count: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)


class Message(TenantOwned, Base):
    """`response` and `trace` are of the bot's messages: the body the caller got, and what decided it."""

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("conversation_id", "ordinal"),)

    conversation_id: Mapped[str] = mapped_column(String(32), ForeignKey("conversations.id", ondelete="CASCADE"))
    ordinal: Mapped[int]  # 0-based in the conversation
    role: Mapped[str] = mapped_column(String(16))  # user, bot
    text: Mapped[str] = mapped_column(Text)
    response: Mapped[dict[str, object] | None] = mapped_column(JsonColumn, default=None)
    trace: Mapped[list[dict[str, object]] | None] = mapped_column(JsonColumn, default=None)


class Feedback(TenantOwned, Base):
    """One rating a message; a later one replaces it."""

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("message_id"),)

    message_id: Mapped[str] = mapped_column(String(32), ForeignKey("messages.id", ondelete="CASCADE"))
    rating: Mapped[str] = mapped_column(String(8))  # up, down
    comment: Mapped[str] = mapped_column(Text, default="")
