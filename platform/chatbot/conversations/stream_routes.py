"""The same turn as server-sent events, resumable."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, cast

import orjson
from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field, create_model

from chatbot.conversations.chat_routes import ChatCaller, Conversations, KeyHeader, idempotency
from chatbot.conversations.chat_schemas import ChatBody, CitationBody, ReplyBody
from chatbot.edge.fields import DescribedBy, Identifier
from chatbot.edge.problems import NOT_FOUND, PROBLEMS, Problem, problem_body
from chatbot.foundation.errors import AppError

router = APIRouter(tags=["chat"])

HEARTBEAT_S = 10.0
_PIECE = re.compile(r"[^\S\n]*(?:[A-Za-z0-9'’.,:;!?%°()/+-]+|[^\sA-Za-z0-9]{1,4}|\n+)")

_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class EventStream(StreamingResponse):
    media_type = "text/event-stream"


class StartData(BaseModel):
    """`GET /chatbot/stream/{message_id}` picks the stream up again."""

    message_id: str


class TokenData(BaseModel):
    """The next words of the reply."""

    text: str


class CitationsData(BaseModel):
    citations: list[CitationBody]


def _described(name: str, data: type[BaseModel]) -> type[BaseModel]:
    as_json = Annotated[str, DescribedBy(data, media_type="application/json")]
    fields: dict[str, Any] = {"id": int, "event": Literal[name], "data": as_json}
    return create_model(f"{name.title()}Event", **fields)


_DATA: dict[str, type[BaseModel]] = {
    "start": StartData,
    "token": TokenData,
    "citations": CitationsData,
    "done": ReplyBody,
    "error": Problem,
}
_EVENT: Any = Annotated[reduce(or_, (_described(*one) for one in _DATA.items())), Field(discriminator="event")]
_DOCUMENTED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The events `start`, `token` after `token`, `citations` if there are any, and `done` with the "
        "whole reply; or `start` and `error`.",
        "model": Annotated[str, DescribedBy(list[_EVENT], media_type=EventStream.media_type)],
    }
}


@router.post(
    "/chatbot/stream",
    response_class=EventStream,
    responses={**PROBLEMS, **_DOCUMENTED},
    summary="One turn, streamed",
)
async def stream_chat(
    body: ChatBody, caller: ChatCaller, conversations: Conversations, idempotency_key: KeyHeader = None
) -> EventStream:
    """A turn goes on when its client leaves; `GET /chatbot/stream/{message_id}` picks it up."""
    key = idempotency(caller, idempotency_key, body.digest("chat"))
    running = await conversations.start(caller, body.to_request(), key=key)
    return _respond(_events(running.message_id, running.outcome, after=-1))


@router.get(
    "/chatbot/stream/{message_id}",
    response_class=EventStream,
    responses={**PROBLEMS, **NOT_FOUND, **_DOCUMENTED},
    summary="Resume a stream",
)
async def resume_stream(
    message_id: Identifier,
    caller: ChatCaller,
    conversations: Conversations,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", max_length=32)] = None,
) -> EventStream:
    """Sends the events after `Last-Event-ID`; all of them without it."""
    after = int(last_event_id) if last_event_id and last_event_id.isdecimal() else -1
    outcome = await conversations.resume(caller, message_id)
    return _respond(_events(message_id, outcome, after=after))


def _respond(events: AsyncIterator[bytes]) -> EventStream:
    return EventStream(events, headers=_HEADERS)


async def _events(message_id: str, outcome: asyncio.Future[dict[str, object]], *, after: int) -> AsyncIterator[bytes]:
    """Event n is always the same for a message, so that a resumed stream continues where the first one broke."""
    if after < 0:
        yield _event(0, "start", {"message_id": message_id})
    while not outcome.done():
        await asyncio.wait({outcome}, timeout=HEARTBEAT_S)
        if not outcome.done():
            yield b": waiting\n\n"
    try:
        reply = outcome.result()
    except AppError as error:
        yield _event(1, "error", problem_body(error))
        return
    for number, (name, data) in enumerate(_parts(reply), start=1):
        if number > after:
            yield _event(number, name, data)


def _parts(reply: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for piece in split_tokens(str(reply["reply"])):
        yield "token", {"text": piece}
    metadata = cast(Mapping[str, object], reply["metadata"])
    if metadata["citations"]:
        yield "citations", {"citations": metadata["citations"]}
    yield "done", reply


def split_tokens(text: str) -> list[str]:
    """Pieces to show one after the other: an English word, up to four Chinese characters. Joined, they are `text`."""
    pieces: list[str] = []
    end = 0
    for found in _PIECE.finditer(text):
        pieces.append(text[end : found.end()])
        end = found.end()
    if end < len(text):
        pieces.append(text[end:])
    return pieces


def _event(number: int, name: str, data: object) -> bytes:
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (number, name.encode(), orjson.dumps(data))
