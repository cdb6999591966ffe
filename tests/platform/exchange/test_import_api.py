"""Bringing a bot over HTTP: it is there, it answers, and it can be taken along again."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import func, select

from chatbot.foundation.database import SYSTEM, Database
from chatbot.models import Bot, BotEntity, BotFlow, IntentExample, Job, RegressionExample, Tenant
from tests import factories
from tests.nlu.exchange.projects import RASA_3
from tests.platform.edge.application import Application, problem_of
from tests.platform.exchange.exchange_client import BotExchangeClient, packed

TABLE = "text,intent\n你好,greet\nhello,greet\n再见,bye\nbye for now,bye\n".encode()


async def rows_of(database: Database, bot_id: str) -> dict[str, int]:
    """How many rows the bot has, by table."""
    counts = {}
    async with database.read(SYSTEM) as session:
        for model in (IntentExample, BotEntity, BotFlow, RegressionExample):
            query = select(func.count()).select_from(model).where(model.bot_id == bot_id)
            counts[model.__tablename__] = await session.scalar(query) or 0
    return counts


async def trained(database: Database, job_id: str) -> str:
    """The state in which the training job ends."""
    while True:
        async with database.read(SYSTEM) as session:
            job = await session.get_one(Job, job_id)
            if job.status in ("done", "failed"):
                return job.status
        await asyncio.sleep(0.05)


async def test_a_rasa_project_becomes_a_bot_that_is_trained_and_answers(
    exchange: BotExchangeClient, database: Database
) -> None:
    body: dict[str, Any] = await exchange.brought(packed(RASA_3, folder="library-main/"), "library.zip", name="Library")
    assert body["report"]["format"] == "rasa"
    assert body["report"]["found"]["rules"] == 6
    assert body["report"]["made"] == {"intents": 9, "examples": 19, "entities": 3, "flows": 7, "tests": 3}
    notices = {(notice["file"], notice["line"], notice["code"]) for notice in body["report"]["notices"]}
    assert ("actions/actions.py", 0, "code_left") in notices
    assert ("domain/intents.yml", 19, "needs_connector") in notices
    assert await rows_of(database, body["bot_id"]) == {
        "intent_examples": 19,
        "bot_entities": 3,
        "bot_flows": 7,
        "regression_examples": 3,
    }
    assert await trained(database, body["training_job_id"]) == "done"
    answer = await exchange.client.post(
        "/chatbot",
        headers=exchange.headers,
        json={"user_id": "u", "message": "when do you open", "bot_id": body["bot_id"]},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["reply"] == "We open at nine."


async def test_bringing_into_a_bot_adds_what_it_lacks_and_keeps_what_it_has(
    exchange: BotExchangeClient, database: Database
) -> None:
    body: dict[str, Any] = await exchange.brought(TABLE, "a.csv")
    bot_id = body["bot_id"]
    async with database.read(SYSTEM) as session:
        before = (await session.get_one(Bot, bot_id)).revision
    more = {
        "domain.yml": "intents: [greet]\nresponses:\n  utter_greet: [{text: Hello!}]\n",
        "rules.yml": "rules:\n- rule: g\n  steps:\n  - intent: greet\n  - action: utter_greet\n",
        "nlu.yml": "nlu:\n- intent: greet\n  examples: |\n    - hello\n    - a [red](colour) hello\n",
    }
    first = (await exchange.bring(packed(more), "more.zip", into=bot_id)).json()["report"]
    assert first["made"] == {"intents": 0, "examples": 1, "entities": 1, "flows": 1, "tests": 0}
    second = (await exchange.bring(packed(more), "more.zip", into=bot_id)).json()["report"]
    assert second["made"] == {"intents": 0, "examples": 0, "entities": 0, "flows": 0, "tests": 0}
    assert not second["notices"]
    other = {
        **more,
        "domain.yml": more["domain.yml"].replace("Hello!", "Hi!"),
        "nlu.yml": more["nlu.yml"].replace("red", "blue"),
    }
    third = (await exchange.bring(packed(other), "more.zip", into=bot_id)).json()["report"]
    assert [notice["code"] for notice in third["notices"]] == ["flow_kept"]
    exported = (await exchange.take(bot_id)).json()
    assert exported["flows"][0]["say"] == {"en": "Hello!"}
    assert exported["entities"]["colour"]["values"] == {"red": [], "blue": []}
    async with database.read(SYSTEM) as session:
        bot = await session.get_one(Bot, bot_id)
    assert bot.revision > before
    assert bot.name == "a"


async def test_our_own_json_comes_back_exactly(exchange: BotExchangeClient) -> None:
    body: dict[str, Any] = await exchange.brought(packed(RASA_3), "library.zip", name="Library")
    taken = await exchange.take(body["bot_id"])
    assert taken.headers["content-disposition"] == 'attachment; filename="library.json"'
    again = await exchange.brought(taken.content, "library.json", name="Library 2")
    copied = (await exchange.take(str(again["bot_id"]))).json()
    assert copied["bot"].pop("name") == "Library 2"
    original = json.loads(taken.content)
    assert original["bot"].pop("name") == "Library"
    assert copied == original
    assert original["examples"] and original["entities"] and original["flows"] and original["tests"]


async def test_bots_are_brought_into_ones_own_tenant_alone(
    application: Application, database: Database, exchange: BotExchangeClient, other_tenant: Tenant
) -> None:
    theirs = await factories.make_bot(database, other_tenant.id)
    for response in (await exchange.bring(TABLE, "a.csv", into=theirs.id), await exchange.take(theirs.id)):
        assert (response.status_code, problem_of(response)["code"]) == (404, "bot_not_found")
    assert set((await rows_of(database, theirs.id)).values()) == {0}


@pytest.mark.parametrize(("role", "may_bring", "may_take"), [("editor", True, True), ("viewer", False, True)])
async def test_who_may_bring_and_take(
    application: Application,
    database: Database,
    exchange: BotExchangeClient,
    tenant: Tenant,
    role: str,
    may_bring: bool,
    may_take: bool,
) -> None:
    body = await exchange.brought(TABLE, "a.csv", name="mine")
    person = await factories.make_user(database, tenant.id, role=role)
    theirs = BotExchangeClient(application.client, application.as_user(person))
    assert (await theirs.bring(TABLE, "b.csv")).status_code == (201 if may_bring else 403)
    assert (await theirs.bring(TABLE, "b.csv", into=str(body["bot_id"]))).status_code == (200 if may_bring else 403)
    assert (await theirs.take(str(body["bot_id"]))).status_code == (200 if may_take else 403)
