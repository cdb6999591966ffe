"""Test sets of a knowledge base: questions with what should answer them, and runs that ask them all."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response, params

from chatbot.edge.dependencies import SessionDep, part, require
from chatbot.edge.fields import Cursor, Identifier, Limit, ListOf
from chatbot.edge.problems import CONFLICT, NOT_FOUND
from chatbot.edge.uploaded_tables import TABLE_TOO_LARGE, TABLE_UPLOAD, faulty_table, uploaded_table
from chatbot.foundation.database import Database
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.security import Caller
from chatbot.lab.repository import LabSetSize
from chatbot.lab.runs import LabRunService
from chatbot.lab.set_schemas import (
    Approved,
    ComparisonBody,
    Drafted,
    DraftOrder,
    LabSetBody,
    NewLabSet,
    NewQuestion,
    QuestionBody,
    QuestionPatch,
    QuestionsImported,
    RunBody,
    RunWithResults,
)
from chatbot.lab.sets import LabSetService
from knowledge.faqs.table import FaqTableInvalid
from knowledge.measuring.question_table import MOST_TABLE_BYTES, read_questions, write_questions

router = APIRouter(prefix="/v1/knowledge-bases/{knowledge_base_id}/test-sets", tags=["retrieval lab"])

Writer = Annotated[Caller, Depends(require("knowledge:write"))]


def _sets(scope: str) -> params.Depends:
    """Those of the knowledge base that the path names."""

    async def made(
        knowledge_base_id: Identifier, *, caller: Caller = Depends(require(scope)), session: SessionDep
    ) -> LabSetService:
        return LabSetService(session, caller.tenant_id, knowledge_base_id)

    dependency: params.Depends = Depends(made)
    return dependency


def _runs(scope: str) -> params.Depends:
    """Those of the set that the path names."""

    async def made(
        knowledge_base_id: Identifier,
        test_set_id: Identifier,
        *,
        caller: Caller = Depends(require(scope)),
        session: SessionDep,
        jobs: Annotated[JobQueue, part(JobQueue)],
    ) -> LabRunService:
        return LabRunService(session, caller.tenant_id, knowledge_base_id, test_set_id, jobs)

    dependency: params.Depends = Depends(made)
    return dependency


Sets = Annotated[LabSetService, _sets("knowledge:read")]
WritableSets = Annotated[LabSetService, _sets("knowledge:write")]
Runs = Annotated[LabRunService, _runs("knowledge:read")]
WritableRuns = Annotated[LabRunService, _runs("knowledge:write")]


@router.get("", responses=NOT_FOUND)
async def list_test_sets(sets: Sets, limit: Limit = 50, cursor: Cursor = None) -> ListOf[LabSetBody]:
    """Newest first."""
    found, following = await sets.page(limit=limit, cursor=cursor)
    return ListOf(items=[LabSetBody.of(row, size) for row, size in found], next_cursor=following)


@router.post("", status_code=201, responses={**NOT_FOUND, **CONFLICT})
async def create_test_set(body: NewLabSet, sets: WritableSets) -> LabSetBody:
    return LabSetBody.of(await sets.create(body.name), LabSetSize())


@router.get("/{test_set_id}", responses=NOT_FOUND)
async def get_test_set(test_set_id: Identifier, sets: Sets) -> LabSetBody:
    return LabSetBody.of(*await sets.get(test_set_id))


@router.patch("/{test_set_id}", responses={**NOT_FOUND, **CONFLICT})
async def rename_test_set(test_set_id: Identifier, body: NewLabSet, sets: WritableSets) -> LabSetBody:
    return LabSetBody.of(*await sets.rename(test_set_id, body.name))


@router.delete("/{test_set_id}", status_code=204, responses=NOT_FOUND)
async def delete_test_set(test_set_id: Identifier, sets: WritableSets) -> None:
    """With its questions and runs."""
    await sets.delete(test_set_id)


@router.get("/{test_set_id}/questions", responses=NOT_FOUND)
async def list_questions(
    test_set_id: Identifier,
    sets: Sets,
    is_draft: bool | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ListOf[QuestionBody]:
    """Newest first."""
    found, following = await sets.questions(test_set_id, is_draft=is_draft, limit=limit, cursor=cursor)
    return ListOf(items=[QuestionBody.of(view) for view in found], next_cursor=following)


@router.post("/{test_set_id}/questions", status_code=201, responses={**NOT_FOUND, **CONFLICT})
async def add_question(test_set_id: Identifier, body: NewQuestion, sets: WritableSets) -> QuestionBody:
    """One without expected documents must be refused."""
    view = await sets.add_question(test_set_id, body.question, body.expected, body.language)
    return QuestionBody.of(view)


@router.post("/{test_set_id}/questions/approve", responses=NOT_FOUND)
async def approve_questions(test_set_id: Identifier, sets: WritableSets) -> Approved:
    """All drafts count as reviewed from now on."""
    return Approved(approved=await sets.approve(test_set_id))


@router.patch("/{test_set_id}/questions/{question_id}", responses=NOT_FOUND)
async def change_question(
    test_set_id: Identifier, question_id: Identifier, body: QuestionPatch, sets: WritableSets
) -> QuestionBody:
    """`is_draft: false` says that somebody has reviewed it."""
    view = await sets.change_question(
        test_set_id,
        question_id,
        question=body.question,
        expected=body.expected,
        language=body.language,
        is_draft=body.is_draft,
    )
    return QuestionBody.of(view)


@router.delete("/{test_set_id}/questions/{question_id}", status_code=204, responses=NOT_FOUND)
async def delete_question(test_set_id: Identifier, question_id: Identifier, sets: WritableSets) -> None:
    """Runs that asked it keep their result."""
    await sets.delete_question(test_set_id, question_id)


@router.post("/{test_set_id}/draft", responses=NOT_FOUND)
async def draft_questions(test_set_id: Identifier, body: DraftOrder, sets: WritableSets) -> Drafted:
    """Questions made from headings and FAQs, for people to review; no run asks them before."""
    return Drafted(added=await sets.draft(test_set_id, body.limit))


@router.get(
    "/{test_set_id}/export",
    responses={**NOT_FOUND, 200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    response_class=Response,
)
async def export_questions(test_set_id: Identifier, sets: Sets) -> Response:
    """A CSV table that a spreadsheet opens and the import takes back. No cell of it is a formula."""
    content = await asyncio.to_thread(write_questions, await sets.rows(test_set_id))
    return Response(
        content,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="questions.csv"'},
    )


@router.post("/{test_set_id}/import", responses={**NOT_FOUND, **TABLE_TOO_LARGE}, openapi_extra=TABLE_UPLOAD)
async def import_questions(
    knowledge_base_id: Identifier,
    test_set_id: Identifier,
    caller: Writer,
    request: Request,
    database: Annotated[Database, part(Database)],
) -> QuestionsImported:
    """A .csv table with the columns question, expected and, if wanted, language.

    `expected` holds titles or ids, parted by `|`; empty: the question must be refused. All of it or, when a row is at
    fault, nothing.
    """
    async with database.read(caller.tenant_id) as session:
        await LabSetService(session, caller.tenant_id, knowledge_base_id).get(test_set_id)
    rows = await uploaded_table(
        request, lambda path, _name: read_questions(path), most_bytes=MOST_TABLE_BYTES, row_word="line"
    )
    try:
        async with database.write(caller.tenant_id) as session:
            service = LabSetService(session, caller.tenant_id, knowledge_base_id)
            added, unchanged = await service.add_rows(test_set_id, rows)
    except FaqTableInvalid as error:
        raise faulty_table(error, "line") from error
    return QuestionsImported(added=added, unchanged=unchanged)


@router.post("/{test_set_id}/runs", status_code=202, responses={**NOT_FOUND, **CONFLICT})
async def start_run(runs: WritableRuns) -> RunBody:
    """A job asks all reviewed questions; ask for the run until it is done."""
    return RunBody.model_validate(await runs.start())


@router.get("/{test_set_id}/runs", responses=NOT_FOUND)
async def list_runs(runs: Runs, limit: Limit = 50, cursor: Cursor = None) -> ListOf[RunBody]:
    """Newest first."""
    found, following = await runs.page(limit=limit, cursor=cursor)
    return ListOf(items=[RunBody.model_validate(row) for row in found], next_cursor=following)


@router.get("/{test_set_id}/runs/compare", responses=NOT_FOUND)
async def compare_runs(
    runs: Runs,
    a: Annotated[Identifier, Query(description="A run.")],
    b: Annotated[Identifier, Query(description="The run to compare it with.")],
) -> ComparisonBody:
    """Whether one is better than the other, tested over the questions that both asked."""
    return ComparisonBody.of(await runs.compare(a, b))


@router.get("/{test_set_id}/runs/{run_id}", responses=NOT_FOUND)
async def get_run(run_id: Identifier, runs: Runs) -> RunWithResults:
    return RunWithResults.model_validate(await runs.get(run_id))
