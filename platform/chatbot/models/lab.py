"""Test sets of the retrieval lab: questions, the documents expected, and what each run found."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chatbot.models.base import Base, JsonColumn, TenantOwned


class LabSet(TenantOwned, Base):
    __tablename__ = "test_sets"
    __table_args__ = (UniqueConstraint("knowledge_base_id", "name"),)

    knowledge_base_id: Mapped[str] = mapped_column(String(32), ForeignKey("knowledge_bases.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))


class LabQuestion(TenantOwned, Base):
    """`expected` are ids of documents or FAQs; empty means that the question must be refused."""

    __tablename__ = "test_questions"

    test_set_id: Mapped[str] = mapped_column(String(32), ForeignKey("test_sets.id", ondelete="CASCADE"), index=True)
    question: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    expected: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    is_draft: Mapped[bool] = mapped_column(default=False)  # made by the platform, not yet reviewed


class LabRun(TenantOwned, Base):
    """`results`: one entry a question {question_id, rank, score, answered, found}."""

    __tablename__ = "test_runs"

    test_set_id: Mapped[str] = mapped_column(String(32), ForeignKey("test_sets.id", ondelete="CASCADE"), index=True)
    job_id: Mapped[str | None] = mapped_column(String(32), default=None)
    status: Mapped[str] = mapped_column(String(16), default="queued")
    settings: Mapped[dict[str, object]] = mapped_column(JsonColumn, default=dict)
    metrics: Mapped[dict[str, object]] = mapped_column(JsonColumn, default=dict)
    results: Mapped[list[dict[str, object]]] = mapped_column(JsonColumn, default=list)
