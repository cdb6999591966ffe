"""Widgets: a public key works where the bot says, and a visitor has their own talk and nothing else."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select

from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.settings import Settings
from chatbot.models import Bot, Conversation, Message, Tenant, User
from tests import factories
from tests.platform.edge.application import Application, bearer, problem_of, running

ORIGIN = "https://www.example.com"
ELSEWHERE = "https://evil.example.com"


@pytest.fixture
async def bot(database: Database, tenant: Tenant) -> Bot:
    return await factories.make_bot(database, tenant.id, allowed_origins=(ORIGIN,), is_default=True)


async def arrive(application: Application, widget_key: str, origin: str | None = ORIGIN) -> httpx.Response:
    headers = {} if origin is None else {"Origin": origin}
    return await application.client.post("/v1/widget/sessions", headers=headers, json={"widget_key": widget_key})


async def talk_of(database: Database, bot: Bot, visitor_id: str, *, said: str) -> tuple[Conversation, Message]:
    """A conversation of one question and one reply, in the session "s"."""
    talk = await factories.save(
        database,
        Conversation(
            tenant_id=bot.tenant_id, bot_id=bot.id, user_id=f"visitor:{visitor_id}", session_id="s", message_count=2
        ),
    )
    own = {"tenant_id": bot.tenant_id, "conversation_id": talk.id, "text": said}
    await factories.save(database, Message(**own, ordinal=0, role="user"))
    reply = await factories.save(database, Message(**own, ordinal=1, role="bot", response={"reply": said}, trace=[]))
    return talk, reply


async def test_a_listed_page_gets_a_visitor_who_can_chat(application: Application, bot: Bot) -> None:
    response = await arrive(application, bot.widget_key)
    assert response.status_code == 201
    assert response.headers["access-control-allow-origin"] == ORIGIN
    session = response.json()
    assert session["bot"]["name"] == bot.name
    assert session["expires_in"] == 7 * 24 * 3600
    headers = {**bearer(session["visitor_token"]), "Origin": ORIGIN}
    said = await application.client.post(
        "/chatbot", headers=headers, json={"user_id": "somebody else", "message": "hello", "session_id": "s"}
    )
    assert said.status_code == 200, said.text
    messages = await application.client.get("/v1/widget/messages", params={"session_id": "s"}, headers=headers)
    assert [item["text"] for item in messages.json()["items"]][:1] == ["hello"]


async def test_visitors_are_never_the_same_one(application: Application, bot: Bot) -> None:
    first, second = [(await arrive(application, bot.widget_key)).json() for _ in range(2)]
    assert first["visitor_id"] != second["visitor_id"]


UNLISTED: list[str | None] = [
    None,
    "",
    "null",
    ELSEWHERE,
    "http://www.example.com",
    f"{ORIGIN}:8443",
    f"{ORIGIN}.evil.com",
    "*",
]


async def test_an_unlisted_page_gets_nothing(application: Application, bot: Bot) -> None:
    for origin in UNLISTED:
        response = await arrive(application, bot.widget_key, origin)
        assert problem_of(response)["code"] == "origin_not_allowed"
        assert response.status_code == 403
        assert "access-control-allow-origin" not in response.headers


async def test_an_unknown_key_or_a_sleeping_bot_is_not_found(
    application: Application, database: Database, bot: Bot
) -> None:
    assert (await arrive(application, "wk_unknown")).status_code == 404
    async with database.write(SYSTEM) as session:
        (await session.get_one(Bot, bot.id)).is_active = False
    assert (await arrive(application, bot.widget_key)).status_code == 404


async def test_a_rotated_key_gets_no_new_visitors(application: Application, bot: Bot, owner: User) -> None:
    rotated = await application.client.post(f"/v1/bots/{bot.id}/widget-key", headers=application.as_user(owner))
    assert (await arrive(application, bot.widget_key)).status_code == 404
    assert (await arrive(application, rotated.json()["widget_key"])).status_code == 201


async def test_a_token_taken_to_another_page_is_refused(application: Application, tenant: Tenant, bot: Bot) -> None:
    headers = application.as_visitor(tenant.id, bot.id, origin=ORIGIN)
    body = {"user_id": "x", "message": "hello"}
    taken = await application.client.post("/chatbot", headers={**headers, "Origin": ELSEWHERE}, json=body)
    assert problem_of(taken)["code"] == "origin_not_allowed"
    unlisted_at_birth = application.as_visitor(tenant.id, bot.id, origin=ELSEWHERE)
    assert (await application.client.post("/chatbot", headers=unlisted_at_birth, json=body)).status_code == 403


async def test_a_visitor_talks_to_the_own_bot_whatever_the_request_names(
    application: Application, database: Database, tenant: Tenant, bot: Bot
) -> None:
    other = await factories.make_bot(database, tenant.id)
    headers = application.as_visitor(tenant.id, bot.id, origin=ORIGIN)
    body = {"user_id": "x", "message": "hello", "session_id": "s", "bot_id": other.id}
    response = await application.client.post("/chatbot", headers=headers, json=body)
    assert response.status_code in (200, 404)
    async with database.read(SYSTEM) as session:
        assert set(await session.scalars(select(Conversation.bot_id))) <= {bot.id}


async def test_one_visitor_cannot_read_continue_rate_or_resume_the_talk_of_another(
    application: Application, database: Database, tenant: Tenant, bot: Bot
) -> None:
    secret = "my card ends in 4711"
    talk, reply = await talk_of(database, bot, "a" * 32, said=secret)
    headers = application.as_visitor(tenant.id, bot.id, origin=ORIGIN, visitor_id="b" * 32)
    client = application.client
    read = await client.get("/v1/widget/messages", params={"session_id": "s"}, headers=headers)
    body = {"user_id": f"visitor:{'a' * 32}", "message": "go on", "session_id": "s"}
    continued = await client.post("/chatbot", headers=headers, json=body)
    rated = await client.post(f"/v1/messages/{reply.id}/feedback", headers=headers, json={"rating": "down"})
    resumed = await client.get(f"/chatbot/stream/{reply.id}", headers=headers)
    traced = await client.get(f"/v1/messages/{reply.id}/trace", headers=headers)
    assert read.json()["items"] == []
    assert [rated.status_code, resumed.status_code, traced.status_code] == [404, 404, 403]
    for response in (read, continued, rated, resumed, traced):
        assert secret not in response.text
    async with database.read(SYSTEM) as session:
        assert (await session.get_one(Conversation, talk.id)).message_count == 2


async def test_a_visitor_reads_and_rates_the_own_talk(
    application: Application, database: Database, tenant: Tenant, bot: Bot
) -> None:
    _, reply = await talk_of(database, bot, "a" * 32, said="hello")
    headers = application.as_visitor(tenant.id, bot.id, origin=ORIGIN, visitor_id="a" * 32)
    read = await application.client.get("/v1/widget/messages", params={"session_id": "s"}, headers=headers)
    assert [item["text"] for item in read.json()["items"]] == ["hello", "hello"]
    rated = await application.client.post(f"/v1/messages/{reply.id}/feedback", headers=headers, json={"rating": "up"})
    assert rated.status_code == 204


async def preflight(application: Application, path: str, origin: str) -> httpx.Response:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    return await application.client.options(path, headers=headers)


WIDGET_PATHS: list[str] = [
    "/chatbot",
    "/chatbot/",
    "/chatbot/stream",
    "/v1/widget/sessions",
    "/v1/widget/messages",
    "/v1/messages/x/feedback",
]


async def test_browsers_may_read_widget_answers_on_listed_pages_alone(application: Application, bot: Bot) -> None:
    for path in WIDGET_PATHS:
        listed, unlisted = await preflight(application, path, ORIGIN), await preflight(application, path, ELSEWHERE)
        assert listed.headers["access-control-allow-origin"] == ORIGIN
        assert "authorization" in listed.headers["access-control-allow-headers"].lower()
        assert listed.headers["vary"] == unlisted.headers["vary"] == "Origin"
        assert "access-control-allow-origin" not in unlisted.headers
        assert "access-control-allow-credentials" not in listed.headers


OTHER_PATHS: list[str] = [
    "/v1/users",
    "/v1/bots",
    "/auth/token",
    "/v1/conversations",
    "/health",
    "/v1/messages/x/trace",
]


async def test_no_other_path_answers_other_origins(application: Application, bot: Bot) -> None:
    for path in OTHER_PATHS:
        assert "access-control-allow-origin" not in (await preflight(application, path, ORIGIN)).headers
        response = await application.client.get(path, headers={"Origin": ORIGIN})
        assert "access-control-allow-origin" not in response.headers


async def test_an_error_can_be_read_by_the_page_too(application: Application, bot: Bot) -> None:
    response = await application.client.post("/chatbot", headers={"Origin": ORIGIN}, json={})
    assert response.status_code == 401
    assert response.headers["access-control-allow-origin"] == ORIGIN


async def test_new_visitors_are_counted_per_address_and_messages_per_visitor(
    settings: Settings, database: Database, tenant: Tenant, bot: Bot
) -> None:
    limits = {"rate_limit_widget": "2/hour", "rate_limit_visitor": "3/hour"}
    async with running(settings.model_copy(update=limits)) as application:
        assert [(await arrive(application, bot.widget_key)).status_code for _ in range(3)] == [201, 201, 429]
        for visitor_id in ("a" * 32, "b" * 32):
            headers = application.as_visitor(tenant.id, bot.id, origin=ORIGIN, visitor_id=visitor_id)
            responses = [
                await application.client.get("/v1/widget/messages", params={"session_id": "s"}, headers=headers)
                for _ in range(4)
            ]
            assert [response.status_code for response in responses] == [200, 200, 200, 429]
            assert int(responses[-1].headers["Retry-After"]) > 0
            assert "retry-after" in responses[-1].headers["access-control-expose-headers"].lower()
