"""Knowledge bases and what can be found in them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from chatbot.documents.knowledge_bases.bases import KnowledgeService
from chatbot.documents.knowledge_bases.repository import KnowledgeBaseSize
from chatbot.documents.repository import DocumentRepository
from chatbot.documents.schemas import ChunkBody, KnowledgeBaseBody, KnowledgeBasePatch, NewKnowledgeBase
from chatbot.edge.dependencies import ResourcesDep, SessionDep, require
from chatbot.edge.fields import Cursor, Identifier, Limit, ListOf
from chatbot.edge.problems import CONFLICT, NOT_FOUND
from chatbot.foundation.security import Caller
from chatbot.search.schemas import PassageBody, SearchQuery, SearchResult, topic_of
from nlu.language import detect_language

router = APIRouter(prefix="/v1/knowledge-bases", tags=["knowledge"])

Reader = Annotated[Caller, Depends(require("knowledge:read"))]
Writer = Annotated[Caller, Depends(require("knowledge:write"))]


async def _reading(caller: Reader, session: SessionDep, resources: ResourcesDep) -> KnowledgeService:
    return KnowledgeService(session, caller.tenant_id, resources.jobs)


async def _writing(caller: Writer, session: SessionDep, resources: ResourcesDep) -> KnowledgeService:
    return KnowledgeService(session, caller.tenant_id, resources.jobs)


Knowledge = Annotated[KnowledgeService, Depends(_reading)]
WritableKnowledge = Annotated[KnowledgeService, Depends(_writing)]


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


@router.post("/{knowledge_base_id}/search", responses=NOT_FOUND)
async def search(
    knowledge_base_id: Identifier, body: SearchQuery, caller: Reader, resources: ResourcesDep
) -> SearchResult:
    """The passages that answer best, with all that was ready when the request came."""
    if body.filter.document_ids:
        async with resources.database.read(caller.tenant_id) as session:
            documents = DocumentRepository(session, caller.tenant_id)
            for document_id in body.filter.document_ids:
                await documents.in_knowledge_base(knowledge_base_id, document_id)
    found = await resources.knowledge_search.read_one(
        caller.tenant_id,
        knowledge_base_id,
        body.question,
        language=body.language or detect_language(body.question),
        limit=body.limit,
        only=body.filter.read(),
        topic=topic_of(body.history),
    )
    return SearchResult(items=[PassageBody.of(passage) for passage in found.passages], searched=found.searched)
