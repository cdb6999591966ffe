"""Answers kept for retried requests."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chatbot.models.base import Base, JsonColumn, TenantOwned, UtcDateTime


class IdempotentRequest(TenantOwned, Base):
    """`response` is None while the first request is still at work."""

    __tablename__ = "idempotent_requests"
    __table_args__ = (UniqueConstraint("tenant_id", "caller", "key"),)

    caller: Mapped[str] = mapped_column(String(80))  # who sent it: "key:<id>", "user:<id>", "visitor:<id>"
    key: Mapped[str] = mapped_column(String(255))
    body_hash: Mapped[str] = mapped_column(String(64))
    response: Mapped[dict[str, object] | None] = mapped_column(JsonColumn, default=None)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
