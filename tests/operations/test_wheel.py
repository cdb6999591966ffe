"""The wheel holds everything that the image and any other installation need."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, files

PLACES = {"platform/chatbot/": "chatbot/", "migrations/": "chatbot/migrations/"} | {
    f"{name}/": f"{name}/" for name in ("nlu", "dialogue", "knowledge", "connectors", "web")
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    # By the locked build backend, so that nothing is downloaded.
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    [path] = Path(folder).glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


def test_every_file_of_the_product_is_in_it(wheel: set[str]) -> None:
    """Templates, translations, flows, demo documents and migrations, not the Python alone."""
    wanted = set()
    for folder, place in PLACES.items():
        wanted |= {place + name.removeprefix(folder) for name in files() if name.startswith(folder)}
    assert wanted
    assert not sorted(wanted - wheel)


def test_nothing_else_is_in_it(wheel: set[str]) -> None:
    tops = {name.split("/")[0] for name in wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == {place.split("/")[0] for place in PLACES.values()}
