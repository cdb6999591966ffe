"""Cross-origin reading for widgets: only origins that some bot lists, only on the paths that widgets call."""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.bots.widget.origins import ListedOrigins
from chatbot.foundation.parts import Parts

_WIDGET_PATHS = re.compile(r"/v1/widget/.*|/chatbot(/.*)?|/v1/messages/[^/]+/feedback")
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID, Idempotency-Key, X-Request-ID",
    "Access-Control-Max-Age": "600",
}
_EXPOSED = "X-Request-ID, Retry-After"


class WidgetCors:
    """Whether a visitor may do anything is decided by the visitor's token: this only lets its page read the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _WIDGET_PATHS.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        is_preflight = scope["method"] == "OPTIONS" and "access-control-request-method" in headers
        if origin is None or (_is_own(origin, headers) and not is_preflight):
            await self._app(scope, receive, send)
            return
        parts: Parts = scope["app"].state.parts
        is_listed = await parts.get(ListedOrigins).includes(origin)
        if is_preflight:
            allowed = {"Access-Control-Allow-Origin": origin, **_PREFLIGHT} if is_listed else {}
            await Response(status_code=204, headers={"Vary": "Origin", **allowed})(scope, receive, send)
            return

        async def send_with_origin(message: Message) -> None:
            if message["type"] == "http.response.start":
                response_headers = MutableHeaders(scope=message)
                response_headers.add_vary_header("Origin")
                if is_listed:
                    response_headers["access-control-allow-origin"] = origin
                    response_headers["access-control-expose-headers"] = _EXPOSED
            await send(message)

        await self._app(scope, receive, send_with_origin)


def _is_own(origin: str, headers: Headers) -> bool:
    return origin.partition("://")[2] == headers.get("host")
