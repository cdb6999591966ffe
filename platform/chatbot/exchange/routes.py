"""Bringing a bot from another platform, and taking one along."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.datastructures import FormData, UploadFile

from chatbot.bots.repository import BotRepository
from chatbot.edge.dependencies import PartsDep, SessionDep, require
from chatbot.edge.fields import Identifier, storable
from chatbot.edge.problems import CONFLICT, NOT_FOUND, documented
from chatbot.exchange.content import BotContent
from chatbot.exchange.exporting import BotExportService
from chatbot.exchange.files import files_of_upload
from chatbot.exchange.formats import FORMATS, read_bot
from chatbot.exchange.importing import BotImportService, Imported
from chatbot.exchange.own_json import write_content
from chatbot.exchange.rasa_writing import rasa_zip
from chatbot.foundation.database import Database
from chatbot.foundation.errors import InvalidInput, UnsupportedDocument
from chatbot.foundation.files import FileStore
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.security import Caller
from chatbot.models import new_id
from nlu.exchange.report import ImportReport, Notices

router = APIRouter(prefix="/v1/bots", tags=["bots"])

LONGEST_NAME = 200
READ_AT_ONCE = 256 * 1024
IMPORT_BODY: dict[str, object] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "format": {"type": "string", "enum": list(FORMATS), "default": "auto"},
                        "name": {
                            "type": "string",
                            "maxLength": LONGEST_NAME,
                            "description": "Of the new bot; by default what the file calls it, or the file's name.",
                        },
                        "activate": {
                            "type": "boolean",
                            "default": False,
                            "description": "Put the trained version into use if the quality gate lets it pass. "
                            "A new bot's first version always is.",
                        },
                    },
                }
            }
        },
    }
}
REFUSALS: dict[int | str, dict[str, object]] = {
    413: documented("The file is too large."),
    415: documented("Not a multipart upload."),
}
FILE: dict[int | str, dict[str, object]] = {
    200: {
        "description": "The file.",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "application/zip": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}

Reader = Annotated[Caller, Depends(require("bots:read"))]
Writer = Annotated[Caller, Depends(require("bots:write"))]


class NoticeBody(BaseModel):
    """What could not come over, or came over changed; `line` is 0 for the file as a whole."""

    file: str
    line: int
    code: str = Field(examples=["needs_connector"])
    message: str = Field(description="In the language of Accept-Language.")


class ReportBody(BaseModel):
    """`found` counts what the file holds, `made` what the bot got of it."""

    format: str
    found: dict[str, int]
    made: dict[str, int]
    notices: list[NoticeBody]
    omitted: int = Field(description="Notices beyond the first 2000.")


class ImportBody(BaseModel):
    """`training_job_id` is null when the bot has fewer than two intents."""

    bot_id: Identifier
    name: str
    report: ReportBody
    training_job_id: Identifier | None


@dataclass(frozen=True, slots=True)
class _Brought:
    content: BotContent
    format: str
    found: dict[str, int]
    notices: Notices
    name: str
    activate: bool
    language: str


@router.post(
    "/import", status_code=201, responses={**CONFLICT, **REFUSALS}, openapi_extra=IMPORT_BODY, summary="Bring a bot"
)
async def import_bot(caller: Writer, request: Request, parts: PartsDep) -> ImportBody:
    """A new bot from a Rasa project (zip, YAML, Markdown, JSON), a table (CSV, JSON lines), a Dialogflow ES or CX
    export, or our own JSON. Nothing in it is run. The report says line by line what could not come over."""
    brought = await _brought(request, parts.get(FileStore), caller.tenant_id)
    async with parts.get(Database).write(caller.tenant_id) as session:
        imported = await BotImportService(session, caller.tenant_id, parts.get(JobQueue)).create(
            brought.content,
            name=brought.name,
            created_by=caller.caller_id,
            activate=brought.activate,
            notices=brought.notices,
        )
    return _body(imported, brought)


@router.post(
    "/{bot_id}/import",
    responses={**NOT_FOUND, **CONFLICT, **REFUSALS},
    openapi_extra=IMPORT_BODY,
    summary="Add to a bot",
)
async def merge_bot(bot_id: Identifier, caller: Writer, request: Request, parts: PartsDep) -> ImportBody:
    """The bot keeps all it has; examples, entities, flows and tests it lacks are added."""
    async with parts.get(Database).read(caller.tenant_id) as session:
        await BotRepository(session, caller.tenant_id).get(bot_id)
    brought = await _brought(request, parts.get(FileStore), caller.tenant_id)
    async with parts.get(Database).write(caller.tenant_id) as session:
        imported = await BotImportService(session, caller.tenant_id, parts.get(JobQueue)).merge(
            bot_id,
            brought.content,
            created_by=caller.caller_id,
            activate=brought.activate,
            notices=brought.notices,
        )
    return _body(imported, brought)


@router.get("/{bot_id}/export", response_class=Response, responses={**FILE, **NOT_FOUND}, summary="Take a bot along")
async def export_bot(
    bot_id: Identifier,
    caller: Reader,
    session: SessionDep,
    as_: Annotated[Literal["json", "rasa"], Query(alias="format")] = "json",
) -> Response:
    """Everything that makes the bot, without secrets and conversations: as our own JSON, which comes back exactly, or
    as a zip of a Rasa 3 project."""
    content = await BotExportService(session, caller.tenant_id).content(bot_id)
    stem = re.sub(r"[^A-Za-z0-9-]+", "-", str(content.settings["name"])).strip("-").lower() or "bot"
    if as_ == "json":
        text = await asyncio.to_thread(write_content, content)
        return _download(text.encode(), f"{stem}.json", "application/json")
    return _download(await asyncio.to_thread(rasa_zip, content), f"{stem}-rasa.zip", "application/zip")


def _download(data: bytes, file_name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"', "X-Content-Type-Options": "nosniff"}
    return Response(data, media_type=media_type, headers=headers)


async def _brought(request: Request, store: FileStore, tenant_id: str) -> _Brought:
    """Received, opened and converted, while no transaction is open."""
    language = "zh" if request.headers.get("accept-language", "").strip().lower().startswith("zh") else "en"
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        raise UnsupportedDocument("Send multipart/form-data with a `file`.")
    async with request.form(max_files=1, max_fields=8) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise InvalidInput("Send the bot as the part `file`, with a file name.", field="file")
        format_, name = _text(form, "format") or "auto", _text(form, "name")
        activate = _flag(form, "activate")
        file_id, notices = new_id(), Notices()
        await store.store(tenant_id, file_id, _blocks(file))
        try:
            path = store.path(tenant_id, file_id)
            files = await asyncio.to_thread(files_of_upload, path, file.filename, notices, language=language)
        finally:
            await store.delete(tenant_id, file_id)
        found_format, found, content = await asyncio.to_thread(read_bot, files, format_, notices, language=language)
        default = str(content.settings.get("name") or re.sub(r"\.\w+$", "", file.filename.split("/")[-1]))
    return _Brought(content, found_format, found, notices, (name or default)[:LONGEST_NAME], activate, language)


def _text(form: FormData, field: str) -> str:
    value = form.get(field, "")
    try:
        text = storable(value.strip()) if isinstance(value, str) else ""
    except ValueError as error:
        raise InvalidInput(f"The {field} {error}.", field=field) from error
    if len(text) > LONGEST_NAME:
        raise InvalidInput(f"The {field} may have {LONGEST_NAME} characters.", field=field)
    return text


def _flag(form: FormData, field: str) -> bool:
    value = _text(form, field).lower()
    if value not in ("", "true", "false"):
        raise InvalidInput("It is true or false.", field=field)
    return value == "true"


async def _blocks(file: UploadFile) -> AsyncIterator[bytes]:
    while block := await file.read(READ_AT_ONCE):
        yield block


def _body(imported: Imported, brought: _Brought) -> ImportBody:
    report = ImportReport(
        brought.format, brought.found, imported.added, brought.notices.sorted(), brought.notices.omitted
    )
    return ImportBody(
        bot_id=imported.bot.row.id,
        name=imported.bot.row.name,
        report=ReportBody(
            format=report.format,
            found=dict(report.found),
            made=dict(report.made),
            notices=[
                NoticeBody(
                    file=notice.place.file,
                    line=notice.place.line,
                    code=notice.code,
                    message=notice.message(brought.language),
                )
                for notice in report.notices
            ],
            omitted=report.omitted,
        ),
        training_job_id=imported.training_job_id,
    )
