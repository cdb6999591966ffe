"""A client that stops in the middle of a body holds nothing open for long, and a stream's reader may stay."""

from __future__ import annotations

import asyncio

import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from chatbot.edge.body_limit import BodyLimit

POST: Scope = {"type": "http", "method": "POST", "path": "/chatbot", "headers": []}


async def read_body(_scope: Scope, receive: Receive, _send: Send) -> None:
    while (await receive()).get("more_body", False):
        pass


async def read_and_stay(scope: Scope, receive: Receive, send: Send) -> None:
    await read_body(scope, receive, send)
    assert (await receive())["type"] == "http.disconnect"


async def send_nothing(_message: Message) -> None:
    raise AssertionError("nothing is sent")


async def test_a_body_that_stalls_is_a_408() -> None:
    async def receive() -> Message:
        await asyncio.sleep(60)
        return {"type": "http.request", "body": b"", "more_body": True}

    limited = BodyLimit(read_body, most=100, most_upload=100, longest_stall_s=0.05)
    with pytest.raises(HTTPException) as refused:
        await limited(POST, receive, send_nothing)
    assert refused.value.status_code == 408


async def test_a_slow_body_that_goes_on_is_read_and_its_client_may_stay() -> None:
    messages: list[Message] = [
        *({"type": "http.request", "body": b"x", "more_body": True} for _ in range(4)),
        {"type": "http.request", "body": b"", "more_body": False},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        await asyncio.sleep(0.05 if len(messages) > 1 else 0.3)
        return messages.pop(0)

    await BodyLimit(read_and_stay, most=100, most_upload=100, longest_stall_s=0.2)(POST, receive, send_nothing)
    assert not messages
