"""Bringing a bot from another platform, and taking one along."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.datastructures import FormData, UploadFile

from chatbot.bots.repository import BotRepository
from chatbot.edge.dependencies import PartsDep, SessionDep, require
from chatbot.edge.fields import Identifier, storable
from chatbot.edge.languages import preferred_language
from chatbot.edge.problems import CONFLICT, NOT_FOUND
from chatbot.exchange.exporting import BotExportService
from chatbot.exchange.files import files_of_upload
from chatbot.exchange.formats import ReadBot, read_bot
from chatbot.exchange.importing import BotImportService, Imported
from chatbot.exchange.own_json import write_content
from chatbot.exchange.rasa_writing import rasa_zip
from chatbot.exchange.schemas import FILE, IMPORT_BODY, LONGEST_NAME, REFUSALS, ImportBody, NoticeBody, ReportBody
from chatbot.foundation.database import Database
from chatbot.foundation.errors import InvalidInput, UnsupportedDocument
from chatbot.foundation.files import FileStore
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.security import Caller
from chatbot.models import new_id
from nlu.exchange.report import Notices

router = APIRouter(prefix="/v1/bots", tags=["bots"])

READ_AT_ONCE = 256 * 1024
Reader = Annotated[Caller, Depends(require("bots:read"))]
Writer = Annotated[Caller, Depends(require("bots:write"))]


@dataclass(frozen=True, slots=True)
class _Brought:
    read: ReadBot
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
            brought.read, name=brought.name, created_by=caller.caller_id, activate=brought.activate
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
            bot_id, brought.read, created_by=caller.caller_id, activate=brought.activate
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
    language = preferred_language(request)
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
        read = await asyncio.to_thread(read_bot, files, format_, notices, language=language)
        name = name or str(read.content.settings.get("name") or re.sub(r"\.\w+$", "", file.filename.split("/")[-1]))
    return _Brought(read, name[:LONGEST_NAME], activate, language)


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
    read = brought.read
    notices = [
        NoticeBody(
            file=notice.place.file,
            line=notice.place.line,
            code=notice.code,
            message=notice.text.in_language(brought.language),
        )
        for notice in read.notices.sorted()
    ]
    return ImportBody(
        bot_id=imported.bot.row.id,
        name=imported.bot.row.name,
        report=ReportBody(
            format=read.format,
            found=dict(read.found),
            made=dict(imported.added),
            notices=notices,
            omitted=read.notices.omitted,
        ),
        training_job_id=imported.training_job_id,
    )
