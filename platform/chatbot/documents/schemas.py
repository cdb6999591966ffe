"""Bodies of the knowledge routes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from chatbot.documents.knowledge_bases.repository import KnowledgeBaseSize
from chatbot.edge.failure_body import DocumentFailure
from chatbot.edge.fields import Identifier, Name, Sentence, StrictBody, Text, body_of
from chatbot.models import Document, KnowledgeBase, utc_now
from nlu.language import Language

LONGEST_TITLE = 500
Description = Annotated[Text, Field(max_length=2000)]
Locator = Annotated[
    dict[str, JsonValue],
    Field(
        description=(
            "Where it stands: page, heading, sheet, row, slide. `recognised`: read from a picture (OCR). "
            "`breaks` of a chunk: from which character of its text on another page or row follows, and which."
        ),
        examples=[{"page": 3, "recognised": True}],
    ),
]


class NewKnowledgeBase(StrictBody):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Handbook", "description": "For employees"}]})

    name: Name
    description: Description = ""


class KnowledgeBasePatch(StrictBody):
    """What is missing stays."""

    name: Name | None = None
    description: Description | None = None


class KnowledgeBaseBody(BaseModel):
    """`revision` grows with every change of its content."""

    id: Identifier
    name: str
    description: str
    revision: int
    document_count: int
    chunk_count: int
    created_at: datetime

    @classmethod
    def of(cls, row: KnowledgeBase, size: KnowledgeBaseSize) -> KnowledgeBaseBody:
        return body_of(cls, row, document_count=size.documents, chunk_count=size.chunks)


class PastedText(StrictBody):
    """A text that stands for a file."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"title": "Opening hours", "text": "The office opens at nine."}]}
    )

    title: Name
    text: Sentence


class LinkedDocument(StrictBody):
    """A page or file that is fetched in the background."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"url": "https://www.example.com/handbook.pdf"}]})

    url: Annotated[Sentence, Field(max_length=2000)]
    title: Name | None = None


class ReplacedText(StrictBody):
    """A text that takes the place of the document's content."""

    text: Sentence


DocumentTags = Annotated[list[Name], Field(max_length=50)]
Attributes = Annotated[
    dict[Annotated[Name, Field(max_length=100)], Annotated[Text, Field(max_length=500)]],
    Field(max_length=50, examples=[{"department": "sales"}]),
]


class DocumentPatch(StrictBody):
    """What is missing stays; `tags` and `attributes` replace what was there. A new title is indexed later."""

    title: Annotated[Name, Field(max_length=LONGEST_TITLE)] | None = None
    tags: DocumentTags | None = None
    attributes: Attributes | None = None
    language: Language | None = None


class DocumentBody(BaseModel):
    """`progress` is from 0 to 1. A document answers questions while it is still `processing`."""

    id: Identifier
    knowledge_base_id: Identifier
    title: str
    file_name: str
    media_type: str
    size: int = Field(description="Bytes.")
    language: str = Field(description="Empty until known.", examples=["zh"])
    status: Literal["queued", "processing", "ready", "failed"]
    progress: float
    pages_done: int
    pages_total: int = Field(description="0 until known.")
    eta_seconds: float | None = Field(description="Until it is ready, at its pace so far; null when not processing.")
    chunk_count: int
    tags: list[str]
    attributes: dict[str, str]
    url: str | None = Field(description="Where it was fetched from.")
    source_id: str | None
    sha256: str = Field(description="Of the file; empty until it is there.")
    error: DocumentFailure | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: Document, language: str) -> DocumentBody:
        failure = DocumentFailure.of(row.error_code, row.error, language)
        return body_of(cls, row, eta_seconds=_eta(row), error=failure)


def _eta(row: Document) -> float | None:
    if row.status != "processing" or row.started_at is None or row.progress <= 0:
        return None
    elapsed = (utc_now() - row.started_at).total_seconds()
    return round(max(elapsed, 0.0) * (1 - row.progress) / row.progress, 1)


class ChunkBody(BaseModel):
    """`ordinal` counts from 0 within the document."""

    id: Identifier
    document_id: Identifier
    ordinal: int
    text: str
    heading: str
    locator: Locator
    language: str
    is_enabled: bool = Field(description="A chunk that is not is found by nobody.")
    is_edited: bool = Field(description="A person put it in other words.")
