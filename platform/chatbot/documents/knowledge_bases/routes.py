"""Knowledge bases, and the chunks in them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from chatbot.documents.knowledge_bases.bases import KnowledgeService
from chatbot.documents.knowledge_bases.repository import KnowledgeBaseSize
from chatbot.documents.schemas import ChunkBody, KnowledgeBaseBody, KnowledgeBasePatch, NewKnowledgeBase
from chatbot.edge.dependencies import service
from chatbot.edge.fields import Cursor, Identifier, Limit, ListOf
from chatbot.edge.problems import CONFLICT, NOT_FOUND
from chatbot.foundation.jobs import JobQueue

router = APIRouter(prefix="/v1/knowledge-bases", tags=["knowledge"])


Knowledge = Annotated[KnowledgeService, service(KnowledgeService, "knowledge:read", JobQueue)]
WritableKnowledge = Annotated[KnowledgeService, service(KnowledgeService, "knowledge:write", JobQueue)]


@router.get("")
async def list_knowledge_bases(
    knowledge: Knowledge, limit: Limit = 50, cursor: Cursor = None
) -> ListOf[KnowledgeBaseBody]:
    """Newest first."""
    found, following = await knowledge.knowledge_bases(limit=limit, cursor=cursor)
    return ListOf(items=[KnowledgeBaseBody.of(row, size) for row, size in found], next_cursor=following)


@router.post("", status_code=201, responses=CONFLICT)
async def create_knowledge_base(body: NewKnowledgeBase, knowledge: WritableKnowledge) -> KnowledgeBaseBody:
    row = await knowledge.create_knowledge_base(name=body.name, description=body.description)
    return KnowledgeBaseBody.of(row, KnowledgeBaseSize(0, 0))


@router.get("/{knowledge_base_id}", responses=NOT_FOUND)
async def get_knowledge_base(knowledge_base_id: Identifier, knowledge: Knowledge) -> KnowledgeBaseBody:
    return KnowledgeBaseBody.of(*await knowledge.knowledge_base(knowledge_base_id))


@router.patch("/{knowledge_base_id}", responses={**NOT_FOUND, **CONFLICT})
async def change_knowledge_base(
    knowledge_base_id: Identifier, body: KnowledgeBasePatch, knowledge: WritableKnowledge
) -> KnowledgeBaseBody:
    changed = await knowledge.change_knowledge_base(knowledge_base_id, name=body.name, description=body.description)
    return KnowledgeBaseBody.of(*changed)


@router.delete("/{knowledge_base_id}", status_code=204, responses=NOT_FOUND)
async def delete_knowledge_base(knowledge_base_id: Identifier, knowledge: WritableKnowledge) -> None:
    """With all its documents. Bots that answered from it no longer do."""
    await knowledge.delete_knowledge_base(knowledge_base_id)


@router.get("/{knowledge_base_id}/chunks", responses=NOT_FOUND)
async def list_chunks(
    knowledge_base_id: Identifier,
    knowledge: Knowledge,
    document_id: Identifier | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ListOf[ChunkBody]:
    """Newest document first, each in reading order."""
    found, following = await knowledge.chunks(knowledge_base_id, document_id=document_id, limit=limit, cursor=cursor)
    return ListOf(items=[ChunkBody.of(row) for row in found], next_cursor=following)
