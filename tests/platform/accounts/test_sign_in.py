"""Signing in, staying signed in, and being signed out."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from chatbot.accounts.sign_in.sign_in import SignInDesk
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.errors import Unauthenticated
from chatbot.foundation.security.passwords import Passwords
from chatbot.foundation.security.tokens import Tokens
from chatbot.foundation.settings import Settings
from chatbot.models import Tenant, User
from tests import factories
from tests.platform.edge.application import PASSWORD, Application, bearer, make_key, problem_of, running


async def sign_in(application: Application, email: str, password: str = PASSWORD) -> httpx.Response:
    return await application.client.post("/auth/token", data={"username": email, "password": password})


async def refresh(application: Application, token: str) -> httpx.Response:
    return await application.client.post("/auth/refresh", json={"refresh_token": token})


def accounts(application: Application) -> SignInDesk:
    parts = application.parts
    return SignInDesk(parts.get(Database), parts.get(Tokens), parts.get(Passwords))


async def disable(database: Database, row: User | Tenant) -> None:
    async with database.write(SYSTEM) as session:
        found = await session.merge(row)
        found.is_active = False


async def test_the_password_brings_tokens_and_the_token_says_who_it_is(
    application: Application, owner: User, tenant: Tenant
) -> None:
    response = await sign_in(application, owner.email.upper())
    assert response.status_code == 200
    body = response.json()
    assert (body["token_type"], body["expires_in"]) == ("bearer", 900)
    me = (await application.client.get("/auth/me", headers=bearer(body["access_token"]))).json()
    assert (me["kind"], me["id"], me["email"], me["role"]) == ("user", owner.id, owner.email, "owner")
    assert me["tenant"] == {"id": tenant.id, "slug": tenant.slug, "name": tenant.name}
    assert "tenant:manage" in me["scopes"]
    assert "operator" not in me["scopes"]


async def test_a_wrong_password_and_an_unknown_account_look_alike(application: Application, owner: User) -> None:
    wrong = problem_of(await sign_in(application, owner.email, "a wrong password"))
    unknown = problem_of(await sign_in(application, "nobody@example.com"))
    assert wrong["status"] == 401
    assert {**wrong, "request_id": ""} == {**unknown, "request_id": ""}


@pytest.mark.parametrize("password", ["", "x" * 300, "\x00" * 12])
async def test_a_strange_password_is_refused_without_a_fault(
    application: Application, owner: User, password: str
) -> None:
    assert (await sign_in(application, owner.email, password)).status_code in (401, 422)


async def test_the_disabled_cannot_sign_in(application: Application, database: Database, owner: User) -> None:
    await disable(database, owner)
    assert (await sign_in(application, owner.email)).status_code == 401


async def test_nobody_of_a_disabled_tenant_can_sign_in(
    application: Application, database: Database, owner: User, tenant: Tenant
) -> None:
    await disable(database, tenant)
    assert (await sign_in(application, owner.email)).status_code == 401


async def test_a_refresh_token_works_once_and_its_reuse_ends_the_whole_sign_in(
    application: Application, owner: User
) -> None:
    first = (await sign_in(application, owner.email)).json()["refresh_token"]
    other = (await sign_in(application, owner.email)).json()["refresh_token"]
    second = await refresh(application, first)
    assert second.status_code == 200
    third = await refresh(application, second.json()["refresh_token"])
    assert third.status_code == 200
    stolen = await refresh(application, first)
    assert problem_of(stolen)["code"] == "unauthenticated"
    assert (await refresh(application, third.json()["refresh_token"])).status_code == 401
    assert (await refresh(application, other)).status_code == 200, "another sign-in of the same user goes on"


async def test_of_many_refreshes_at_once_one_wins(application: Application, owner: User) -> None:
    token = (await sign_in(application, owner.email)).json()["refresh_token"]
    responses = await asyncio.gather(*(refresh(application, token) for _ in range(5)))
    assert sorted(response.status_code for response in responses) == [200, 401, 401, 401, 401]


async def test_the_disabled_cannot_refresh(application: Application, database: Database, owner: User) -> None:
    token = (await sign_in(application, owner.email)).json()["refresh_token"]
    await disable(database, owner)
    assert (await refresh(application, token)).status_code == 401


async def test_an_access_token_does_not_refresh(application: Application, owner: User) -> None:
    body = (await sign_in(application, owner.email)).json()
    assert (await refresh(application, body["access_token"])).status_code == 401
    as_access = await application.client.get("/auth/me", headers=bearer(body["refresh_token"]))
    assert as_access.status_code == 401


async def test_signing_out_ends_the_refresh_tokens_of_that_sign_in(application: Application, owner: User) -> None:
    first = (await sign_in(application, owner.email)).json()["refresh_token"]
    second = (await refresh(application, first)).json()["refresh_token"]
    signed_out = await application.client.post("/auth/logout", json={"refresh_token": first})
    assert (signed_out.status_code, signed_out.content) == (204, b"")
    assert (await refresh(application, second)).status_code == 401
    again = await application.client.post("/auth/logout", json={"refresh_token": "no token"})
    assert again.status_code == 204


async def test_several_tabs_share_a_session_until_it_is_closed(application: Application, owner: User) -> None:
    service = accounts(application)
    session = await service.open_session(owner.email, PASSWORD)
    first, second = await asyncio.gather(*(service.session_access(session) for _ in range(2)))
    for access in (first, second):
        assert (access.profile.id, access.expires_in) == (owner.id, 900)
        me = await application.client.get("/auth/me", headers=bearer(access.access_token))
        assert me.status_code == 200
    assert (await refresh(application, session)).status_code == 401, "the cookie is no refresh token"
    await service.close_session(session)
    with pytest.raises(Unauthenticated):
        await service.session_access(session)


async def test_a_session_ends_when_its_user_is_disabled(
    application: Application, database: Database, owner: User
) -> None:
    session = await accounts(application).open_session(owner.email, PASSWORD)
    await disable(database, owner)
    with pytest.raises(Unauthenticated):
        await accounts(application).session_access(session)


async def test_changing_the_password_ends_every_sign_in(application: Application, owner: User) -> None:
    token = (await sign_in(application, owner.email)).json()["refresh_token"]
    headers = application.as_user(owner)
    path, new = "/auth/password", "another long password"

    async def change(current: str, chosen: str) -> httpx.Response:
        body = {"current_password": current, "new_password": chosen}
        return await application.client.post(path, headers=headers, json=body)

    assert (await change("a wrong password", new)).status_code == 401
    assert problem_of(await change(PASSWORD, "short"))["code"] == "invalid_input"
    assert (await change(PASSWORD, new)).status_code == 204
    assert (await refresh(application, token)).status_code == 401
    assert (await sign_in(application, owner.email)).status_code == 401
    assert (await sign_in(application, owner.email, new)).status_code == 200


async def test_a_key_has_no_password_to_change(application: Application, database: Database, tenant: Tenant) -> None:
    key = await make_key(database, tenant)
    body = {"current_password": PASSWORD, "new_password": "another long password"}
    assert (await application.client.post("/auth/password", headers=key.headers, json=body)).status_code == 403


async def test_signing_in_is_counted_per_address_whatever_the_account(
    settings: Settings, database: Database, tenant: Tenant
) -> None:
    user = await factories.make_user(database, tenant.id)
    async with running(settings.model_copy(update={"rate_limit_login": "3/hour"})) as application:
        for number in range(3):
            assert (await sign_in(application, f"nobody{number}@example.com")).status_code == 401
        refused = await sign_in(application, user.email)
        assert problem_of(refused)["code"] == "rate_limited"
        assert int(refused.headers["Retry-After"]) > 0
