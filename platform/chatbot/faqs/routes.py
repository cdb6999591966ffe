"""FAQs of a knowledge base: questions with approved answers."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response

from chatbot.documents.knowledge_bases.repository import KnowledgeBaseRepository
from chatbot.edge.dependencies import SessionDep, part, require
from chatbot.edge.fields import Cursor, Identifier, Limit, ListOf, body_of
from chatbot.edge.problems import CONFLICT, NOT_FOUND
from chatbot.edge.uploaded_tables import TABLE_TOO_LARGE, TABLE_UPLOAD, uploaded_table
from chatbot.faqs.faqs import FaqContent, FaqEditor
from chatbot.faqs.repository import FaqRepository
from chatbot.faqs.schemas import FaqBody, FaqImportBody, FaqPatch, NewFaq
from chatbot.foundation.database import Database
from chatbot.foundation.security import Caller
from knowledge.faqs.table import MOST_BYTES, FaqRow, read_table, write_csv, write_xlsx

router = APIRouter(prefix="/v1/knowledge-bases/{knowledge_base_id}/faqs", tags=["knowledge"])

Reader = Annotated[Caller, Depends(require("knowledge:read"))]
Writer = Annotated[Caller, Depends(require("knowledge:write"))]
Faqs = Annotated[FaqEditor, part(FaqEditor)]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        }
    }
}


@router.get("", responses=NOT_FOUND)
async def list_faqs(
    knowledge_base_id: Identifier, caller: Reader, session: SessionDep, limit: Limit = 50, cursor: Cursor = None
) -> ListOf[FaqBody]:
    """Newest first."""
    faqs = FaqRepository(session, caller.tenant_id)
    found, following = await faqs.page_of(knowledge_base_id, limit=limit, cursor=cursor)
    return ListOf(items=[body_of(FaqBody, row) for row in found], next_cursor=following)


@router.post("", status_code=201, responses={**NOT_FOUND, **CONFLICT})
async def create_faq(knowledge_base_id: Identifier, body: NewFaq, caller: Writer, faqs: Faqs) -> FaqBody:
    """It answers from now on."""
    return body_of(FaqBody, await faqs.create(caller.tenant_id, knowledge_base_id, body.content()))


@router.get("/export", responses={**NOT_FOUND, **TABLE}, response_class=Response)
async def export_faqs(
    knowledge_base_id: Identifier,
    caller: Reader,
    session: SessionDep,
    format: Literal["csv", "xlsx"] = "csv",  # noqa: A002
) -> Response:
    """A table that a spreadsheet opens and the import takes back. No cell of it is a formula."""
    await KnowledgeBaseRepository(session, caller.tenant_id).get(knowledge_base_id)
    found = await FaqRepository(session, caller.tenant_id).all_of(knowledge_base_id)
    rows = [FaqRow(row.question, row.answer, tuple(row.alternatives), tuple(row.tags)) for row in found]
    content = await asyncio.to_thread(write_csv if format == "csv" else write_xlsx, rows)
    return Response(
        content,
        media_type="text/csv; charset=utf-8" if format == "csv" else XLSX,
        headers={"Content-Disposition": f'attachment; filename="faqs.{format}"'},
    )


@router.post("/import", responses={**NOT_FOUND, **TABLE_TOO_LARGE}, openapi_extra=TABLE_UPLOAD)
async def import_faqs(
    knowledge_base_id: Identifier,
    caller: Writer,
    request: Request,
    database: Annotated[Database, part(Database)],
    faqs: Faqs,
) -> FaqImportBody:
    """A .csv or .xlsx table with the columns question, answer, alternatives, tags; alternatives are parted by `|`.

    All of it or, when a row is at fault, nothing.
    """
    async with database.read(caller.tenant_id) as session:
        await KnowledgeBaseRepository(session, caller.tenant_id).get(knowledge_base_id)
    rows = await uploaded_table(request, read_table, most_bytes=MOST_BYTES, row_word="row")
    contents = [FaqContent(row.question, row.answer, row.alternatives, row.tags) for row in rows]
    return body_of(FaqImportBody, await faqs.import_all(caller.tenant_id, knowledge_base_id, contents))


@router.get("/{faq_id}", responses=NOT_FOUND)
async def get_faq(knowledge_base_id: Identifier, faq_id: Identifier, caller: Reader, session: SessionDep) -> FaqBody:
    return body_of(FaqBody, await FaqRepository(session, caller.tenant_id).in_knowledge_base(knowledge_base_id, faq_id))


@router.patch("/{faq_id}", responses={**NOT_FOUND, **CONFLICT})
async def change_faq(
    knowledge_base_id: Identifier, faq_id: Identifier, body: FaqPatch, caller: Writer, faqs: Faqs
) -> FaqBody:
    return body_of(FaqBody, await faqs.change(caller.tenant_id, knowledge_base_id, faq_id, body.change()))


@router.delete("/{faq_id}", status_code=204, responses=NOT_FOUND)
async def delete_faq(knowledge_base_id: Identifier, faq_id: Identifier, caller: Writer, faqs: Faqs) -> None:
    """It answers nobody from now on."""
    await faqs.delete(caller.tenant_id, knowledge_base_id, faq_id)
