"""What machines ask: alive, ready, and figures."""

from __future__ import annotations

import pytest

from chatbot.foundation.database import Database
from chatbot.foundation.metrics import Metrics
from chatbot.foundation.settings import Settings
from chatbot.models import Tenant, User
from tests.platform.edge.application import Application, make_key, running


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind is enough: the database is not the subject here."""
    return sqlite_url


async def test_a_healthy_application_says_so(application: Application) -> None:
    assert (await application.client.get("/health/live")).json() == {"status": "ok"}
    for path in ("/health/ready", "/health"):
        response = await application.client.get(path)
        assert response.status_code == 200
        assert response.json()["checks"] == {"database": "ok", "redis": "ok", "models": "ok"}


async def test_without_its_database_it_is_alive_and_not_ready(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_answer(_database: Database) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(Database, "ping", no_answer)
    response = await application.client.get("/health/ready")
    assert (response.status_code, response.json()["checks"]["database"]) == (503, "unavailable")
    assert (await application.client.get("/health/live")).status_code == 200


async def test_requests_are_counted_by_the_template_of_their_route(application: Application, owner: User) -> None:
    client, headers = application.client, application.as_user(owner)
    for path in ("/v1/bots/" + "0" * 32, "/v1/bots/" + "1" * 32, "/nothing", "/nothing/else"):
        await client.get(path, headers=headers)
    await client.request("BREW", "/health/live")
    figures = (await client.get("/metrics")).text
    assert 'chatbot_http_requests_total{method="GET",route="/v1/bots/{bot_id}",status="404"} 2.0' in figures
    assert 'chatbot_http_requests_total{method="GET",route="unmatched",status="404"} 2.0' in figures
    assert 'method="BREW"' not in figures
    assert "0" * 32 not in figures
    assert "nothing" not in figures


def test_applications_in_one_process_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.turn("say", "zh", 0.1)
    assert 'chatbot_turns_total{action="say",language="zh"} 1.0' in first.render().decode()
    assert 'action="say"' not in second.render().decode()


async def test_keys_and_users_are_counted_apart_at_the_rate_of_their_kind(
    settings: Settings, database: Database, tenant: Tenant, owner: User
) -> None:
    first, second = await make_key(database, tenant), await make_key(database, tenant)
    async with running(settings.model_copy(update={"rate_limit_key": "2/hour"})) as application:

        async def ask(headers: dict[str, str]) -> int:
            return (await application.client.get("/auth/me", headers=headers)).status_code

        as_bearer = {"Authorization": f"Bearer {first.secret}"}
        assert [await ask(first.headers), await ask(as_bearer), await ask(first.headers), await ask(as_bearer)] == [
            200,
            200,
            429,
            429,
        ], "the header makes no difference"
        assert [await ask(second.headers) for _ in range(3)] == [200, 200, 429]
        assert [await ask(application.as_user(owner)) for _ in range(3)] == [200, 200, 429]


@pytest.mark.redis
async def test_two_replicas_count_together(
    settings: Settings, database: Database, tenant: Tenant, redis_namespace: tuple[str, str]
) -> None:
    key = await make_key(database, tenant)
    shared = settings.model_copy(update={"rate_limit_key": "2/hour", "redis_url": redis_namespace[0]})
    async with running(shared) as first, running(shared) as second:
        asked = [
            (await application.client.get("/auth/me", headers=key.headers)).status_code
            for application in (first, second, first, second)
        ]
    assert asked == [200, 200, 429, 429]


async def test_without_redis_requests_go_on_and_the_outage_is_counted(
    settings: Settings, database: Database, tenant: Tenant
) -> None:
    key = await make_key(database, tenant)
    async with running(settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"})) as application:
        assert (await application.client.get("/auth/me", headers=key.headers)).status_code == 200
        assert 'chatbot_outages_total{part="redis"} 1.0' in application.parts.get(Metrics).render().decode()
        assert (await application.client.get("/health/ready")).status_code == 503
