"""Documents as requests bring them: a file, a text, or an address."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from chatbot.documents.intake import Link
from chatbot.documents.received import Upload, once
from chatbot.documents.schemas import LONGEST_TITLE, LinkedDocument, PastedText, ReplacedText
from chatbot.edge.multipart import media_type, sent_file
from chatbot.foundation.errors import InvalidInput, UnsupportedDocument
from connectors.address_guard import AddressRefused
from connectors.http_client import GuardedHttpClient

Body = TypeVar("Body", bound=BaseModel)


@asynccontextmanager
async def sent_document(request: Request, http_client: GuardedHttpClient) -> AsyncIterator[Upload | Link]:
    """One to add."""
    if media_type(request) != "application/json":
        async with _sent_file(request) as upload:
            yield upload
    elif _has_member(await request.body(), "url"):
        link = await _read_body(request, LinkedDocument)
        refuse_address(http_client, link.url)
        yield Link(link.url, link.title or "")
    else:
        pasted = await _read_body(request, PastedText)
        yield Upload(once(pasted.text.encode()), f"{pasted.title}.txt", pasted.title)


@asynccontextmanager
async def sent_content(request: Request) -> AsyncIterator[Upload]:
    """What takes the place of a document's content; a text has no name."""
    if media_type(request) != "application/json":
        async with _sent_file(request) as upload:
            yield upload
    else:
        yield Upload(once((await _read_body(request, ReplacedText)).text.encode()), "")


def refuse_address(http_client: GuardedHttpClient, url: str) -> None:
    """Raises InvalidInput for one that may not be asked."""
    try:
        http_client.check_url(url)
    except AddressRefused as error:
        raise InvalidInput(str(error), field="url") from error


@asynccontextmanager
async def _sent_file(request: Request) -> AsyncIterator[Upload]:
    refusal = UnsupportedDocument("Send multipart/form-data with a `file`, or application/json.")
    async with sent_file(request, "document", refusal=refusal, most_fields=8) as sent:
        yield Upload(sent.blocks(), sent.name, sent.text("title", longest=LONGEST_TITLE))


def _has_member(content: bytes, name: str) -> bool:
    """Whether it is a JSON object with this member."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(body, dict) and name in body


async def _read_body(request: Request, model: type[Body]) -> Body:
    """Raises RequestValidationError."""
    try:
        return model.model_validate_json(await request.body())
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
        raise RequestValidationError(faults) from error
