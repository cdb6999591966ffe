"""Documents as they come in: a file, a text, or an address."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile

from chatbot.documents.intake import ReceivedDocument, once, receive
from chatbot.edge.fields import storable
from chatbot.foundation.errors import InvalidInput, UnsupportedDocument
from chatbot.foundation.files import FileStore

Body = TypeVar("Body", bound=BaseModel)

LONGEST_TITLE = 500
READ_AT_ONCE = 256 * 1024


def upload_body(*texts: type[BaseModel]) -> dict[str, object]:
    """How a route that takes a file, or one of these bodies as JSON, is described."""
    schemas = [one.model_json_schema() for one in texts]
    return {
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["file"],
                        "properties": {
                            "file": {"type": "string", "format": "binary"},
                            "title": {"type": "string", "maxLength": LONGEST_TITLE},
                        },
                    }
                },
                "application/json": {"schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas}},
            },
        }
    }


def is_json(request: Request) -> bool:
    return _kind(request) == "application/json"


async def has_member(request: Request, name: str) -> bool:
    """Whether the body is a JSON object with this member."""
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError):
        return False
    return isinstance(body, dict) and name in body


async def read_body(request: Request, model: type[Body]) -> Body:
    """The body as `model`; raises RequestValidationError."""
    try:
        return model.model_validate_json(await request.body())
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
        raise RequestValidationError(faults) from error


async def received_text(text: str, title: str, files: FileStore, tenant_id: str, language: str) -> ReceivedDocument:
    """A text that stands for a file of plain text."""
    content = once(text.encode())
    return await receive(files, tenant_id, content, file_name=f"{title}.txt", title=title, language=language)


async def received_file(request: Request, files: FileStore, tenant_id: str, language: str) -> ReceivedDocument:
    """The part `file` of a multipart body, on disk."""
    if _kind(request) != "multipart/form-data":
        raise UnsupportedDocument("Send multipart/form-data with a `file`, or application/json.")
    async with request.form(max_files=1, max_fields=8) as form:
        file, title = form.get("file"), form.get("title", "")
        if not isinstance(file, UploadFile) or not file.filename:
            raise InvalidInput("Send the document as the part `file`, with a file name.", field="file")
        return await receive(
            files,
            tenant_id,
            _blocks(file),
            file_name=file.filename,
            title=_title(title),
            language=language,
        )


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _title(value: object) -> str:
    try:
        title = storable(value.strip()) if isinstance(value, str) else ""
    except ValueError as error:
        raise InvalidInput(f"The title {error}.", field="title") from error
    if len(title) > LONGEST_TITLE:
        raise InvalidInput(f"The title may have {LONGEST_TITLE} characters.", field="title")
    return title


async def _blocks(file: UploadFile) -> AsyncIterator[bytes]:
    while block := await file.read(READ_AT_ONCE):
        yield block
