"""What routes ask for: the process-wide parts, the caller, a session of the caller's tenant, and services over it."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from functools import cache
from typing import Annotated

from fastapi import Depends, Request, params
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.foundation import logs
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.errors import Forbidden, Unauthenticated
from chatbot.foundation.parts import Parts
from chatbot.foundation.rate_limit import RateLimiter
from chatbot.foundation.security import Caller
from chatbot.foundation.security.authentication import Authenticator
from chatbot.foundation.security.tokens import Tokens

_CALLER = "chatbot.caller"  # in a request's scope, once it is known


def parts_of(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


async def _parts(request: Request) -> Parts:
    return parts_of(request)


@cache
def part(kind: type[object]) -> params.Depends:
    """`Annotated[KnowledgeSearch, part(KnowledgeSearch)]`: what a room's `wire` has put."""

    async def given(request: Request) -> object:  # not that it waits: FastAPI calls what is no coroutine in a thread
        return parts_of(request).get(kind)

    dependency: params.Depends = Depends(given)
    return dependency


async def current_caller(request: Request) -> Caller:
    """Who calls, asked of the database once for each request; counts the request.

    Raises Unauthenticated, RateLimited.
    """
    known: Caller | None = request.scope.get(_CALLER)
    if known is not None:
        return known
    parts = parts_of(request)
    authenticator = Authenticator(parts.get(Database), parts.get(Tokens), parts.get(RateLimiter))
    caller = await authenticator.identify(_credential(request), origin=request.headers.get("origin"))
    logs.tenant_id.set(caller.tenant_id)
    request.scope[_CALLER] = caller
    return caller


class Require(SecurityBase):
    """The scopes a route needs. Without any: a signed-in user or an API key, but no visitor.

    A scheme in the OpenAPI document, to which `api.openapi` adds the other header. Asks for the caller by itself: each
    dependency of a dependency would cost every request as much as reading the caller from the database.
    """

    scheme_name = "bearer"
    model = HTTPBearer(bearerFormat="JWT", description="An access token, a visitor's token, or an API key.")

    def __init__(self, *scopes: str) -> None:
        self.scopes = frozenset(scopes)

    async def __call__(self, request: Request) -> Caller:
        caller = await current_caller(request)
        if not self.scopes:
            if caller.kind == "visitor":
                raise Forbidden("A visitor's token can chat and nothing else.")
        elif not self.scopes <= caller.scopes:
            missing = ", ".join(sorted(self.scopes - caller.scopes))
            raise Forbidden(f"This credential lacks the scope {missing}.")
        return caller


@cache
def require(*scopes: str) -> Require:
    """`Depends(require("knowledge:read"))`. Stands before the session in a signature, so that 403 opens none."""
    return Require(*scopes)


async def get_session(
    request: Request, caller: Annotated[Caller, Depends(current_caller)]
) -> AsyncIterator[AsyncSession]:
    """Of the caller's tenant; commits before the response is sent. Use with `Depends(..., scope="function")`."""
    async with _transaction(request, caller.tenant_id) as session:
        yield session


async def get_operator_session(
    request: Request, _caller: Annotated[Caller, Depends(require("operator"))]
) -> AsyncIterator[AsyncSession]:
    """Of no single tenant: for the operator's own routes."""
    async with _transaction(request, SYSTEM) as session:
        yield session


def _transaction(request: Request, tenant_id: str) -> AbstractAsyncContextManager[AsyncSession]:
    database = parts_of(request).get(Database)
    return database.read(tenant_id) if request.method in ("GET", "HEAD") else database.write(tenant_id)


def service(kind: Callable[..., object], scope: str, *needs: type[object]) -> params.Depends:
    """`Annotated[BotService, service(BotService, "bots:read")]`: made with (session, tenant id, *parts it needs)."""
    return _made(kind, scope, needs, lambda caller: caller.tenant_id, get_session)


def callers_service(kind: Callable[..., object], scope: str, *needs: type[object]) -> params.Depends:
    """The same for a service that must know who calls: made with (session, caller, *the parts it needs)."""
    return _made(
        kind, scope, needs, lambda caller: caller, get_operator_session if scope == "operator" else get_session
    )


def _made(
    kind: Callable[..., object],
    scope: str,
    needs: tuple[type[object], ...],
    owner: Callable[[Caller], object],
    transaction: Callable[..., AsyncIterator[AsyncSession]],
) -> params.Depends:
    async def made(
        request: Request,
        caller: Caller = Depends(require(scope)),
        session: AsyncSession = Depends(transaction, scope="function"),
    ) -> object:
        return kind(session, owner(caller), *map(parts_of(request).get, needs))

    dependency: params.Depends = Depends(made)
    return dependency


def client_address(request: Request) -> str:
    """Whom sign-in limits count: an IPv4 address, or the /64 that an IPv6 client may pick addresses from.

    Behind a proxy, uvicorn's `--forwarded-allow-ips` makes this the client's address and not the proxy's.
    """
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return host


def _credential(request: Request) -> str:
    """From either header; a key and a token are told apart by their shape, so both headers take both."""
    authorization = request.headers.get("authorization")
    api_key = request.headers.get("x-api-key")
    bearer = None
    if authorization is not None:
        scheme, _, bearer = authorization.partition(" ")
        bearer = bearer.strip()
        if scheme.lower() != "bearer" or not bearer:
            raise Unauthenticated("Send `Authorization: Bearer <token>` or `X-API-Key: <key>`.")
    if bearer and api_key and bearer != api_key:
        raise Unauthenticated("Send one credential, not two different ones.")
    credential = bearer or api_key
    if not credential:
        raise Unauthenticated("Send `Authorization: Bearer <token>` or `X-API-Key: <key>`.")
    return credential


PartsDep = Annotated[Parts, Depends(_parts)]
SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]
AnyCaller = Annotated[Caller, Depends(require())]
