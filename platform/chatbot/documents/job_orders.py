"""The jobs of documents. Rooms above enqueue them too, or carry them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from chatbot.foundation.jobs.job_order import JobOrder

TOMBSTONES_KEPT_S = 3600.0  # indexes that catch up within this time need not load anew


@dataclass(frozen=True, slots=True)
class Ingest(JobOrder):
    """Index a new document's file."""

    kind: ClassVar[str] = "ingest"

    document_id: str
    knowledge_base_id: str


@dataclass(frozen=True, slots=True)
class Rewrite(JobOrder):
    """Index a document anew: from the file that was uploaded as `file_id`, described by `file`, or from its own."""

    kind: ClassVar[str] = "rewrite"

    document_id: str
    knowledge_base_id: str
    file_id: str | None = None
    file: dict[str, object] | None = None  # columns of the document


@dataclass(frozen=True, slots=True)
class Fetch(JobOrder):
    """Make what a document's address gives its file."""

    kind: ClassVar[str] = "fetch"

    document_id: str
    knowledge_base_id: str
    keep_title: bool = False


@dataclass(frozen=True, slots=True)
class Purge(JobOrder):
    """`document_ids`: files to delete. `knowledge_base_id`: tombstones, and files that a killed upload left."""

    kind: ClassVar[str] = "purge"

    document_ids: tuple[str, ...] = ()
    knowledge_base_id: str | None = None
