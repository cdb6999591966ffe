"""Knowledge bases."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from chatbot.documents.knowledge_bases.bases import KnowledgeBaseService
from chatbot.documents.knowledge_bases.repository import KnowledgeBaseSize
from chatbot.documents.schemas import KnowledgeBaseBody, KnowledgeBasePatch, NewKnowledgeBase
from chatbot.edge.dependencies import service
from chatbot.edge.fields import Cursor, Identifier, Limit, ListOf
from chatbot.edge.problems import CONFLICT, NOT_FOUND
from chatbot.foundation.jobs import JobQueue

router = APIRouter(prefix="/v1/knowledge-bases", tags=["knowledge"])

Bases = Annotated[KnowledgeBaseService, service(KnowledgeBaseService, "knowledge:read", JobQueue)]
WritableBases = Annotated[KnowledgeBaseService, service(KnowledgeBaseService, "knowledge:write", JobQueue)]


@router.get("")
async def list_knowledge_bases(bases: Bases, limit: Limit = 50, cursor: Cursor = None) -> ListOf[KnowledgeBaseBody]:
    """Newest first."""
    found, following = await bases.page(limit=limit, cursor=cursor)
    return ListOf(items=[KnowledgeBaseBody.of(row, size) for row, size in found], next_cursor=following)


@router.post("", status_code=201, responses=CONFLICT)
async def create_knowledge_base(body: NewKnowledgeBase, bases: WritableBases) -> KnowledgeBaseBody:
    row = await bases.create(**dict(body))
    return KnowledgeBaseBody.of(row, KnowledgeBaseSize())


@router.get("/{knowledge_base_id}", responses=NOT_FOUND)
async def get_knowledge_base(knowledge_base_id: Identifier, bases: Bases) -> KnowledgeBaseBody:
    return KnowledgeBaseBody.of(*await bases.get(knowledge_base_id))


@router.patch("/{knowledge_base_id}", responses={**NOT_FOUND, **CONFLICT})
async def change_knowledge_base(
    knowledge_base_id: Identifier, body: KnowledgeBasePatch, bases: WritableBases
) -> KnowledgeBaseBody:
    return KnowledgeBaseBody.of(*await bases.change(knowledge_base_id, **dict(body)))


@router.delete("/{knowledge_base_id}", status_code=204, responses=NOT_FOUND)
async def delete_knowledge_base(knowledge_base_id: Identifier, bases: WritableBases) -> None:
    """With all its documents. Bots that answered from it no longer do."""
    await bases.delete(knowledge_base_id)
