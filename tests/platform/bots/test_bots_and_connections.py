"""Bots, and the connections their flows call."""

from __future__ import annotations

import httpx

from chatbot.connections.routes import EXAMPLE, NewConnection
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.security.secret_box import SecretBox
from chatbot.foundation.settings import Settings
from chatbot.models import Bot, Connection, Tenant, User
from connectors.http_client import GuardedHttpClient
from connectors.registry import build_connector
from tests import factories
from tests.platform.edge.application import Application, make_key, problem_of

CONFIG = {
    "base_url": "https://orders.example.com",
    "operations": {"status": {"method": "GET", "path": "/orders/{order_id}", "fields": {"status": "/status"}}},
}


async def create_bot(application: Application, owner: User, **fields: object) -> httpx.Response:
    headers = application.as_user(owner)
    return await application.client.post("/v1/bots", headers=headers, json={"name": "Support", **fields})


async def change_bot(application: Application, owner: User, bot_id: str, **fields: object) -> httpx.Response:
    return await application.client.patch(f"/v1/bots/{bot_id}", headers=application.as_user(owner), json=fields)


async def revision_of(database: Database, bot_id: str) -> int:
    async with database.read(SYSTEM) as session:
        return (await session.get_one(Bot, bot_id)).revision


async def test_the_first_bot_is_the_default_and_greets_in_both_languages(application: Application, owner: User) -> None:
    first = (await create_bot(application, owner)).json()
    second = (await create_bot(application, owner, name="Sales", greeting={"en": "Hi!"})).json()
    assert (first["is_default"], second["is_default"]) == (True, False)
    assert set(first["greeting"]) == {"zh", "en"}
    assert second["greeting"]["en"] == "Hi!"
    assert first["widget_key"] != second["widget_key"]


async def test_a_tenant_has_one_default_bot(application: Application, owner: User) -> None:
    first = (await create_bot(application, owner)).json()
    second = (await create_bot(application, owner, name="Sales", is_default=True)).json()
    listed = (await application.client.get("/v1/bots", headers=application.as_user(owner))).json()["items"]
    assert [bot["id"] for bot in listed if bot["is_default"]] == [second["id"]]
    assert (await change_bot(application, owner, second["id"], is_default=False)).status_code == 409
    assert (await change_bot(application, owner, first["id"], is_default=True)).json()["is_default"] is True
    headers = application.as_user(owner)
    assert (await application.client.delete(f"/v1/bots/{first['id']}", headers=headers)).status_code == 409
    assert (await application.client.delete(f"/v1/bots/{second['id']}", headers=headers)).status_code == 204
    assert (await application.client.delete(f"/v1/bots/{first['id']}", headers=headers)).status_code == 204


async def test_only_what_is_named_changes_and_every_change_is_a_revision(
    application: Application, database: Database, owner: User, tenant: Tenant
) -> None:
    knowledge_base = await factories.make_knowledge_base(database, tenant.id)
    origins = ["HTTPS://WWW.Example.com/", "https://www.example.com"]
    bot = (
        await create_bot(
            application, owner, knowledge_base_ids=[knowledge_base.id, knowledge_base.id], allowed_origins=origins
        )
    ).json()
    assert bot["allowed_origins"] == ["https://www.example.com"]
    assert bot["knowledge_base_ids"] == [knowledge_base.id]
    before = await revision_of(database, bot["id"])
    changed = (await change_bot(application, owner, bot["id"], timezone="Europe/Paris", answer_threshold=0.4)).json()
    assert {name for name in bot if bot[name] != changed[name]} == {"timezone", "answer_threshold", "updated_at"}
    assert await revision_of(database, bot["id"]) > before
    emptied = (await change_bot(application, owner, bot["id"], knowledge_base_ids=[], answer_threshold=None)).json()
    assert (emptied["knowledge_base_ids"], emptied["answer_threshold"]) == ([], None)


FAULTY_CHANGES: list[dict[str, object]] = [
    {"name": None},
    {"name": ""},
    {"timezone": ""},
    {"timezone": None},
    {"is_active": None},
    {"default_language": "fr"},
    {"allowed_origins": ["*"]},
    {"allowed_origins": ["https://a.example/path"]},
    {"answer_threshold": -0.1},
    {"widget_key": "mine"},
    {"revision": 1},
]


async def test_a_change_that_makes_no_sense_is_422(application: Application, owner: User) -> None:
    bot = (await create_bot(application, owner)).json()
    for fields in FAULTY_CHANGES:
        assert (await change_bot(application, owner, bot["id"], **fields)).status_code == 422, fields


async def test_names_are_taken_within_a_tenant_alone(application: Application, owner: User, other_owner: User) -> None:
    assert (await create_bot(application, owner)).status_code == 201
    assert problem_of(await create_bot(application, owner))["code"] == "name_taken"
    assert (await create_bot(application, other_owner)).status_code == 201


