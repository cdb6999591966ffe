"""A file that comes as a part of a form: how the OpenAPI document says so, and how it is taken."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import Request
from pydantic import BaseModel
from starlette.datastructures import FormData, UploadFile

from chatbot.edge.fields import storable
from chatbot.foundation.errors import AppError, InvalidInput

READ_AT_ONCE = 256 * 1024


@dataclass(frozen=True, slots=True)
class SentFile:
    """The part `file`, and the form that it came in."""

    name: str
    file: UploadFile
    form: FormData

    async def blocks(self) -> AsyncIterator[bytes]:
        while block := await self.file.read(READ_AT_ONCE):
            yield block

    def text(self, field: str, *, longest: int) -> str:
        """Another field, stripped; empty where it is missing. Raises InvalidInput."""
        value = self.form.get(field, "")
        try:
            text = storable(value.strip()) if isinstance(value, str) else ""
        except ValueError as error:
            raise InvalidInput(f"The {field} {error}.", field=field) from error
        if len(text) > longest:
            raise InvalidInput(f"The {field} may have {longest} characters.", field=field)
        return text


def media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


@asynccontextmanager
async def sent_file(request: Request, what: str, *, refusal: AppError, most_fields: int) -> AsyncIterator[SentFile]:
    """Of a multipart body; raises `refusal` for any other. `what` people call it."""
    if media_type(request) != "multipart/form-data":
        raise refusal
    async with request.form(max_files=1, max_fields=most_fields) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise InvalidInput(f"Send the {what} as the part `file`, with a file name.", field="file")
        yield SentFile(file.filename, file, form)


def upload_body(*texts: type[BaseModel], **fields: object) -> dict[str, object]:
    """How a route is described that takes a file with these other `fields`, or one of these bodies as JSON."""
    properties = {"file": {"type": "string", "format": "binary"}, **fields}
    form = {"type": "object", "required": ["file"], "properties": properties}
    content: dict[str, object] = {"multipart/form-data": {"schema": form}}
    schemas = [one.model_json_schema() for one in texts]
    if schemas:
        content["application/json"] = {"schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas}}
    return {"requestBody": {"required": True, "content": content}}
