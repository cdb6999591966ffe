"""HTTP methods: HEAD wherever there is GET, and the methods that a path knows."""

from __future__ import annotations

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class HeadAsGet:
    """Answers HEAD as GET without the body, as monitors, proxies and link checkers expect."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        # A copy: the server reads from the scope that HEAD was asked. The access log and the metrics read the route.
        asked = {**scope, "method": "GET"}
        try:
            await self._app(asked, receive, send_without_body)
        finally:
            if "route" in asked:
                scope["route"] = asked["route"]


def methods_of(scope: Scope) -> list[str]:
    """What may be asked of the path, whichever of its routes answers; several routes may share one path."""
    routes: list[BaseRoute] = scope["app"].routes
    known = [
        method
        for method in _METHODS
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in routes)
    ]
    return sorted([*known, "HEAD"]) if "GET" in known else sorted(known)
