"""Uploads that are no bot, or worse: nothing of them stays, and the answer says what is wrong."""

from __future__ import annotations

import asyncio
import io
import stat
import zipfile
from typing import Any

import pytest

from chatbot.foundation.database import Database
from chatbot.foundation.settings import Settings
from chatbot.models import Tenant
from tests import factories
from tests.nlu.exchange.projects import RASA_3
from tests.platform.edge.application import Application, problem_of, running
from tests.platform.exchange.exchange_client import BotExchangeClient, packed


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: what is refused here is refused before the database matters."""
    return sqlite_url


def with_link() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        link = zipfile.ZipInfo("data/nlu.yml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return data.getvalue()


def encrypted() -> bytes:
    data = bytearray(packed({"domain.yml": "intents: [a]\n"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    return bytes(data)


MANY_ALIASES = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
)
HOSTILE = [
    (packed({"nlu.yml": "x" * (70 * 2**20)}), "bot.zip", "archive_too_large"),
    (packed({f"{number}.yml": "a: 1" for number in range(2100)}), "bot.zip", "archive_too_large"),
    (packed({"../../nlu.yml": "nlu: []"}), "bot.zip", "archive_hostile"),
    (packed({"data/../../../nlu.yml": "nlu: []"}), "bot.zip", "archive_hostile"),
    (packed({"/etc/nlu.yml": "nlu: []"}), "bot.zip", "archive_hostile"),
    (packed({"C:/nlu.yml": "nlu: []"}), "bot.zip", "archive_hostile"),
    (packed({"..\\nlu.yml": "nlu: []"}), "bot.zip", "archive_hostile"),
    (with_link(), "bot.zip", "archive_hostile"),
    (encrypted(), "bot.zip", "archive_encrypted"),
    (packed(RASA_3)[:-200], "bot.zip", "bot_unreadable"),
    (b"PK\x03\x04 but nothing else", "bot.zip", "bot_unreadable"),
    (b"", "bot.zip", "bot_unreadable"),
    (b"just words", "bot.txt", "bot_unreadable"),
    (b"\x80\x04\x95 pickle", "model.pkl", "bot_unreadable"),
    (b"import os", "actions.py", "bot_unreadable"),
    (
        packed({"model.pkl": b"\x80\x04", "run.py": "import os", "inner.zip": packed({"a.yml": ""})}),
        "b.zip",
        "bot_unreadable",
    ),
    (packed({}), "empty.zip", "bot_unreadable"),
    (MANY_ALIASES.encode(), "nlu.yml", "bot_unreadable"),
    (b"[" * 100_000, "nlu.json", "bot_unreadable"),
    (b'{"rasa_nlu_data": {"common_examples": [{"text": "\\ud800", "intent": "a"}]}}', "nlu.json", "bot_unreadable"),
    (b"\xff\xfe\x00", "nlu.csv", "bot_unreadable"),
    (b'{"format": "chatbot", "version": 2}', "bot.json", "bot_unreadable"),
]


async def test_what_is_no_bot_is_refused_and_leaves_nothing(
    application: Application, exchange: BotExchangeClient
) -> None:
    """One application for all of them, so that each also shows that the one before did no harm."""
    for number, (content, file_name, code) in enumerate(HOSTILE):
        response = await exchange.bring(content, file_name)
        assert (response.status_code, problem_of(response)["code"]) == (422, code), f"{number}: {response.text}"
    assert await exchange.bots() == []
    assert await files_kept(application) == []


async def files_kept(application: Application) -> list[str]:
    folder = application.parts.get(Settings).data_dir / "files"
    return await asyncio.to_thread(lambda: [path.name for path in folder.rglob("*") if path.is_file()])


async def test_a_mistake_in_yaml_is_told_with_its_file_and_line(exchange: BotExchangeClient) -> None:
    broken = {**RASA_3, "data/more.yml": "nlu:\n- intent: x\n   examples: |\n    - a\n"}
    english = problem_of(await exchange.bring(packed(broken), "bot.zip"))
    chinese = problem_of(await exchange.bring(packed(broken), "bot.zip", headers={"Accept-Language": "zh"}))
    assert str(english["detail"]).startswith("data/more.yml:3: this is not valid YAML")
    assert str(chinese["detail"]).startswith("data/more.yml:3: 不是有效的 YAML")


async def test_programs_in_a_project_are_left_closed_and_named(exchange: BotExchangeClient) -> None:
    project = packed({**RASA_3, "models/model.pkl": b"\x80\x04", "backup.tar.gz": b"x", "inner.zip": packed(RASA_3)})
    body: dict[str, Any] = await exchange.brought(project, "bot.zip")
    notices = {(notice["file"], notice["code"]) for notice in body["report"]["notices"]}
    assert {
        ("actions/actions.py", "code_left"),
        ("models/model.pkl", "code_left"),
        ("backup.tar.gz", "archive_inside"),
        ("inner.zip", "archive_inside"),
    } <= notices


async def test_a_file_over_the_limit_is_refused_and_not_kept(
    settings: Settings, database: Database, tenant: Tenant
) -> None:
    owner = await factories.make_user(database, tenant.id)
    async with running(settings.model_copy(update={"max_upload_bytes": 200_000})) as application:
        exchange = BotExchangeClient(application.client, application.as_user(owner))
        for size in (200_001, 400_000):
            response = await exchange.bring(b"x" * size, "big.csv")
            assert (response.status_code, problem_of(response)["code"]) == (413, "payload_too_large")
        assert await files_kept(application) == []


@pytest.mark.parametrize("path", ["/v1/bots/import", f"/v1/bots/{'0' * 32}/import"])
async def test_51_megabytes_are_refused_before_they_are_read(exchange: BotExchangeClient, path: str) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(51 * 2**20 + 2**17)}
    response = await exchange.client.post(path, headers={**exchange.headers, **headers}, content=b"--x")
    assert problem_of(response)["status"] == 413


async def test_fields_that_make_no_sense_are_named(exchange: BotExchangeClient) -> None:
    wrong = {"format": "excel", "name": "x" * 201, "activate": "perhaps"}
    for field, value in [*wrong.items(), ("name", "nul \x00")]:
        response = await exchange.bring(b"text,intent\na,b\n", "a.csv", fields={field: value})
        problem: dict[str, Any] = dict(problem_of(response))
        assert (problem["status"], problem["errors"][0]["field"]) == (422, field)


async def test_requests_that_are_no_upload_are_refused(exchange: BotExchangeClient) -> None:
    url, headers = "/v1/bots/import", exchange.headers
    plain = await exchange.client.post(url, headers=headers, json={"file": "a"})
    without = await exchange.client.post(url, headers=headers, files={"other": ("a.csv", b"a")})
    assert (plain.status_code, without.status_code) == (415, 422)
    assert problem_of(without)["code"] == "invalid_input"
