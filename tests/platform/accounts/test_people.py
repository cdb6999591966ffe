"""Users and keys of a tenant: nobody hands out more than they hold."""

from __future__ import annotations

import json
from datetime import timedelta

import httpx
import pytest

from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.security import ROLES
from chatbot.models import Tenant, User, utc_now
from tests import factories
from tests.platform.edge.application import PASSWORD, Application, Key, make_key, problem_of

RANK = {"owner": 4, "admin": 3, "editor": 2, "agent": 1, "viewer": 0}


def new_user(role: str = "viewer", email: str = "new@example.com", **changes: object) -> dict[str, object]:
    return {"email": email, "name": "New", "role": role, "password": PASSWORD, **changes}


async def create_user(application: Application, headers: dict[str, str], **fields: str) -> httpx.Response:
    return await application.client.post("/v1/users", headers=headers, json=new_user(**fields))


async def patch_user(
    application: Application, headers: dict[str, str], user: User, changes: dict[str, object]
) -> httpx.Response:
    return await application.client.patch(f"/v1/users/{user.id}", headers=headers, json=changes)


async def test_a_user_is_created_listed_changed_and_deleted(application: Application, owner: User) -> None:
    headers = application.as_user(owner)
    created = await create_user(application, headers, role="editor", email="Ann@Example.com ")
    assert created.status_code == 201
    user = created.json()
    assert set(user) == {"id", "email", "name", "role", "is_active", "created_at"}
    assert (user["email"], user["role"], user["is_active"]) == ("ann@example.com", "editor", True)
    path = f"/v1/users/{user['id']}"
    listed = (await application.client.get("/v1/users", headers=headers)).json()
    assert [item["email"] for item in listed["items"]] == ["ann@example.com", owner.email]
    changed = await application.client.patch(path, headers=headers, json={"role": "agent", "name": "Anna"})
    assert (changed.json()["role"], changed.json()["name"]) == ("agent", "Anna")
    assert (await application.client.delete(path, headers=headers)).status_code == 204
    assert problem_of(await application.client.get(path, headers=headers))["code"] == "user_not_found"


