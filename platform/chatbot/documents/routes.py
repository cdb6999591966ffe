"""Documents of a knowledge base: uploaded, pasted or fetched, described, replaced, deleted."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from chatbot.documents.documents import DocumentService
from chatbot.documents.knowledge_bases.bases import KnowledgeService
from chatbot.documents.repository import DocumentRepository
from chatbot.documents.schemas import DocumentBody, DocumentPatch, LinkedDocument, PastedText, ReplacedText
from chatbot.documents.uploads import has_member, is_json, read_body, received_file, received_text, upload_body
from chatbot.edge.dependencies import part, parts_of, require, service
from chatbot.edge.fields import Cursor, Identifier, Limit, ListOf, Name
from chatbot.edge.languages import PreferredLanguage as Language
from chatbot.edge.problems import CONFLICT, NOT_FOUND, documented
from chatbot.foundation.database import Database
from chatbot.foundation.errors import InvalidInput
from chatbot.foundation.files import FileStore
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.parts import Parts
from chatbot.foundation.security import Caller
from connectors.address_guard import AddressRefused
from connectors.http_client import GuardedHttpClient

router = APIRouter(prefix="/v1/knowledge-bases/{knowledge_base_id}/documents", tags=["knowledge"])

REFUSALS: dict[int | str, dict[str, object]] = {
    409: documented("The same file is there already; `document_id` says as which document."),
    413: documented("The file is too large."),
    415: documented("No loader reads such a file, or it is not what its name says."),
}

Writer = Annotated[Caller, Depends(require("knowledge:write"))]
Stored = Annotated[Database, part(Database)]
Files = Annotated[FileStore, part(FileStore)]
Jobs = Annotated[JobQueue, part(JobQueue)]


Knowledge = Annotated[KnowledgeService, service(KnowledgeService, "knowledge:read", JobQueue)]
WritableKnowledge = Annotated[KnowledgeService, service(KnowledgeService, "knowledge:write", JobQueue)]


@router.get("", responses=NOT_FOUND)
async def list_documents(
    knowledge_base_id: Identifier,
    knowledge: Knowledge,
    language: Language,
    tag: Annotated[Name | None, Query(description="Only documents with this tag.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ListOf[DocumentBody]:
    """Newest first."""
    found, following = await knowledge.documents(knowledge_base_id, limit=limit, cursor=cursor, tag=tag)
    return ListOf(items=[DocumentBody.of(row, language) for row in found], next_cursor=following)


@router.post(
    "", status_code=202, responses={**NOT_FOUND, **REFUSALS}, openapi_extra=upload_body(PastedText, LinkedDocument)
)
async def add_document(
    knowledge_base_id: Identifier,
    caller: Writer,
    request: Request,
    database: Stored,
    files: Files,
    jobs: Jobs,
    language: Language,
    allow_duplicate: bool = False,
) -> DocumentBody:
    """Upload a file, or send a text or an address as JSON. It is indexed in the background: ask until it is `ready`.

    A file that the knowledge base has already is refused, unless `allow_duplicate` says that it is meant.
    """
    # The body may take minutes to come: no transaction is open meanwhile, and none is begun for an unknown id.
    async with database.read(caller.tenant_id) as session:
        await KnowledgeService(session, caller.tenant_id, jobs).knowledge_base(knowledge_base_id)
    if is_json(request) and await has_member(request, "url"):
        link = await read_body(request, LinkedDocument)
        return await _link(knowledge_base_id, link, caller.tenant_id, parts_of(request), language)
    if is_json(request):
        pasted = await read_body(request, PastedText)
        received = await received_text(pasted.text, pasted.title, files, caller.tenant_id, language)
    else:
        received = await received_file(request, files, caller.tenant_id, language)
    try:
        async with database.write(caller.tenant_id) as session:
            if not allow_duplicate:
                documents = DocumentService(session, caller.tenant_id, jobs)
                await documents.refuse_duplicate(knowledge_base_id, received.file.sha256)
            knowledge = KnowledgeService(session, caller.tenant_id, jobs)
            document = await knowledge.add_document(knowledge_base_id, received)
    except BaseException:
        await files.delete(caller.tenant_id, received.document_id)
        raise
    return DocumentBody.of(document, language)


@router.get("/{document_id}", responses=NOT_FOUND)
async def get_document(
    knowledge_base_id: Identifier, document_id: Identifier, knowledge: Knowledge, language: Language
) -> DocumentBody:
    return DocumentBody.of(await knowledge.document(knowledge_base_id, document_id), language)


@router.patch("/{document_id}", responses={**NOT_FOUND, **CONFLICT})
async def describe_document(
    knowledge_base_id: Identifier,
    document_id: Identifier,
    body: DocumentPatch,
    documents: Annotated[DocumentService, service(DocumentService, "knowledge:write", JobQueue)],
    language: Language,
) -> DocumentBody:
    """Its title, and what searches may be narrowed by."""
    changed = await documents.describe(
        knowledge_base_id,
        document_id,
        title=body.title,
        tags=body.tags,
        attributes=body.attributes,
        language=body.language,
    )
    return DocumentBody.of(changed, language)


@router.put(
    "/{document_id}/content",
    status_code=202,
    responses={**NOT_FOUND, **REFUSALS},
    openapi_extra=upload_body(ReplacedText),
)
async def replace_document(
    knowledge_base_id: Identifier,
    document_id: Identifier,
    caller: Writer,
    request: Request,
    database: Stored,
    files: Files,
    jobs: Jobs,
    language: Language,
) -> DocumentBody:
    """Upload a new version. The old one answers until the new one is whole; only what is new in it is embedded."""
    async with database.read(caller.tenant_id) as session:
        documents = DocumentRepository(session, caller.tenant_id)
        title = (await documents.in_knowledge_base(knowledge_base_id, document_id)).title
    if is_json(request):
        text = (await read_body(request, ReplacedText)).text
        received = await received_text(text, title, files, caller.tenant_id, language)
    else:
        received = await received_file(request, files, caller.tenant_id, language)
    try:
        async with database.write(caller.tenant_id) as session:
            service = DocumentService(session, caller.tenant_id, jobs)
            document = await service.replace(knowledge_base_id, document_id, received)
    except BaseException:
        await files.delete(caller.tenant_id, received.document_id)
        raise
    return DocumentBody.of(document, language)


@router.delete("/{document_id}", status_code=204, responses=NOT_FOUND)
async def delete_document(knowledge_base_id: Identifier, document_id: Identifier, knowledge: WritableKnowledge) -> None:
    """No search finds it from now on."""
    await knowledge.delete_document(knowledge_base_id, document_id)


@router.post("/{document_id}/retry", status_code=202, responses={**NOT_FOUND, **CONFLICT})
async def retry_document(
    knowledge_base_id: Identifier, document_id: Identifier, knowledge: WritableKnowledge, language: Language
) -> DocumentBody:
    """Index a failed document again."""
    return DocumentBody.of(await knowledge.retry_document(knowledge_base_id, document_id), language)


async def _link(
    knowledge_base_id: str, link: LinkedDocument, tenant_id: str, parts: Parts, language: str
) -> DocumentBody:
    try:
        parts.get(GuardedHttpClient).check_url(link.url)
    except AddressRefused as error:
        raise InvalidInput(str(error), field="url") from error
    async with parts.get(Database).write(tenant_id) as session:
        documents = DocumentService(session, tenant_id, parts.get(JobQueue))
        return DocumentBody.of(await documents.add_link(knowledge_base_id, link.url, link.title or ""), language)
