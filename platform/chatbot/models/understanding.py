"""What a bot's understanding is measured with, and what its conversations teach."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chatbot.models.base import Base, JsonColumn, TenantOwned, UtcDateTime


class RegressionExample(TenantOwned, Base):
    """A sentence every version must still understand; `intent` is None when it must be out of scope."""

    __tablename__ = "regression_examples"

    bot_id: Mapped[str] = mapped_column(String(32), ForeignKey("bots.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    intent: Mapped[str | None] = mapped_column(String(100), default=None)
    language: Mapped[str] = mapped_column(String(8), default="")


class Evaluation(TenantOwned, Base):
    """`kind`: "folds", "regression" or "test_set"; `report` is the whole evaluation.

    Until it is there, `report` holds what was asked for: {folds} or {examples}. `status`: queued, done, failed.
    """

    __tablename__ = "nlu_evaluations"

    bot_id: Mapped[str] = mapped_column(String(32), ForeignKey("bots.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[str | None] = mapped_column("model_id", String(32), default=None, index=True)
    job_id: Mapped[str | None] = mapped_column(String(32), default=None)
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16), default="queued")
    report: Mapped[dict[str, object]] = mapped_column(JsonColumn, default=dict)


class DriftReport(TenantOwned, Base):
    """One window of messages beside the training data."""

    __tablename__ = "drift_reports"

    bot_id: Mapped[str] = mapped_column(String(32), ForeignKey("bots.id", ondelete="CASCADE"), index=True)
    window_start: Mapped[datetime] = mapped_column(UtcDateTime)
    window_end: Mapped[datetime] = mapped_column(UtcDateTime)
    is_alert: Mapped[bool] = mapped_column(default=False)
    report: Mapped[dict[str, object]] = mapped_column(JsonColumn, default=dict)


class MessageCluster(TenantOwned, Base):
    """Messages that were not understood and mean the same; `status`: open, assigned, knowledge_gap, dismissed."""

    __tablename__ = "message_clusters"

    bot_id: Mapped[str] = mapped_column(String(32), ForeignKey("bots.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    size: Mapped[int] = mapped_column(default=0)
    messages: Mapped[list[dict[str, object]]] = mapped_column(JsonColumn, default=list)  # {id, text}
    suggestion: Mapped[str | None] = mapped_column(String(100), default=None)  # the nearest intent
    status: Mapped[str] = mapped_column(String(16), default="open")
    assigned_intent: Mapped[str | None] = mapped_column(String(100), default=None)


class Version(TenantOwned, Base):
    """Trained, and immutable; `content` is what `understanding.versions.content` packed."""

    __tablename__ = "nlu_models"
    __table_args__ = (UniqueConstraint("bot_id", "number"),)

    bot_id: Mapped[str] = mapped_column(String(32), ForeignKey("bots.id", ondelete="CASCADE"), index=True)
    data_hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    metrics: Mapped[dict[str, object]] = mapped_column(JsonColumn, default=dict)
    number: Mapped[int] = mapped_column(default=1)  # counts up within the bot
    settings: Mapped[dict[str, object]] = mapped_column(JsonColumn, default=dict)
    size: Mapped[int] = mapped_column(default=0)  # bytes of `content`
    created_by: Mapped[str | None] = mapped_column(String(80), default=None)
