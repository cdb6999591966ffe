"""Knowledge bases, their documents, chunks and vectors. The index in memory is derived from these rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chatbot.models.base import Base, JsonColumn, TenantOwned, UtcDateTime, utc_now


class KnowledgeBase(TenantOwned, Base):
    """`revision` grows in the same transaction as every change to its chunks; its row lock serialises writers."""

    __tablename__ = "knowledge_bases"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=0)
    purged_revision: Mapped[int] = mapped_column(default=0)  # deleted chunks up to here are gone: older indexes reload
    settings: Mapped[dict[str, object]] = mapped_column(JsonColumn, default=dict)  # chunking, threshold, calibration


class InKnowledgeBase(TenantOwned):
    """Goes with its knowledge base."""

    knowledge_base_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("knowledge_bases.id", ondelete="CASCADE"), index=True
    )


class Document(InKnowledgeBase, Base):
    """`status`: queued, processing, ready, failed. The file lies in the data folder under the document's id."""

    __tablename__ = "documents"

    title: Mapped[str] = mapped_column(String(500))
    file_name: Mapped[str] = mapped_column(String(255), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    url: Mapped[str | None] = mapped_column(Text, default=None)
    language: Mapped[str] = mapped_column(String(8), default="")
    status: Mapped[str] = mapped_column(String(16), default="queued")
    progress: Mapped[float] = mapped_column(default=0.0)  # 0 to 1
    pages_done: Mapped[int] = mapped_column(default=0)
    pages_total: Mapped[int] = mapped_column(default=0)  # 0 until known
    chunk_count: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)  # when it was last taken up
    tags: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    attributes: Mapped[dict[str, str]] = mapped_column(JsonColumn, default=dict)  # the tenant's own, for filters
    source_id: Mapped[str | None] = mapped_column(
        String(32), ForeignKey("sources.id", ondelete="SET NULL"), default=None, index=True
    )
    error_code: Mapped[str | None] = mapped_column(String(64), default=None)
    error: Mapped[str | None] = mapped_column(Text, default=None)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, onupdate=utc_now)


class Chunk(TenantOwned, Base):
    """`revision` is the knowledge base's when the row last changed; deleted rows stay until purged, for the indexes."""

    __tablename__ = "chunks"
    __table_args__ = (
        UniqueConstraint("document_id", "ordinal"),
        Index("ix_chunks_knowledge_base_id_revision", "knowledge_base_id", "revision"),
    )

    knowledge_base_id: Mapped[str] = mapped_column(String(32), ForeignKey("knowledge_bases.id", ondelete="CASCADE"))
    document_id: Mapped[str] = mapped_column(String(32), index=True)  # no foreign key: tombstones outlive the document
    kind: Mapped[str] = mapped_column(String(16), default="passage")  # or "question", of the FAQ named by document_id
    ordinal: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    heading: Mapped[str] = mapped_column(Text, default="")
    locator: Mapped[dict[str, object]] = mapped_column(JsonColumn, default=dict)
    language: Mapped[str] = mapped_column(String(8))
    content_hash: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int]
    is_deleted: Mapped[bool] = mapped_column(default=False)
    is_enabled: Mapped[bool] = mapped_column(default=True)
    is_edited: Mapped[bool] = mapped_column(default=False)  # by a person: kept when the document is indexed anew


class ChunkVector(TenantOwned, Base):
    """A chunk's vector in one space (model and digest): float16, little-endian, unit length."""

    __tablename__ = "chunk_vectors"
    __table_args__ = (UniqueConstraint("chunk_id", "space"),)

    chunk_id: Mapped[str] = mapped_column(String(32), ForeignKey("chunks.id", ondelete="CASCADE"))
    space: Mapped[str] = mapped_column(String(100))
    vector: Mapped[bytes] = mapped_column(LargeBinary)
