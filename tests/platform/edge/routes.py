"""Every route of the application, and what it asks of a caller."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from chatbot.edge.dependencies import Require
from chatbot.main import create_app
from chatbot.wiring import ROOMS
from tests.conftest import IsolatedSettings


@dataclass(frozen=True)
class Route:
    """`scopes` is None for a route without an auth dependency."""

    method: str
    path: str
    scopes: frozenset[str] | None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@cache
def described_app() -> FastAPI:
    """Never started: only asked what it consists of."""
    return create_app(IsolatedSettings())


@cache
def openapi() -> dict[str, Any]:
    return described_app().openapi()


@cache
def all_routes() -> tuple[Route, ...]:
    """Those of every router, also ones that the OpenAPI document leaves out."""
    return tuple(sorted(_routes(router for room in ROOMS for router in room.ROUTERS), key=str))


def _routes(routers: Iterable[Any]) -> Iterator[Route]:
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute):
                scopes = _scopes(route.dependant)
                for method in route.methods or ():
                    yield Route(method, route.path_format, scopes)
            elif hasattr(route, "original_router"):
                yield from _routes([route.original_router])
            else:
                for method in getattr(route, "methods", None) or ["GET"]:
                    yield Route(method, getattr(route, "path", str(route)), None)


def _scopes(dependant: Dependant) -> frozenset[str] | None:
    found = [dependant.call.scopes] if isinstance(dependant.call, Require) else []
    found += [scopes for child in dependant.dependencies if (scopes := _scopes(child)) is not None]
    return frozenset().union(*found) if found else None


def filled(path: str, value: str = "0" * 32) -> str:
    """The path with every parameter filled in."""
    return re.sub(r"\{[^}]+\}", value, path)
