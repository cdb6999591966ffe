"""Questions with their approved answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chatbot.models.base import Base, JsonColumn, UtcDateTime, utc_now
from chatbot.models.knowledge import InKnowledgeBase


class Faq(InKnowledgeBase, Base):
    """Each way of asking is a chunk of kind "question" whose document_id is this row's id."""

    __tablename__ = "faqs"

    question: Mapped[str] = mapped_column(Text)
    alternatives: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    answer: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    tags: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    is_enabled: Mapped[bool] = mapped_column(default=True)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, onupdate=utc_now)
