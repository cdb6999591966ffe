"""Chunks of documents: read, put in other words, switched off; and how a knowledge base cuts its documents."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, model_validator

from chatbot.documents.chunks.edits import ChunkEditor
from chatbot.documents.documents import DocumentService
from chatbot.documents.schemas import ChunkBody, Locator
from chatbot.edge.dependencies import part, require, service
from chatbot.edge.fields import Cursor, Identifier, Limit, ListOf, Sentence, StrictBody, body_of
from chatbot.edge.problems import CONFLICT, NOT_FOUND
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.security import Caller
from knowledge.chunking import ChunkSettings
from knowledge.text.tokens import estimate_tokens

router = APIRouter(prefix="/v1/knowledge-bases/{knowledge_base_id}", tags=["knowledge"])

Reader = Annotated[Caller, Depends(require("knowledge:read"))]
Writer = Annotated[Caller, Depends(require("knowledge:write"))]
Chunks = Annotated[ChunkEditor, part(ChunkEditor)]


class ChunkPatch(StrictBody):
    """What is missing stays. Another text is found by its own words from now on."""

    text: Annotated[Sentence, Field(max_length=8000)] | None = None
    is_enabled: bool | None = None


class Chunking(StrictBody):
    """Budgets are estimated tokens. "headings": a chunk has one heading; "fixed": headings part nothing; "rows": a line
    of text or a row of a table is a chunk."""

    max_tokens: int = Field(default=200, ge=32, le=1024)
    overlap_tokens: int = Field(default=30, ge=0, le=512, description="Repeated where a paragraph must be cut.")
    min_tokens: int = Field(default=16, ge=0, le=512, description="Smaller sections are joined.")
    strategy: Literal["headings", "fixed", "rows"] = "headings"

    @model_validator(mode="after")
    def _fits(self) -> Chunking:
        if self.overlap_tokens >= self.max_tokens or self.min_tokens > self.max_tokens:
            raise ValueError("overlap_tokens and min_tokens must lie below max_tokens")
        return self

    def read(self) -> ChunkSettings:
        return ChunkSettings(**dict(self))


class ChunkingBody(BaseModel):
    settings: Chunking
    documents_queued: int = Field(default=0, description="Cut anew in the background; they answer meanwhile.")


class PreviewedChunk(BaseModel):
    ordinal: int
    text: str
    locator: Locator
    language: str
    tokens: int = Field(description="Estimated.")


class PreviewBody(BaseModel):
    """The first chunks; `total` is null where there are more than these."""

    items: list[PreviewedChunk]
    total: int | None


@router.get("/chunks", responses=NOT_FOUND)
async def list_chunks(
    knowledge_base_id: Identifier,
    documents: Annotated[DocumentService, service(DocumentService, "knowledge:read", JobQueue)],
    document_id: Identifier | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ListOf[ChunkBody]:
    """Newest document first, each in reading order."""
    found, following = await documents.chunks(knowledge_base_id, document_id=document_id, limit=limit, cursor=cursor)
    return ListOf(items=[body_of(ChunkBody, row) for row in found], next_cursor=following)


@router.get("/chunks/{chunk_id}", responses=NOT_FOUND)
async def get_chunk(knowledge_base_id: Identifier, chunk_id: Identifier, caller: Reader, chunks: Chunks) -> ChunkBody:
    return body_of(ChunkBody, await chunks.chunk(caller.tenant_id, knowledge_base_id, chunk_id))


@router.patch("/chunks/{chunk_id}", responses={**NOT_FOUND, **CONFLICT})
async def change_chunk(
    knowledge_base_id: Identifier, chunk_id: Identifier, body: ChunkPatch, caller: Writer, chunks: Chunks
) -> ChunkBody:
    """It stays so when the document is indexed anew, as long as the document says the same in that place."""
    return body_of(ChunkBody, await chunks.change(caller.tenant_id, knowledge_base_id, chunk_id, **dict(body)))


@router.get("/chunking", responses=NOT_FOUND)
async def get_chunking(knowledge_base_id: Identifier, caller: Reader, chunks: Chunks) -> ChunkingBody:
    return ChunkingBody(settings=body_of(Chunking, await chunks.settings(caller.tenant_id, knowledge_base_id)))


@router.put("/chunking", responses=NOT_FOUND)
async def change_chunking(
    knowledge_base_id: Identifier, body: Chunking, caller: Writer, chunks: Chunks
) -> ChunkingBody:
    """Documents are cut anew in the background; each answers from its old chunks until its new ones are whole."""
    queued = await chunks.apply(caller.tenant_id, knowledge_base_id, body.read())
    return ChunkingBody(settings=body, documents_queued=queued)


@router.post("/documents/{document_id}/chunking", responses=NOT_FOUND)
async def preview_chunking(
    knowledge_base_id: Identifier, document_id: Identifier, body: Chunking, caller: Reader, chunks: Chunks
) -> PreviewBody:
    """What a document would be cut into. Nothing is changed."""
    preview = await chunks.preview(caller.tenant_id, knowledge_base_id, document_id, body.read())
    items = [
        body_of(PreviewedChunk, draft, locator=draft.locator.to_json(), tokens=estimate_tokens(draft.text))
        for draft in preview.drafts
    ]
    return PreviewBody(items=items, total=preview.total)
