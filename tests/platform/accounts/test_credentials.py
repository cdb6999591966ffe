"""A credential is worth the same in either header, and nothing from the moment that it is taken away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest

from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.security.tokens import Tokens
from chatbot.models import ApiKey, Bot, Tenant, User, utc_now
from tests import factories
from tests.platform.edge.application import Application, bearer, make_key, problem_of

ORIGIN = "https://www.example.com"
HEADERS: dict[str, Callable[[str], dict[str, str]]] = {
    "Authorization": bearer,
    "authorization, other case": lambda credential: {"authorization": f"bEaReR {credential}"},
    "X-API-Key": lambda credential: {"X-API-Key": credential},
}


async def me(application: Application, headers: dict[str, str]) -> httpx.Response:
    return await application.client.get("/auth/me", headers=headers)


async def statuses(application: Application, credential: str) -> list[int]:
    return [(await me(application, form(credential))).status_code for form in HEADERS.values()]


@pytest.mark.parametrize("form", HEADERS)
async def test_a_credential_has_the_same_scopes_in_either_header(
    application: Application, database: Database, tenant: Tenant, owner: User, form: str
) -> None:
    key = await make_key(database, tenant, scopes=frozenset({"chat", "bots:read"}), created_by=owner.id)
    as_key = (await me(application, HEADERS[form](key.secret))).json()
    assert (as_key["kind"], as_key["id"], as_key["scopes"]) == ("key", key.row.id, ["bots:read", "chat"])
    token = application.parts.get(Tokens).access(owner.id, owner.tenant_id)
    as_user = (await me(application, HEADERS[form](token))).json()
    assert (as_user["kind"], as_user["id"]) == ("user", owner.id)
    assert "users:manage" in as_user["scopes"]
    assert (await application.client.get("/v1/users", headers=HEADERS[form](key.secret))).status_code == 403


async def test_the_same_credential_twice_is_fine_and_two_different_ones_are_not(
    application: Application, database: Database, tenant: Tenant
) -> None:
    first, second = await make_key(database, tenant), await make_key(database, tenant)
    assert (await me(application, {**bearer(first.secret), **first.headers})).status_code == 200
    assert (await me(application, {**bearer(first.secret), **second.headers})).status_code == 401


NO_CREDENTIALS: list[dict[str, str]] = [
    {},
    {"Authorization": ""},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer "},
    {"Authorization": "Basic YTpi"},
    {"Authorization": "ecp_" + "a" * 43},
    {"X-API-Key": ""},
    {"X-API-Key": "ecp_" + "a" * 43},
    {"X-API-Key": "ecp_\xff".encode("latin-1").decode("latin-1")},
    {"X-API-Key": "ecp_' OR 1=1 --"},
    {"Authorization": "Bearer " + "a" * 5000},
    {"Cookie": "access_token=x"},
]


async def test_what_is_no_credential_is_401(application: Application) -> None:
    for headers in NO_CREDENTIALS:
        encoded = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
        response = await application.client.get("/auth/me", headers=encoded)
        assert problem_of(response)["code"] == "unauthenticated"
        assert response.headers["www-authenticate"] == "Bearer"


async def test_a_credential_in_the_query_is_not_taken(
    application: Application, database: Database, tenant: Tenant
) -> None:
    key = await make_key(database, tenant)
    response = await application.client.get("/auth/me", params={"api_key": key.secret, "access_token": key.secret})
    assert response.status_code == 401


Change = Callable[[Database, Tenant, User, ApiKey], Awaitable[None]]


async def disable_user(database: Database, tenant: Tenant, user: User, key: ApiKey) -> None:
    async with database.write(SYSTEM) as session:
        (await session.get_one(User, user.id)).is_active = False


async def disable_tenant(database: Database, tenant: Tenant, user: User, key: ApiKey) -> None:
    async with database.write(SYSTEM) as session:
        (await session.get_one(Tenant, tenant.id)).is_active = False


async def revoke_key(database: Database, tenant: Tenant, user: User, key: ApiKey) -> None:
    async with database.write(SYSTEM) as session:
        (await session.get_one(ApiKey, key.id)).revoked_at = utc_now()


async def expire_key(database: Database, tenant: Tenant, user: User, key: ApiKey) -> None:
    async with database.write(SYSTEM) as session:
        (await session.get_one(ApiKey, key.id)).expires_at = utc_now() - timedelta(seconds=1)


async def delete_tenant(database: Database, tenant: Tenant, user: User, key: ApiKey) -> None:
    async with database.write(SYSTEM) as session:
        await session.delete(await session.get_one(Tenant, tenant.id))


@pytest.mark.parametrize(
    ("change", "user_lives", "key_lives"),
    [
        (disable_user, False, False),
        (disable_tenant, False, False),
        (delete_tenant, False, False),
        (revoke_key, True, False),
        (expire_key, True, False),
    ],
)
async def test_what_is_taken_away_dies_at_once_in_every_form(
    application: Application,
    database: Database,
    tenant: Tenant,
    owner: User,
    change: Change,
    user_lives: bool,
    key_lives: bool,
) -> None:
    key = await make_key(database, tenant, created_by=owner.id)
    token = application.parts.get(Tokens).access(owner.id, tenant.id)
    assert await statuses(application, token) == await statuses(application, key.secret) == [200, 200, 200]
    await change(database, tenant, owner, key.row)
    assert await statuses(application, token) == [200 if user_lives else 401] * 3
    assert await statuses(application, key.secret) == [200 if key_lives else 401] * 3


async def test_a_key_loses_what_its_maker_loses(
    application: Application, database: Database, tenant: Tenant, owner: User
) -> None:
    key = await make_key(database, tenant, created_by=owner.id)
    async with database.write(SYSTEM) as session:
        (await session.get_one(User, owner.id)).role = "viewer"
    scopes = (await me(application, key.headers)).json()["scopes"]
    assert scopes == ["bots:read", "conversations:read", "knowledge:read"]


async def test_no_key_is_an_operator_even_when_its_row_says_so(
    application: Application, database: Database, tenant: Tenant
) -> None:
    operator = await factories.make_user(database, tenant.id, is_operator=True)
    key = await make_key(database, tenant, scopes=frozenset({"chat", "operator"}), created_by=operator.id)
    assert (await me(application, key.headers)).json()["scopes"] == ["chat"]
    assert (await application.client.get("/v1/tenants", headers=key.headers)).status_code == 403


async def test_a_token_of_a_user_under_another_tenant_is_refused(
    application: Application, owner: User, other_tenant: Tenant
) -> None:
    """Only we sign tokens, and yet the database has the last word."""
    token = application.parts.get(Tokens).access(owner.id, other_tenant.id)
    assert await statuses(application, token) == [401, 401, 401]


@pytest.mark.parametrize("what", ["bot", "tenant", "origin"])
async def test_a_visitors_token_dies_with_the_bot_the_tenant_or_the_origin(
    application: Application, database: Database, tenant: Tenant, what: str
) -> None:
    bot = await factories.make_bot(database, tenant.id, allowed_origins=(ORIGIN,))
    headers = application.as_visitor(tenant.id, bot.id, origin=ORIGIN)
    path, params = "/v1/widget/messages", {"session_id": "s"}
    assert (await application.client.get(path, params=params, headers=headers)).status_code == 200
    async with database.write(SYSTEM) as session:
        row = await session.get_one(Bot, bot.id)
        if what == "bot":
            row.is_active = False
        elif what == "origin":
            row.allowed_origins = ["https://elsewhere.example.com"]
        else:
            (await session.get_one(Tenant, tenant.id)).is_active = False
    response = await application.client.get(path, params=params, headers=headers)
    assert response.status_code == (403 if what == "origin" else 401)
