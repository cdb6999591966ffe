"""The operator's tenants."""

from __future__ import annotations

import httpx
import pytest

from chatbot.foundation.database import Database
from chatbot.models import Tenant, User
from tests import factories
from tests.platform.edge.application import PASSWORD, Application, bearer, problem_of


@pytest.fixture
async def operator(database: Database, tenant: Tenant) -> User:
    return await factories.make_user(database, tenant.id, is_operator=True)


async def found(application: Application, operator: User, **fields: str) -> httpx.Response:
    body = {"slug": "globex", "name": "Globex", "owner_email": "hank@globex.example", "owner_password": PASSWORD}
    return await application.client.post("/v1/tenants", headers=application.as_user(operator), json={**body, **fields})


async def test_a_new_tenants_owner_signs_in_and_sees_an_empty_tenant(
    application: Application, database: Database, operator: User
) -> None:
    await factories.make_bot(database, operator.tenant_id)
    created = await found(application, operator)
    assert created.status_code == 201
    form = {"username": "hank@globex.example", "password": PASSWORD}
    tokens = (await application.client.post("/auth/token", data=form)).json()
    headers = bearer(tokens["access_token"])
    me = (await application.client.get("/auth/me", headers=headers)).json()
    assert (me["tenant"]["slug"], me["role"], "operator" in me["scopes"]) == ("globex", "owner", False)
    assert (await application.client.get("/v1/bots", headers=headers)).json()["items"] == []
    assert (await application.client.get("/v1/tenants", headers=headers)).status_code == 403


async def test_a_slug_and_an_email_address_are_taken_once(
    application: Application, operator: User, owner: User
) -> None:
    assert (await found(application, operator)).status_code == 201
    again = await found(application, operator, owner_email="other@globex.example")
    assert problem_of(again)["code"] == "slug_taken"
    taken = await found(application, operator, slug="initech", owner_email=owner.email)
    assert problem_of(taken)["code"] == "email_taken"
    listed = await application.client.get("/v1/tenants", headers=application.as_user(operator))
    assert "initech" not in listed.text, "a tenant without its owner is not left behind"


FAULTY_TENANTS: list[dict[str, str]] = [
    {"slug": "Globex"},
    {"slug": "-a"},
    {"slug": "a/b"},
    {"slug": ""},
    {"slug": "a" * 64},
    {"owner_password": "x"},
]


async def test_a_tenant_with_a_fault_is_422(application: Application, operator: User) -> None:
    for fields in FAULTY_TENANTS:
        assert (await found(application, operator, **fields)).status_code == 422, fields


async def test_disabling_a_tenant_and_enabling_it_again(
    application: Application, operator: User, other_owner: User
) -> None:
    path, headers = f"/v1/tenants/{other_owner.tenant_id}", application.as_user(operator)
    as_other = application.as_user(other_owner)

    async def switch(is_active: bool) -> int:
        changed = await application.client.patch(path, headers=headers, json={"is_active": is_active})
        assert changed.json()["is_active"] is is_active
        return (await application.client.get("/auth/me", headers=as_other)).status_code

    assert [await switch(False), await switch(True)] == [401, 200]


async def test_operators_cannot_lock_themselves_out(application: Application, operator: User) -> None:
    path, headers = f"/v1/tenants/{operator.tenant_id}", application.as_user(operator)
    assert (await application.client.patch(path, headers=headers, json={"is_active": False})).status_code == 409


async def test_a_tenant_that_is_not_there_is_not_found(application: Application, operator: User) -> None:
    response = await application.client.get("/v1/tenants/" + "0" * 32, headers=application.as_user(operator))
    assert problem_of(response)["code"] == "tenant_not_found"
