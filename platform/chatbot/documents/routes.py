"""Documents of a knowledge base: uploaded, pasted or fetched, described, replaced, deleted."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from chatbot.documents.documents import DocumentService
from chatbot.documents.intake import Intake
from chatbot.documents.schemas import (
    LONGEST_TITLE,
    DocumentBody,
    DocumentPatch,
    LinkedDocument,
    PastedText,
    ReplacedText,
)
from chatbot.documents.uploads import sent_content, sent_document
from chatbot.edge.dependencies import part, require, service
from chatbot.edge.fields import Cursor, Identifier, Limit, ListOf, Name
from chatbot.edge.languages import PreferredLanguage as Language
from chatbot.edge.multipart import upload_body
from chatbot.edge.problems import CONFLICT, NOT_FOUND, documented
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.security import Caller
from connectors.http_client import GuardedHttpClient

router = APIRouter(prefix="/v1/knowledge-bases/{knowledge_base_id}/documents", tags=["knowledge"])

TITLE = {"type": "string", "maxLength": LONGEST_TITLE}
REFUSALS: dict[int | str, dict[str, object]] = {
    409: documented("The same file is there already; `document_id` says as which document."),
    413: documented("The file is too large."),
    415: documented("No loader reads such a file, or it is not what its name says."),
}

Writer = Annotated[Caller, Depends(require("knowledge:write"))]
Received = Annotated[Intake, part(Intake)]
Documents = Annotated[DocumentService, service(DocumentService, "knowledge:read", JobQueue)]
WritableDocuments = Annotated[DocumentService, service(DocumentService, "knowledge:write", JobQueue)]


@router.get("", responses=NOT_FOUND)
async def list_documents(
    knowledge_base_id: Identifier,
    documents: Documents,
    language: Language,
    tag: Annotated[Name | None, Query(description="Only documents with this tag.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ListOf[DocumentBody]:
    """Newest first."""
    found, following = await documents.page(knowledge_base_id, limit=limit, cursor=cursor, tag=tag)
    return ListOf(items=[DocumentBody.of(row, language) for row in found], next_cursor=following)


@router.post(
    "",
    status_code=202,
    responses={**NOT_FOUND, **REFUSALS},
    openapi_extra=upload_body(PastedText, LinkedDocument, title=TITLE),
)
async def add_document(
    knowledge_base_id: Identifier,
    caller: Writer,
    request: Request,
    intake: Received,
    http_client: Annotated[GuardedHttpClient, part(GuardedHttpClient)],
    language: Language,
    allow_duplicate: bool = False,
) -> DocumentBody:
    """Upload a file, or send a text or an address as JSON. It is indexed in the background: ask until it is `ready`.

    A file that the knowledge base has already is refused, unless `allow_duplicate` says that it is meant.
    """
    body = sent_document(request, http_client)
    document = await intake.add(caller.tenant_id, knowledge_base_id, body, allow_duplicate=allow_duplicate)
    return DocumentBody.of(document, language)


@router.get("/{document_id}", responses=NOT_FOUND)
async def get_document(
    knowledge_base_id: Identifier, document_id: Identifier, documents: Documents, language: Language
) -> DocumentBody:
    return DocumentBody.of(await documents.get(knowledge_base_id, document_id), language)


@router.patch("/{document_id}", responses={**NOT_FOUND, **CONFLICT})
async def describe_document(
    knowledge_base_id: Identifier,
    document_id: Identifier,
    body: DocumentPatch,
    documents: WritableDocuments,
    language: Language,
) -> DocumentBody:
    """Its title, and what searches may be narrowed by."""
    return DocumentBody.of(await documents.describe(knowledge_base_id, document_id, **dict(body)), language)


@router.put(
    "/{document_id}/content",
    status_code=202,
    responses={**NOT_FOUND, **REFUSALS},
    openapi_extra=upload_body(ReplacedText, title=TITLE),
)
async def replace_document(
    knowledge_base_id: Identifier,
    document_id: Identifier,
    caller: Writer,
    request: Request,
    intake: Received,
    language: Language,
) -> DocumentBody:
    """Upload a new version. The old one answers until the new one is whole; only what is new in it is embedded."""
    document = await intake.replace(caller.tenant_id, knowledge_base_id, document_id, sent_content(request))
    return DocumentBody.of(document, language)


@router.delete("/{document_id}", status_code=204, responses=NOT_FOUND)
async def delete_document(knowledge_base_id: Identifier, document_id: Identifier, documents: WritableDocuments) -> None:
    """No search finds it from now on."""
    await documents.delete(knowledge_base_id, document_id)


@router.post("/{document_id}/retry", status_code=202, responses={**NOT_FOUND, **CONFLICT})
async def retry_document(
    knowledge_base_id: Identifier, document_id: Identifier, documents: WritableDocuments, language: Language
) -> DocumentBody:
    """Index a failed document again."""
    return DocumentBody.of(await documents.retry(knowledge_base_id, document_id), language)