async def test_lists_go_on_page_by_page(application: Application, owner: User) -> None:
    headers, seen, cursor = application.as_user(owner), [], None
    for number in range(4):
        assert (await create_user(application, headers, email=f"u{number}@example.com")).status_code == 201
    while True:
        params = {"limit": "2", **({"cursor": cursor} if cursor else {})}
        page = (await application.client.get("/v1/users", headers=headers, params=params)).json()
        seen += [item["email"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [*(f"u{number}@example.com" for number in (3, 2, 1, 0)), owner.email]
    for params in ({"cursor": "nonsense"}, {"cursor": "\x00" * 32}, {"limit": "0"}, {"limit": "201"}, {"limit": "x"}):
        assert (await application.client.get("/v1/users", headers=headers, params=params)).status_code == 422


async def test_an_email_address_has_one_account_also_across_tenants(
    application: Application, owner: User, other_owner: User
) -> None:
    for taken in (owner.email, other_owner.email):
        response = await create_user(application, application.as_user(owner), email=taken)
        assert problem_of(response)["code"] == "email_taken"
        assert response.status_code == 409


FAULTY_USERS: list[dict[str, object]] = [
    {"email": "no address"},
    {"email": "a\x00@example.com"},
    {"email": ""},
    {"role": "operator"},
    {"role": "root"},
    {"password": "short"},
    {"name": "x" * 201},
    {"name": "\ud800"},
    {"is_operator": True},
    {"tenant_id": "0" * 32},
]


async def test_a_user_with_a_fault_is_422_and_names_the_field(application: Application, owner: User) -> None:
    for changes in FAULTY_USERS:
        response = await application.client.post(
            "/v1/users",
            headers={**application.as_user(owner), "Content-Type": "application/json"},
            content=json.dumps(new_user() | changes).encode(),
        )
        problem = problem_of(response)
        assert response.status_code == 422, changes
        assert next(iter(changes)) in str(problem["errors"])
        assert PASSWORD not in response.text


@pytest.mark.parametrize("role", ROLES)
async def test_an_admin_manages_no_one_above_an_admin(
    application: Application, database: Database, tenant: Tenant, owner: User, role: str
) -> None:
    admin = await factories.make_user(database, tenant.id, role="admin")
    target = await factories.make_user(database, tenant.id, role=role)
    headers = application.as_user(admin)
    may = RANK[role] <= RANK["admin"]
    assert (await create_user(application, headers, role=role)).status_code == (201 if may else 403)
    promoted = await patch_user(application, headers, admin, {"role": role})
    assert promoted.status_code == (200 if may else 403)
    async with database.write(SYSTEM) as session:
        (await session.get_one(User, admin.id)).role = "admin"
    every: tuple[dict[str, object], ...] = ({"password": "another long password"}, {"is_active": False}, {"name": "x"})
    for changes in every:
        assert (await patch_user(application, headers, target, changes)).status_code == (200 if may else 403)
    deleted = await application.client.delete(f"/v1/users/{target.id}", headers=headers)
    assert deleted.status_code == (204 if may else 403)


@pytest.mark.parametrize("changes", [{"role": "admin"}, {"is_active": False}, None])
async def test_the_last_owner_stays(
    application: Application, database: Database, tenant: Tenant, owner: User, changes: dict[str, object] | None
) -> None:
    await factories.make_user(database, tenant.id, role="owner", is_active=False)
    headers = application.as_user(owner)

    async def leave() -> httpx.Response:
        if changes is None:
            return await application.client.delete(f"/v1/users/{owner.id}", headers=headers)
        return await patch_user(application, headers, owner, changes)

    assert problem_of(await leave())["code"] == "last_owner"
    await factories.make_user(database, tenant.id, role="owner")
    assert (await leave()).status_code in (200, 204)


async def test_deleting_a_user_revokes_the_keys_they_made(
    application: Application, database: Database, tenant: Tenant, owner: User
) -> None:
    user = await factories.make_user(database, tenant.id, role="admin")
    key = await make_key(database, tenant, created_by=user.id)
    assert (await application.client.get("/auth/me", headers=key.headers)).status_code == 200
    headers = application.as_user(owner)
    assert (await application.client.delete(f"/v1/users/{user.id}", headers=headers)).status_code == 204
    assert (await application.client.get("/auth/me", headers=key.headers)).status_code == 401


async def issue(application: Application, headers: dict[str, str], **fields: object) -> httpx.Response:
    return await application.client.post("/v1/api-keys", headers=headers, json={"name": "CRM", **fields})


async def test_a_key_is_shown_once_works_and_is_kept_as_a_digest(
    application: Application, database: Database, owner: User
) -> None:
    headers = application.as_user(owner)
    issued = (await issue(application, headers)).json()
    assert issued["scopes"] == ["chat"], "the least when nothing is said"
    assert issued["secret"].startswith(issued["prefix"])
    used = await application.client.get("/auth/me", headers={"X-API-Key": issued["secret"]})
    assert used.json()["scopes"] == ["chat"]
    listed = await application.client.get("/v1/api-keys", headers=headers)
    assert issued["secret"] not in listed.text
    assert set(listed.json()["items"][0]) == {
        "id", "name", "prefix", "scopes", "created_at", "expires_at", "revoked_at",
    }  # fmt: skip


async def test_rotating_a_key_kills_the_old_secret_and_revoking_kills_the_key(
    application: Application, owner: User
) -> None:
    headers = application.as_user(owner)
    first = (await issue(application, headers, scopes=["chat", "bots:read"])).json()
    path = f"/v1/api-keys/{first['id']}"
    second = (await application.client.post(f"{path}/rotate", headers=headers)).json()
    assert (second["id"], second["scopes"]) == (first["id"], first["scopes"])

    async def status(secret: str) -> int:
        return (await application.client.get("/auth/me", headers={"X-API-Key": secret})).status_code

    assert [await status(first["secret"]), await status(second["secret"])] == [401, 200]
    assert (await application.client.delete(path, headers=headers)).status_code == 204
    assert (await application.client.delete(path, headers=headers)).status_code == 204
    assert await status(second["secret"]) == 401
    assert (await application.client.post(f"{path}/rotate", headers=headers)).status_code == 409


async def test_a_key_holds_no_scope_that_its_maker_lacks(
    application: Application, database: Database, tenant: Tenant, owner: User
) -> None:
    admin = await factories.make_user(database, tenant.id, role="admin")
    as_admin = application.as_user(admin)
    assert (await issue(application, as_admin, scopes=["chat", "tenant:manage"])).status_code == 403
    assert (await issue(application, as_admin, scopes=["operator"])).status_code == 403
    assert (await issue(application, as_admin, scopes=["everything"])).status_code == 422
    assert (await issue(application, as_admin, scopes=[])).status_code == 422
    maker: Key = await make_key(database, tenant, scopes=frozenset({"api_keys:manage", "chat"}), created_by=owner.id)
    assert (await issue(application, maker.headers, scopes=["chat"])).status_code == 201
    assert (await issue(application, maker.headers, scopes=["users:manage"])).status_code == 403
    strong = (await issue(application, application.as_user(owner), scopes=["users:manage"])).json()
    stolen = await application.client.post(f"/v1/api-keys/{strong['id']}/rotate", headers=maker.headers)
    assert stolen.status_code == 403, "rotating a stronger key would hand it over"


async def test_a_key_made_with_a_key_dies_with_the_same_person(
    application: Application, database: Database, tenant: Tenant, owner: User
) -> None:
    maker = await make_key(database, tenant, created_by=owner.id)
    made = (await issue(application, maker.headers)).json()
    async with database.write(SYSTEM) as session:
        (await session.get_one(User, owner.id)).is_active = False
    assert (await application.client.get("/auth/me", headers={"X-API-Key": made["secret"]})).status_code == 401


async def test_a_key_cannot_be_born_expired(application: Application, owner: User) -> None:
    headers, past = application.as_user(owner), (utc_now() - timedelta(days=1)).isoformat()
    assert (await issue(application, headers, expires_at=past)).status_code == 422
    future = (utc_now() + timedelta(days=1)).isoformat()
    assert (await issue(application, headers, expires_at=future)).status_code == 201
    assert (await issue(application, headers, expires_at="2099-01-01T00:00:00")).status_code == 422, "no time zone"
