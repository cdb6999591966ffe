"""The house as drawn: what lies where, how long a file gets, which names are taken."""

from __future__ import annotations

import sys
from pathlib import PurePosixPath

import pytest

from tests.architecture.tree import ROOT, files

LIMIT = 300
COUNTED = {".py", ".js", ".mjs", ".css", ".html", ".sh"}
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "base_utils", "shared", "stuff"}


def test_no_file_grows_past_three_hundred_lines() -> None:
    long = {
        name: lines
        for name in files()
        if PurePosixPath(name).suffix in COUNTED
        and (lines := len((ROOT / name).read_text(encoding="utf-8").splitlines())) > LIMIT
    }
    assert not long, f"split these by subject: {long}"


def test_platform_is_a_folder_and_never_a_package() -> None:
    """With an __init__.py it would shadow Python's own `platform`, and half the ecosystem with it."""
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert not (ROOT / "__init__.py").exists()
    import platform

    assert platform.python_version().startswith("3.")


def test_every_folder_of_tests_is_a_package() -> None:
    """Else tests/platform/__init__.py would be imported as `platform`."""
    folders = {
        parent
        for name in files()
        if name.startswith("tests/") and name.endswith(".py")
        for parent in PurePosixPath(name).parents
        if str(parent) != "."
    }
    assert not [str(folder) for folder in sorted(folders) if not (ROOT / folder / "__init__.py").exists()]


def test_every_folder_of_source_is_a_package() -> None:
    roots = ("platform/chatbot", "nlu", "dialogue", "knowledge", "connectors", "web", "benchmarks", "scripts")
    folders = {str(PurePosixPath(name).parent) for name in files() if name.startswith(roots) and name.endswith(".py")}
    assert not [folder for folder in sorted(folders) if not (ROOT / folder / "__init__.py").exists()]


def test_no_module_takes_a_name_of_the_standard_library() -> None:
    """ruff's A005 says the same of modules; this also covers packages and scripts."""
    taken = sys.stdlib_module_names - {"__main__"}
    clashes = [
        name
        for name in files()
        if name.endswith(".py")
        and not name.startswith("tests/")
        and (PurePosixPath(name).stem in taken or PurePosixPath(name).parent.name in taken - {"platform"})
    ]
    assert not clashes


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not [name for name in files() if name.endswith(".py") and PurePosixPath(name).stem in VAGUE]


@pytest.mark.parametrize(
    "path",
    ["README.md", "README.zh-CN.md", "Makefile", "Dockerfile", "docker-compose.yml", "environment.yml", ".ci/run"],
)
def test_what_a_newcomer_looks_for_is_where_they_look(path: str) -> None:
    assert (ROOT / path).is_file()
