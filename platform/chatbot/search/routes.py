"""What a question finds in a knowledge base."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from chatbot.documents.repository import DocumentRepository
from chatbot.edge.dependencies import part, require
from chatbot.edge.fields import Identifier
from chatbot.edge.problems import NOT_FOUND
from chatbot.foundation.database import Database
from chatbot.foundation.security import Caller
from chatbot.search.schemas import PassageBody, SearchQuery, SearchResult, topic_of
from chatbot.search.search import KnowledgeSearch
from nlu.language import detect_language

router = APIRouter(prefix="/v1/knowledge-bases", tags=["knowledge"])


@router.post("/{knowledge_base_id}/search", responses=NOT_FOUND)
async def search_knowledge_base(
    knowledge_base_id: Identifier,
    body: SearchQuery,
    caller: Annotated[Caller, Depends(require("knowledge:read"))],
    database: Annotated[Database, part(Database)],
    knowledge: Annotated[KnowledgeSearch, part(KnowledgeSearch)],
) -> SearchResult:
    """The passages that answer best, with all that was ready when the request came."""
    if body.filter.document_ids:
        async with database.read(caller.tenant_id) as session:
            documents = DocumentRepository(session, caller.tenant_id)
            for document_id in body.filter.document_ids:
                await documents.in_knowledge_base(knowledge_base_id, document_id)
    found = await knowledge.read_one(
        caller.tenant_id,
        knowledge_base_id,
        body.question,
        language=body.language or detect_language(body.question),
        limit=body.limit,
        only=body.filter.read(),
        topic=topic_of(body.history),
    )
    return SearchResult(items=[PassageBody.of(passage) for passage in found.passages], searched=found.searched)
