"""Refuses bodies that are too long, at once by Content-Length, else when the limit is passed; and those that stall."""

from __future__ import annotations

import asyncio
import re

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.edge.problems import problem_response
from chatbot.foundation.errors import PayloadTooLarge

_UPLOAD = re.compile(
    r"/v1/knowledge-bases/[^/]+/(?:documents(?:/[^/]+/content)?|faqs/import)/?|/v1/bots/(?:[^/]+/)?import/?"
)
MULTIPART_OVERHEAD = 64 * 1024
LONGEST_STALL_S = 60.0  # without a byte of a body that has begun


class BodyLimit:
    """`most` for any request, `most_upload` for multipart uploads of documents and bots; both in bytes."""

    def __init__(self, app: ASGIApp, *, most: int, most_upload: int, longest_stall_s: float = LONGEST_STALL_S) -> None:
        self._app = app
        self._most = most
        self._most_upload = most_upload + MULTIPART_OVERHEAD
        self._longest_stall_s = longest_stall_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        declared, is_multipart = _declared(scope)
        limit = self._most_upload if is_multipart and _UPLOAD.fullmatch(scope["path"]) else self._most
        if declared > limit:
            await problem_response(PayloadTooLarge(_detail(limit)))(scope, receive, send)
            return
        received = 0
        is_whole = False

        async def receive_counted() -> Message:
            nonlocal received, is_whole
            if is_whole:  # what comes now is that the client leaves, whenever that may be
                return await receive()
            try:
                async with asyncio.timeout(self._longest_stall_s):
                    message = await receive()
            except TimeoutError as error:
                raise HTTPException(408, "The body did not arrive in time.") from error
            is_whole = not message.get("more_body", False)
            received += len(message.get("body", b""))
            if received > limit:
                # Not an AppError: FastAPI lets only this class through while it reads a body.
                raise HTTPException(413, _detail(limit))
            return message

        await self._app(scope, receive_counted, send)


def _declared(scope: Scope) -> tuple[int, bool]:
    length, is_multipart = 0, False
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            length = int(value[:19])
        elif name == b"content-type":
            is_multipart = value.lower().startswith(b"multipart/form-data")
    return length, is_multipart


def _detail(limit: int) -> str:
    return f"The body may have {limit} bytes."
