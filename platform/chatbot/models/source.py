"""Where documents are fetched from again and again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chatbot.models.base import Base, JsonColumn, UtcDateTime
from chatbot.models.knowledge import InKnowledgeBase


class Source(InKnowledgeBase, Base):
    """`kind`: "url" (one page or file) or "site" (a sitemap or a bounded crawl). `pages`: URL to its validators."""

    __tablename__ = "sources"

    kind: Mapped[str] = mapped_column(String(16))
    url: Mapped[str] = mapped_column(Text)
    settings: Mapped[dict[str, object]] = mapped_column(JsonColumn, default=dict)
    interval_minutes: Mapped[int | None] = mapped_column(default=None)  # None: only when asked
    pages: Mapped[dict[str, object]] = mapped_column(JsonColumn, default=dict)
    status: Mapped[str] = mapped_column(String(16), default="idle")  # idle, fetching, failed
    error: Mapped[str | None] = mapped_column(Text, default=None)  # a line for its code above the text
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    next_fetch_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None, index=True)
