"""What the Makefile, the pipeline, the image and the documents say can be run can be run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, files, text_files

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = {"all", "base", *re.findall(r"^([a-z]+):", MAKEFILE, flags=re.MULTILINE)}
BLOCK = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)
PAGES = [name for name in files() if name.endswith(".md")]


def test_the_pipeline_is_a_program_that_parses() -> None:
    pipeline = ROOT / ".ci" / "run"
    assert os.access(pipeline, os.X_OK)
    assert subprocess.run(["bash", "-n", pipeline]).returncode == 0


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_every_target_expands(target: str) -> None:
    assert shutil.which("make")
    result = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_a_python_that_is_too_new_is_named_by_make_run() -> None:
    """`make run` on the wrong Python ends with words, not with a trace."""
    newer = "import sys; sys.version_info = (3, 13, 0); from scripts.environment import main; sys.exit(main(['base']))"
    result = subprocess.run([sys.executable, "-c", newer], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 1
    assert "needs Python 3.11 and found 3.13" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_only_targets_that_exist(page: str) -> None:
    text = (ROOT / page).read_text()
    named = re.findall(r"`make ([a-z]+)", text)
    named += re.findall(r"^make ([a-z]+)", "\n".join(BLOCK.findall(text)), flags=re.MULTILINE)
    assert set(named) <= TARGETS


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_only_commands_of_the_product_that_exist(page: str) -> None:
    text = (ROOT / page).read_text()
    named = re.findall(r"(?:^|`|\s)chatbot (serve|worker|[a-z]+(?:-[a-z]+)?)(?=[` \n])", "\n".join(BLOCK.findall(text)))
    named += re.findall(r"`chatbot ([a-z-]+)", text)
    assert set(named) <= _commands()


@pytest.mark.parametrize("page", PAGES)
def test_links_between_pages_lead_somewhere(page: str) -> None:
    folder = Path(ROOT, page).parent
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"", _without_code((ROOT / page).read_text())):
        link = target[0] or target[1]
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        file = (folder / path) if path else ROOT / page
        if not file.exists() or (anchor and anchor not in _anchors(file)):
            broken.append(link)
    assert not broken


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_only_files_of_ours_that_exist(page: str) -> None:
    """A path that begins with one of our folders is a promise, and so is a file's name in backquotes."""
    text = (ROOT / page).read_text()
    folders = "platform|nlu|dialogue|knowledge|connectors|web|migrations|tests|benchmarks|docs|deploy|scripts"
    named = {path.rstrip(".") for path in re.findall(rf"(?<![\w/.-])((?:{folders})/[\w./-]+)", _without_code(text))}
    # A page may speak of platform/chatbot/ as chatbot/: the import name.
    named |= {f"platform/{path}" for path in re.findall(r"`(chatbot/[\w./-]+)`", text)}
    assert not [path for path in sorted(named) if not (ROOT / path).exists()]
    sources = re.findall(r"`([\w./-]+\.(?:py|js|css|html|toml|sh))`", text)
    assert not [source for source in sources if not any(f"/{name}".endswith(f"/{source}") for name in files())]


def test_settings_are_called_by_their_names_everywhere() -> None:
    from chatbot.foundation.settings import Settings

    known = {f"CHATBOT_{field.upper()}" for field in Settings.model_fields}
    own = {"CHATBOT_TEST_POSTGRES_URL", "CHATBOT_TEST_REDIS_URL", "CHATBOT_TEST_NO_SKIPS", "CHATBOT_DATABASE_PASSWORD"}
    wrong = {
        f"{name}: {variable}"
        for name, text in text_files()
        if name.endswith((".md", ".yml", ".yaml", "Dockerfile", "Makefile", ".sh", ".ci/run"))
        for variable in re.findall(r"\bCHATBOT_[A-Z_]+\b", text)
        if variable not in known | own
    }
    assert not wrong


def test_every_setting_is_explained_to_operators() -> None:
    from chatbot.foundation.settings import Settings

    page = (ROOT / "docs" / "operations.md").read_text()
    missing = [name for field in Settings.model_fields if f"`{(name := f'CHATBOT_{field.upper()}')}`" not in page]
    assert not missing


@cache
def _commands() -> set[str]:
    result = subprocess.run([sys.executable, "-m", "chatbot.cli", "--help"], cwd=ROOT, capture_output=True, text=True)
    return set(re.findall(r"^    ([a-z-]+)", result.stdout, flags=re.MULTILINE))


def _without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}
