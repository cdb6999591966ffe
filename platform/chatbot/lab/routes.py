"""The retrieval lab: why a knowledge base answers as it does, and from which score on it should."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from chatbot.edge.dependencies import part, require, service
from chatbot.edge.fields import Identifier
from chatbot.edge.job_body import JobBody
from chatbot.edge.languages import PreferredLanguage
from chatbot.edge.problems import NOT_FOUND
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.security import Caller
from chatbot.lab.calibration.calibration import CalibrationService
from chatbot.lab.lab import RetrievalLab
from chatbot.lab.schemas import CalibrationBody, CalibrationOrder, CalibrationState, LabBody, LabQuery
from chatbot.search.schemas import topic_of
from nlu.language import detect_language

router = APIRouter(prefix="/v1/knowledge-bases/{knowledge_base_id}", tags=["retrieval lab"])

Reader = Annotated[Caller, Depends(require("knowledge:read"))]
Lab = Annotated[RetrievalLab, part(RetrievalLab)]
Calibrations = Annotated[CalibrationService, service(CalibrationService, "knowledge:read", JobQueue)]
WritableCalibrations = Annotated[CalibrationService, service(CalibrationService, "knowledge:write", JobQueue)]


@router.post("/lab", responses=NOT_FOUND)
async def ask_lab(knowledge_base_id: Identifier, body: LabQuery, caller: Reader, lab: Lab) -> LabBody:
    """Dense, lexical and fused ranks side by side, with scores and milliseconds, and the answer they lead to."""
    language = body.language or detect_language(body.question)
    result = await lab.explain(
        caller.tenant_id,
        knowledge_base_id,
        body.question,
        language=language,
        limit=body.limit,
        only=body.filter.read(),
        topic=topic_of(body.history),
    )
    return LabBody.of(body.question, language, result)


@router.post("/calibrate", status_code=202, responses=NOT_FOUND)
async def start_calibration(
    knowledge_base_id: Identifier,
    body: CalibrationOrder,
    calibrations: WritableCalibrations,
    language: PreferredLanguage,
) -> JobBody:
    """A job asks the knowledge base made and reviewed questions, and fits the threshold from which it answers."""
    return JobBody.of(await calibrations.start(knowledge_base_id, body.wrong_answer_rate), language)


@router.get("/calibration", responses=NOT_FOUND)
async def get_calibration(
    knowledge_base_id: Identifier, calibrations: Calibrations, language: PreferredLanguage
) -> CalibrationState:
    """What is in use, and how far the last job is."""
    current, job = await calibrations.current(knowledge_base_id)
    return CalibrationState(
        current=None if current is None else CalibrationBody.of(current),
        job=None if job is None else JobBody.of(job, language),
    )


@router.delete("/calibration", status_code=204, responses=NOT_FOUND)
async def forget_calibration(knowledge_base_id: Identifier, calibrations: WritableCalibrations) -> None:
    """Back to the curve and threshold that all knowledge bases share."""
    await calibrations.forget(knowledge_base_id)
