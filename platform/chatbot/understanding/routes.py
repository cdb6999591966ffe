"""A bot's understanding: training, versions, and what they make of a text."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from chatbot.edge.dependencies import part, require, service
from chatbot.edge.fields import Cursor, Identifier, Limit, ListOf
from chatbot.edge.job_body import JobBody
from chatbot.edge.languages import PreferredLanguage
from chatbot.edge.problems import CONFLICT, NOT_FOUND
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.security import Caller
from chatbot.understanding.desk import UnderstandingDesk
from chatbot.understanding.jobs import JobService
from chatbot.understanding.parse_schemas import ExplanationBody, ParseBatch, ParsedBatch, ParsedBody, ParseQuery
from chatbot.understanding.schemas import Activation, GateBody, StateBody, StatePatch, TrainingOrder, VersionBody
from chatbot.understanding.versions.versions import VersionService

router = APIRouter(prefix="/v1/bots/{bot_id}/nlu", tags=["understanding"])

Reader = Annotated[Caller, Depends(require("bots:read"))]
Writer = Annotated[Caller, Depends(require("bots:write"))]


Versions = Annotated[VersionService, service(VersionService, "bots:read", JobQueue)]
WritableVersions = Annotated[VersionService, service(VersionService, "bots:write", JobQueue)]
Jobs = Annotated[JobService, service(JobService, "bots:read")]
Desk = Annotated[UnderstandingDesk, part(UnderstandingDesk)]


@router.get("", responses=NOT_FOUND)
async def get_understanding(bot_id: Identifier, versions: Versions, language: PreferredLanguage) -> StateBody:
    return StateBody.of(await versions.state(bot_id), language)


@router.patch("", responses=NOT_FOUND)
async def change_understanding(
    bot_id: Identifier, body: StatePatch, versions: WritableVersions, language: PreferredLanguage
) -> StateBody:
    """In force with the next message; small talk that is switched on, with the next training."""
    now = (await versions.state(bot_id)).settings
    given = body.model_fields_set
    changed = await versions.configure(
        bot_id,
        small_talk=body.small_talk if "small_talk" in given else None,
        split=now.split if "split" not in given else body.split.settings() if body.split else None,
        shadow=now.shadow if "shadow_version_id" not in given else body.shadow_version_id,
    )
    return StateBody.of(changed, language)


@router.post("/train", status_code=202, responses=NOT_FOUND)
async def start_training(
    bot_id: Identifier, body: TrainingOrder, caller: Writer, versions: WritableVersions, language: PreferredLanguage
) -> JobBody:
    """A bot's first version answers at once. The job's result names the version, and what the gate found."""
    job = await versions.train(bot_id, activate=body.activate, created_by=caller.caller_id)
    return JobBody.of(job, language)


@router.get("/jobs/{job_id}", responses=NOT_FOUND)
async def get_understanding_job(
    bot_id: Identifier, job_id: Identifier, jobs: Jobs, language: PreferredLanguage
) -> JobBody:
    """Of training, evaluation, drift or clusters."""
    return JobBody.of(await jobs.get(bot_id, job_id), language)


@router.get("/versions", responses=NOT_FOUND)
async def list_versions(
    bot_id: Identifier, versions: Versions, limit: Limit = 50, cursor: Cursor = None
) -> ListOf[VersionBody]:
    """Newest first."""
    found, following = await versions.page(bot_id, limit=limit, cursor=cursor)
    return ListOf(items=[VersionBody.of(version) for version in found], next_cursor=following)


@router.get("/versions/{version_id}", responses=NOT_FOUND)
async def get_version(bot_id: Identifier, version_id: Identifier, versions: Versions) -> VersionBody:
    return VersionBody.of(await versions.get(bot_id, version_id))


@router.get("/versions/{version_id}/gate", responses={**NOT_FOUND, **CONFLICT})
async def ask_gate(bot_id: Identifier, version_id: Identifier, caller: Reader, desk: Desk) -> GateBody:
    """What activating the version would change on the regression set."""
    return GateBody.of(await desk.gate(caller.tenant_id, bot_id, version_id))


@router.post("/versions/{version_id}/activate", responses={**NOT_FOUND, **CONFLICT})
async def activate_version(
    bot_id: Identifier,
    version_id: Identifier,
    body: Activation,
    caller: Writer,
    desk: Desk,
    language: PreferredLanguage,
) -> VersionBody:
    """409 `quality_gate` when it understands the regression set significantly worse than the active one."""
    version = await desk.activate(caller.tenant_id, bot_id, version_id, force=body.force, language=language)
    return VersionBody.of(version)


@router.post("/rollback", responses={**NOT_FOUND, **CONFLICT})
async def roll_back_version(bot_id: Identifier, versions: WritableVersions) -> VersionBody:
    """To the version that was active before; no gate stands in the way."""
    return VersionBody.of(await versions.roll_back(bot_id))


@router.post("/parse", responses={**NOT_FOUND, **CONFLICT})
async def parse_message(bot_id: Identifier, body: ParseQuery, caller: Reader, desk: Desk) -> ParsedBody:
    """What a conversation that begins with the text would hear."""
    found = await desk.parse(caller.tenant_id, bot_id, [body.text], language=body.language, version_id=body.version_id)
    return ParsedBody.of(found[0])


@router.post("/parse/batch", responses={**NOT_FOUND, **CONFLICT})
async def parse_messages(bot_id: Identifier, body: ParseBatch, caller: Reader, desk: Desk) -> ParsedBatch:
    found = await desk.parse(caller.tenant_id, bot_id, body.texts, language=body.language, version_id=body.version_id)
    return ParsedBatch(items=[ParsedBody.of(each) for each in found])


@router.post("/explain", responses={**NOT_FOUND, **CONFLICT})
async def explain_message(bot_id: Identifier, body: ParseQuery, caller: Reader, desk: Desk) -> ExplanationBody:
    """Which words decided, found by leaving out one at a time, and which training examples the text resembles."""
    parsed, why = await desk.explain(
        caller.tenant_id, bot_id, body.text, language=body.language, version_id=body.version_id
    )
    return ExplanationBody.of(parsed, why)
