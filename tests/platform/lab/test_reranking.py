"""A reranker over the whole application: another order, the same scores; and nothing lost when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from chatbot.foundation.database import Database
from chatbot.foundation.settings import Settings
from chatbot.models import Tenant
from knowledge.errors import RerankingError
from tests import factories
from tests.conftest import IsolatedSettings
from tests.platform.documents.content_client import ContentClient
from tests.platform.edge.application import Application, build_parts
from tests.platform.lab.lab_client import CANTEEN, LEAVE, PARKING, LabClient, lab_over
from tests.rerank_server import RerankServer, rerank_server

QUESTION = "How many days of paid annual leave does every employee receive?"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """No row is written by what is tested here."""
    return sqlite_url


@pytest.fixture
def server() -> Iterator[RerankServer]:
    with rerank_server() as server:
        yield server


@pytest.fixture
def settings(settings: Settings, server: RerankServer) -> Settings:
    return IsolatedSettings(
        data_dir=settings.data_dir,
        database_url=settings.database_url,
        reranker="endpoint",
        reranker_model="rerank-1",
        reranker_base_url=server.base_url,
        reranker_timeout_seconds=3.0,
    )


@pytest.fixture
async def knowledge(application: Application, database: Database, tenant: Tenant) -> ContentClient:
    owner = await factories.make_user(database, tenant.id)
    return ContentClient(application.client, application.as_user(owner))


@pytest.fixture
async def lab(knowledge: ContentClient) -> LabClient:
    return await lab_over(knowledge, leave=LEAVE, canteen=CANTEEN, parking=PARKING)


async def searched(lab: LabClient, **body: object) -> list[dict[str, Any]]:
    response = await lab.call("POST", "/search", json={"question": QUESTION, **body})
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


async def explained(lab: LabClient) -> dict[str, Any]:
    found: dict[str, Any] = (await lab.call("POST", "/lab", json={"question": QUESTION})).json()
    return found


async def metrics(application: Application) -> str:
    return (await application.client.get("/metrics")).text


async def test_the_order_is_the_rerankers_and_the_scores_stay(lab: LabClient, server: RerankServer) -> None:
    before = await searched(lab)  # nothing is liked: all are alike to the server, and the search decides
    server.liked = ("canteen",)
    after = await searched(lab)
    assert before[0]["document_id"] == lab.documents["leave"]
    assert after[0]["document_id"] == lab.documents["canteen"]
    assert [one["score"] for one in after] == [one["score"] for one in before]
    assert {one["chunk_id"] for one in after} == {one["chunk_id"] for one in before}


async def test_more_is_read_than_is_asked_for(lab: LabClient, server: RerankServer) -> None:
    server.liked = ("parking", "Parking")
    (only,) = await searched(lab, limit=1)
    assert only["document_id"] == lab.documents["parking"]
    assert len(server.asked[-1]["documents"]) == 3


async def test_a_follow_up_reaches_the_server_with_what_it_is_about(lab: LabClient, server: RerankServer) -> None:
    talk = [{"role": "user", "text": "Where is the canteen?"}, {"role": "bot", "text": "On the ground floor."}]
    await searched(lab, question="And when does it close?", history=talk)
    assert server.asked[-1]["query"] == "canteen And when does it close?"


async def test_the_lab_shows_both_orders(lab: LabClient, server: RerankServer) -> None:
    server.liked = ("canteen",)
    found = await explained(lab)
    assert found["reranker"]["reranker"] == "rerank-1@127.0.0.1"
    assert found["reranker"]["error"] is None and found["reranker"]["candidates"] == 3
    best = found["items"][0]
    assert best["document_id"] == lab.documents["canteen"]
    assert best["relevance"] == 1.0 and best["ranks"]["fused"] > 1


@pytest.mark.parametrize("trouble", ["status", "malformed", "wrong index", "slow"])
async def test_whatever_goes_wrong_the_search_answers_in_its_own_order(
    lab: LabClient, application: Application, server: RerankServer, trouble: str
) -> None:
    before = await searched(lab)
    server.liked = ("canteen",)
    match trouble:
        case "status":
            server.failures = [500] * 20
        case "malformed":
            server.body = {"scores": [1, 2, 3]}
        case "wrong index":
            server.body = {"results": [{"index": 7, "relevance_score": 1.0}]}
        case _:
            server.delay_s = 4.0
    assert await searched(lab) == before
    assert 'chatbot_outages_total{part="reranker"} 1.0' in await metrics(application)
    found = await explained(lab)
    assert found["reranker"]["error"] == "failed"
    assert [one["relevance"] for one in found["items"]] == [None] * 3


async def test_a_server_that_keeps_failing_is_left_alone_for_a_while(lab: LabClient, server: RerankServer) -> None:
    server.failures = [400] * 20
    for _ in range(5):
        await searched(lab)
    assert len(server.asked) == 3
    assert (await explained(lab))["reranker"]["error"] == "resting"


async def test_a_turn_tells_in_its_trace(lab: LabClient, knowledge: ContentClient, server: RerankServer) -> None:
    await knowledge.bot_over(lab.base)
    server.liked = ("canteen",)
    reply = await knowledge.say(QUESTION)
    path = f"/v1/messages/{reply['metadata']['message_id']}/trace"  # type: ignore[index]
    trace = (await knowledge.client.get(path, headers=knowledge.headers)).json()["trace"]
    (hop,) = (hop for hop in trace if hop["hop"] == "retrieve")
    assert hop["reranker"]["reranker"] == "rerank-1@127.0.0.1"
    assert hop["passages"][0]["document"] == "canteen" and hop["passages"][0]["relevance"] == 1.0
    server.failures = [500] * 20
    assert (await knowledge.say(QUESTION))["reply"]


def test_settings_that_name_no_reranker_or_no_server_stop_the_start(settings: Settings) -> None:
    for wrong in ({"reranker": "colbert"}, {"reranker_base_url": ""}):
        with pytest.raises(RerankingError):
            build_parts(settings.model_copy(update=wrong))


async def test_a_calibration_asks_through_the_reranker(lab: LabClient, server: RerankServer) -> None:
    job = await lab.calibrated()
    assert job["status"] == "done", job
    assert len(server.asked) >= 20
    assert all(len(asked["documents"]) == 3 for asked in server.asked)
    server.failures = [500] * 1000
    assert (await lab.calibrated())["status"] == "done"
