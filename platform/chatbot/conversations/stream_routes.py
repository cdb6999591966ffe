"""The same turn as server-sent events, resumable."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Annotated, cast

import orjson
from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from chatbot.conversations.chat_routes import ChatCaller, Conversations, KeyHeader, idempotency
from chatbot.conversations.chat_schemas import ChatBody
from chatbot.edge.fields import Identifier
from chatbot.edge.problems import NOT_FOUND, PROBLEMS, problem_body
from chatbot.foundation.errors import AppError

router = APIRouter(tags=["chat"])

HEARTBEAT_S = 10.0
_PIECE = re.compile(r"[^\S\n]*(?:[A-Za-z0-9'’.,:;!?%°()/+-]+|[^\sA-Za-z0-9]{1,4}|\n+)")

_DOCUMENTED: dict[int | str, dict[str, object]] = {
    200: {
        "description": "Events `start`, `token`, `citations`, `done`, `error`, each with an `id`.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@router.post(
    "/chatbot/stream",
    response_class=StreamingResponse,
    responses={**PROBLEMS, **_DOCUMENTED},
    summary="One turn, streamed",
)
async def stream(
    body: ChatBody, caller: ChatCaller, conversations: Conversations, idempotency_key: KeyHeader = None
) -> StreamingResponse:
    """A turn goes on when its client leaves; `GET /chatbot/stream/{message_id}` picks it up."""
    key = idempotency(caller, idempotency_key, body.digest("chat"))
    running = await conversations.start(caller, body.to_request(), key=key)
    return _respond(_events(running.message_id, running.outcome, after=-1))


@router.get(
    "/chatbot/stream/{message_id}",
    response_class=StreamingResponse,
    responses={**PROBLEMS, **NOT_FOUND, **_DOCUMENTED},
    summary="Resume a stream",
)
async def resume(
    message_id: Identifier,
    caller: ChatCaller,
    conversations: Conversations,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", max_length=32)] = None,
) -> StreamingResponse:
    """Sends the events after `Last-Event-ID`; all of them without it."""
    after = int(last_event_id) if last_event_id and last_event_id.isdecimal() else -1
    outcome = await conversations.resume(caller, message_id)
    return _respond(_events(message_id, outcome, after=after))


def _respond(events: AsyncIterator[bytes]) -> StreamingResponse:
    return StreamingResponse(events, media_type="text/event-stream", headers=_HEADERS)


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
