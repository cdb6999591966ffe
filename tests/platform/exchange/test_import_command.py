"""`chatbot import` and `chatbot export` on the operator's own files."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from chatbot import cli
from chatbot.foundation.database import Database
from chatbot.foundation.settings import Settings
from chatbot.models import Tenant
from tests.nlu.exchange.projects import RASA_3
from tests.platform.exchange.exchange_client import packed


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: the services behind the commands are tested on both."""
    return sqlite_url


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    for name, text in RASA_3.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "passwords.yml").symlink_to("/etc/passwd")
    return folder


class Console:
    """The program as the shell calls it, on the test's own database."""

    def __init__(self, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setattr(cli, "Settings", lambda: settings)
        self._capsys = capsys

    async def run(self, *arguments: object) -> tuple[int, str, str]:
        """Exit status, output, complaints."""
        status = await asyncio.to_thread(cli.main, [str(argument) for argument in arguments])
        captured = self._capsys.readouterr()
        return status, captured.out, captured.err


@pytest.fixture
def console(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Console:
    return Console(settings, monkeypatch, capsys)


async def test_a_folder_is_brought_and_the_report_is_a_readable_table(
    console: Console, project: Path, tenant: Tenant, database: Database
) -> None:
    status, said, complaint = await console.run("import", "rasa", project, "--tenant", tenant.slug, "--bot", "Library")
    assert (status, complaint) == (0, "")
    lines = said.splitlines()
    assert lines[0].startswith("Bot 'Library' (")
    assert "  nlu examples                  17" in lines
    assert "  flows                          7" in lines
    assert any(line.startswith('  domain/intents.yml:19  The action "action_extend_loan"') for line in lines)
    assert any(line.startswith("  actions/actions.py  Not opened") for line in lines)
    assert "passwords" not in said


async def test_bringing_it_again_adds_nothing_and_chinese_is_spoken_on_request(
    console: Console, project: Path, tenant: Tenant, database: Database
) -> None:
    common = ["rasa", project, "--tenant", tenant.slug, "--bot", "Library"]
    await console.run("import", *common)
    status, said, _ = await console.run("import", *common, "--language", "zh")
    assert status == 0
    assert "  examples                       0" in said.splitlines()
    assert "未打开：不会运行任何程序或模型。" in said


async def test_a_bot_is_taken_along_and_brought_from_the_file(
    console: Console, project: Path, tenant: Tenant, database: Database, tmp_path: Path
) -> None:
    await console.run("import", "auto", project, "--tenant", tenant.slug)
    for format_, file in (("json", tmp_path / "bot.json"), ("rasa", tmp_path / "bot.zip")):
        status, said, _ = await console.run(
            "export", "library", "--tenant", tenant.slug, "--format", format_, "--output", file
        )
        assert (status, said) == (0, f"{file}: {file.stat().st_size} bytes\n")
        status, said, _ = await console.run("import", "auto", file, "--tenant", tenant.slug, "--bot", format_)
        assert status == 0
        assert "  examples                      19" in said.splitlines()
    assert json.loads((tmp_path / "bot.json").read_text(encoding="utf-8"))["bot"]["name"] == "library"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["import", "rasa", "nowhere", "--tenant", "{slug}"], "There is no nowhere."),
        (["import", "rasa", "{zip}", "--tenant", "nobody"], "No tenant with id 'nobody'."),
        (["import", "excel", "{zip}", "--tenant", "{slug}"], "The format is one of"),
        (["import", "auto", "{broken}", "--tenant", "{slug}"], "broken.yml:2: this is not valid YAML"),
        (["export", "nothing", "--tenant", "{slug}", "--output", "x"], "has no bot 'nothing'"),
    ],
)
async def test_a_mistake_is_explained_in_a_sentence(
    console: Console, tenant: Tenant, database: Database, tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    (tmp_path / "bot.zip").write_bytes(packed(RASA_3))
    (tmp_path / "broken.yml").write_text("a: [1\nb: 2\n")
    filled = [
        each.format(slug=tenant.slug, zip=tmp_path / "bot.zip", broken=tmp_path / "broken.yml") for each in arguments
    ]
    status, said, complained = await console.run(*filled)
    assert (status, said) == (1, "")
    assert complained.startswith("chatbot: ") and complaint in complained