async def test_reading_bots_does_not_let_one_write_them(
    application: Application, database: Database, tenant: Tenant, owner: User
) -> None:
    bot = (await create_bot(application, owner)).json()
    reader = await make_key(database, tenant, scopes=frozenset({"bots:read"}))
    path = f"/v1/bots/{bot['id']}"
    assert (await application.client.get(path, headers=reader.headers)).status_code == 200
    for response in (
        await application.client.patch(path, headers=reader.headers, json={"name": "x"}),
        await application.client.post(f"{path}/widget-key", headers=reader.headers),
        await application.client.delete(path, headers=reader.headers),
        await application.client.post("/v1/bots", headers=reader.headers, json={"name": "x"}),
    ):
        assert response.status_code == 403


async def connect(application: Application, owner: User, **fields: object) -> httpx.Response:
    body = {"name": "orders", "kind": "rest", "config": CONFIG, "secrets": {"token": "hunter2"}, **fields}
    return await application.client.post("/v1/connections", headers=application.as_user(owner), json=body)


async def test_secrets_go_in_and_never_come_out(application: Application, database: Database, owner: User) -> None:
    created = await connect(application, owner)
    assert created.status_code == 201, created.text
    path, headers = f"/v1/connections/{created.json()['id']}", application.as_user(owner)
    changed = await application.client.patch(path, headers=headers, json={"secrets": {"other": "swordfish"}})
    listed = await application.client.get("/v1/connections", headers=headers)
    shown = await application.client.get(path, headers=headers)
    assert shown.json()["secret_names"] == ["other", "token"]
    async with database.read(SYSTEM) as session:
        sealed = (await session.get_one(Connection, created.json()["id"])).encrypted_secrets
    for text in (created.text, changed.text, listed.text, shown.text, sealed):
        assert "hunter2" not in text
        assert "swordfish" not in text
    assert application.parts.get(SecretBox).open_mapping(sealed) == {"token": "hunter2", "other": "swordfish"}
    dropped = await application.client.patch(path, headers=headers, json={"secrets": {"token": None}})
    assert dropped.json()["secret_names"] == ["other"]


FAULTY_CONNECTIONS: list[dict[str, object]] = [
    {"kind": "shell"},
    {"kind": "os.system"},
    {"config": {}},
    {"config": {**CONFIG, "base_url": "file:///etc/passwd"}},
    {"config": {**CONFIG, "base_url": "http://169.254.169.254/"}},
    {"config": {**CONFIG, "surprise": 1}},
    {"config": {**CONFIG, "deep": [[[]]]}},
    {"name": "no spaces"},
    {"secrets": {"a b": "x"}},
]


async def test_a_connection_that_cannot_work_is_refused_when_it_is_made(application: Application, owner: User) -> None:
    for fields in FAULTY_CONNECTIONS:
        response = await connect(application, owner, **fields)
        assert problem_of(response)["errors"]
        assert response.status_code == 422, fields
        assert "hunter2" not in response.text


async def test_the_documented_example_is_a_connection_that_works() -> None:
    body = NewConnection.model_validate(EXAMPLE)
    client = GuardedHttpClient()
    build_connector(body.kind, body.config, body.secrets, client)
    await client.aclose()


async def test_a_test_call_to_a_system_that_is_down_is_an_answer(
    application: Application, settings: Settings, owner: User
) -> None:
    created = (await connect(application, owner, config={**CONFIG, "base_url": "http://orders.invalid"})).json()
    response = await application.client.post(
        f"/v1/connections/{created['id']}/test",
        headers=application.as_user(owner),
        json={"operation": "status", "arguments": {"order_id": "A1"}},
    )
    assert response.status_code == 200
    assert (response.json()["ok"], response.json()["error"]) == (False, "unavailable")
    assert "hunter2" not in response.text


async def test_a_changed_connection_makes_the_bots_load_anew(
    application: Application, database: Database, owner: User
) -> None:
    bot_id = (await create_bot(application, owner)).json()["id"]
    path = f"/v1/connections/{(await connect(application, owner)).json()['id']}"
    before = await revision_of(database, bot_id)
    headers = application.as_user(owner)
    assert (await application.client.patch(path, headers=headers, json={"name": "shop"})).status_code == 200
    assert (await application.client.delete(path, headers=headers)).status_code == 204
    assert await revision_of(database, bot_id) == before + 2


async def test_an_editor_reads_connections_and_changes_none(
    application: Application, database: Database, tenant: Tenant
) -> None:
    editor = await factories.make_user(database, tenant.id, role="editor")
    headers = application.as_user(editor)
    assert (await application.client.get("/v1/connections", headers=headers)).status_code == 200
    assert (await connect(application, editor)).status_code == 403
