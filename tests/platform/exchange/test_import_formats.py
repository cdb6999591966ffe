"""Every format over HTTP: recognised, reported, and taken along as Rasa and back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.nlu.exchange.dialogflow_exports import CX, ES
from tests.nlu.exchange.projects import RASA_1, RASA_3
from tests.platform.edge.application import problem_of
from tests.platform.exchange.exchange_client import BotExchangeClient, packed

TABLE = "text,intent\n你好,greet\nhello,greet\n再见,bye\nbye for now,bye\n".encode()


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: the formats have nothing to do with the database."""
    return sqlite_url


@pytest.mark.parametrize(
    ("content", "file_name", "format_"),
    [
        (packed(RASA_1), "bot.zip", "rasa"),
        (packed(ES), "agent.zip", "dialogflow_es"),
        (packed(CX), "exported.zip", "dialogflow_cx"),
        (TABLE, "examples.csv", "csv"),
        (b'{"text": "hi", "intent": "greet"}\n{"text": "bye", "intent": "bye"}\n', "examples.jsonl", "jsonl"),
        (RASA_1["data/nlu.md"].encode(), "nlu.md", "rasa"),
        (RASA_1["data/more.json"].encode(), "nlu.json", "rasa"),
        (RASA_3["data/nlu.yml"].encode(), "nlu.yml", "rasa"),
    ],
)
async def test_every_format_is_recognised(
    exchange: BotExchangeClient, content: bytes, file_name: str, format_: str
) -> None:
    body: dict[str, Any] = await exchange.brought(content, file_name)
    assert body["report"]["format"] == format_
    assert body["report"]["made"]["examples"] > 0


async def test_the_report_speaks_the_clients_language(exchange: BotExchangeClient) -> None:
    data = packed(RASA_3)
    english = (await exchange.bring(data, "a.zip", fields={"name": "a"})).json()["report"]["notices"]
    chinese = (await exchange.bring(data, "a.zip", fields={"name": "b"}, headers={"Accept-Language": "zh-CN"})).json()
    assert [notice["code"] for notice in english] == [notice["code"] for notice in chinese["report"]["notices"]]
    assert english[0]["message"] != chinese["report"]["notices"][0]["message"]


async def test_a_bot_gets_its_name_from_the_request_the_file_or_the_files_name(exchange: BotExchangeClient) -> None:
    named = await exchange.brought(packed(ES), "export.zip")
    asked = await exchange.brought(packed(ES), "export.zip", name="Mine")
    filed = await exchange.brought(TABLE, "my table.csv")
    assert [named["name"], asked["name"], filed["name"]] == ["Tables", "Mine", "my table"]
    again = await exchange.bring(packed(ES), "export.zip")
    assert (again.status_code, problem_of(again)["code"]) == (409, "name_taken")


@pytest.mark.parametrize("project", [packed(RASA_3), packed(RASA_1), packed(ES), packed(CX)])
async def test_a_bot_taken_along_as_rasa_comes_back_with_the_same_counts(
    exchange: BotExchangeClient, project: bytes
) -> None:
    body: dict[str, Any] = await exchange.brought(project, "bot.zip", name="One")
    taken = await exchange.take(body["bot_id"], "rasa")
    assert taken.headers["content-type"] == "application/zip"
    again: dict[str, Any] = await exchange.brought(taken.content, "bot.zip", name="Two")
    assert again["report"]["made"] == body["report"]["made"]
    twice = await exchange.take(again["bot_id"], "rasa")
    third: dict[str, Any] = await exchange.brought(twice.content, "bot.zip", name="Three")
    assert third["report"]["found"] == again["report"]["found"]


async def test_a_bot_of_one_intent_is_not_trained(exchange: BotExchangeClient) -> None:
    body = await exchange.brought(b"text,intent\nhello,greet\n", "one.csv")
    assert body["training_job_id"] is None


async def test_an_intent_with_a_slash_in_its_name_can_be_renamed_and_deleted(exchange: BotExchangeClient) -> None:
    body = await exchange.brought(b"text,intent\nwhen,faq/hours\nhow much,faq/fines\n", "faq.csv")
    url, headers = f"/v1/bots/{body['bot_id']}/intents", exchange.headers
    renamed = await exchange.client.patch(f"{url}/faq%2Fhours", headers=headers, json={"name": "faq/times"})
    deleted = await exchange.client.delete(f"{url}/faq%2Ffines", headers=headers)
    assert (renamed.status_code, deleted.status_code) == (200, 204), renamed.text + deleted.text
    names = [intent["name"] for intent in (await exchange.client.get(url, headers=headers)).json()["items"]]
    assert names == ["faq/times"]
