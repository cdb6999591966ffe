"""The outermost middleware: ids, time, security headers, access log, metrics, and the answer to unexpected errors."""

from __future__ import annotations

import logging
import re
import uuid
from time import perf_counter

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.edge.problems import problem_response
from chatbot.foundation import logs
from chatbot.foundation.errors import AppError
from chatbot.foundation.metrics import Metrics

logger = logging.getLogger("chatbot.access")
failures = logging.getLogger("chatbot.foundation.errors")

_SANE_ID = re.compile(rb"[A-Za-z0-9._:-]{1,64}")
_QUIET = ("/health", "/metrics")  # asked every few seconds by machines
_HEADERS = (
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("content-security-policy", "frame-ancestors 'none'"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
)


class RequestContext:
    """Pure ASGI: what wraps every request must cost next to nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        request_id = _request_id(scope)
        status = 0
        tokens = (
            (logs.request_id, logs.request_id.set(request_id)),
            (logs.tenant_id, logs.tenant_id.set("")),
            (logs.conversation_id, logs.conversation_id.set("")),
        )

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = request_id
                headers["x-process-time"] = f"{perf_counter() - started:.6f}"
                for name, value in _HEADERS:
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            failures.error("unexpected error", exc_info=error, extra={"path": scope["path"]})
            if status:
                raise  # the response has begun: only closing the connection tells the client
            await problem_response(AppError("The error is logged under this request id."))(
                scope, receive, send_with_headers
            )
        finally:
            _report(scope, status, perf_counter() - started)
            for variable, token in tokens:
                variable.reset(token)


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _SANE_ID.fullmatch(value):
            return str(value.decode("ascii"))
    return uuid.uuid4().hex


def _report(scope: Scope, status: int, seconds: float) -> None:
    path, method = scope["path"], scope["method"]
    route = getattr(scope.get("route"), "path", None) or ("unmatched" if status in (404, 405) else "static")
    method_label = method if method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS") else "other"
    scope["app"].state.parts.get(Metrics).http_request(method_label, route, status, seconds)
    level = logging.DEBUG if path.startswith(_QUIET) else logging.INFO
    if logger.isEnabledFor(level):
        logger.log(
            level,
            "request",
            extra={"method": method, "path": path, "status": status, "milliseconds": round(seconds * 1000, 2)},
        )
