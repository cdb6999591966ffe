"""What routes ask for: the process-wide resources, the caller, and a session of the caller's tenant."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from functools import cache
from typing import Annotated

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.foundation import logs
from chatbot.foundation.database import SYSTEM
from chatbot.foundation.errors import Forbidden, Unauthenticated
from chatbot.foundation.parts import Resources
from chatbot.foundation.security import Caller
from chatbot.foundation.security.authentication import Authenticator

_CALLER = "chatbot.caller"  # in a request's scope, once it is known


async def get_resources(request: Request) -> Resources:
    """Not that it waits: but FastAPI calls what is no coroutine in a thread."""
    return _resources(request)


async def current_caller(request: Request) -> Caller:
    """Who calls, asked of the database once for each request; counts the request.

    Raises Unauthenticated, RateLimited.
    """
    known: Caller | None = request.scope.get(_CALLER)
    if known is not None:
        return known
    resources = _resources(request)
    authenticator = Authenticator(resources.database, resources.tokens, resources.rate_limiter)
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
    database = _resources(request).database
    return database.read(tenant_id) if request.method in ("GET", "HEAD") else database.write(tenant_id)


def _resources(request: Request) -> Resources:
    resources: Resources = request.app.state.resources
    return resources


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


ResourcesDep = Annotated[Resources, Depends(get_resources)]
SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]
OperatorSession = Annotated[AsyncSession, Depends(get_operator_session, scope="function")]
AnyCaller = Annotated[Caller, Depends(require())]
