"""Continuous integration refuses skipped tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

PASSES = "def test_passes():\n    pass\n"
SKIPS = "import pytest\n\ndef test_skips():\n    pytest.skip('a part is missing')\n"
FAILS_AS_EXPECTED = "import pytest\n\n@pytest.mark.xfail\ndef test_fails():\n    assert False\n"
SKIPS_WHOLLY = "import pytest\n\npytest.skip('all of it', allow_module_level=True)\n"


@pytest.mark.parametrize(
    ("text", "strict", "status"),
    [
        (PASSES, "1", 0),
        (PASSES + SKIPS, "0", 0),
        (PASSES + SKIPS, "1", 1),
        (PASSES + FAILS_AS_EXPECTED, "1", 1),
    ],
)
def test_a_skip_fails_the_run_only_where_that_is_asked_for(text: str, strict: str, status: int, tmp_path: Path) -> None:
    result = _pytest(tmp_path, {"test_it.py": text}, strict)
    assert result.returncode == status, result.stdout
    # The closing line stays pytest's own.
    assert result.stdout.strip().splitlines()[-1].startswith("1 passed")


def test_a_file_that_skips_while_it_is_collected_counts(tmp_path: Path) -> None:
    result = _pytest(tmp_path, {"test_it.py": PASSES, "test_not.py": SKIPS_WHOLLY}, "1")
    assert result.returncode == 1
    assert "test_not.py" in result.stdout


@pytest.mark.parametrize("missing", [SKIPS, SKIPS_WHOLLY])
def test_skips_count_in_whichever_process_they_are(missing: str, tmp_path: Path) -> None:
    files = {"test_it.py": PASSES, "test_not.py": missing}
    result = _pytest(tmp_path, files, "1", "-p", "xdist", "-n", "2", "--dist", "loadfile")
    assert result.returncode == 1, result.stdout
    assert "test_not.py" in result.stdout


def _pytest(folder: Path, files: dict[str, str], strict: str, *spread: str) -> subprocess.CompletedProcess[str]:
    for name, text in files.items():
        (folder / name).write_text(text)
    plugins = ["-p", "scripts.no_skips", "-p", "no:cacheprovider", *spread]
    command = [sys.executable, "-m", "pytest", "-q", *plugins, "-c", "/dev/null"]
    environment = {**os.environ, "CHATBOT_TEST_NO_SKIPS": strict, "PYTHONPATH": str(ROOT)}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    return subprocess.run(
        [*command, "--rootdir", folder, folder], cwd=folder, env=environment, capture_output=True, text=True
    )
