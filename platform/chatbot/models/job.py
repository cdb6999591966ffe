"""Work done behind a request. The row is the truth; an executor only carries it out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chatbot.models.base import Base, JsonColumn, TenantOwned, UtcDateTime, utc_now


class Job(TenantOwned, Base):
    """`status`: queued, running, done, failed. A running job whose lease has passed is handed out again."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_status_run_after", "status", "run_after"),)

    kind: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, object]] = mapped_column(JsonColumn)  # ids and small values, never documents
    status: Mapped[str] = mapped_column(String(16), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=5)
    run_after: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    lease_owner: Mapped[str | None] = mapped_column(String(64), default=None)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    progress: Mapped[float] = mapped_column(default=0.0)
    result: Mapped[dict[str, object] | None] = mapped_column(JsonColumn, default=None)
    error_code: Mapped[str | None] = mapped_column(String(64), default=None)
    error: Mapped[str | None] = mapped_column(Text, default=None)  # of the last attempt
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
