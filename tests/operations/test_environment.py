"""Setting up from a lock, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import environment
from scripts.environment import SetupFailed


def test_another_python_is_refused_with_the_way_out() -> None:
    with pytest.raises(SetupFailed, match=r"needs Python 3\.11 and found 3\.12(.|\n)*make run PYTHON="):
        environment.check_python((3, 12))
    environment.check_python((3, 11))


def test_a_lock_is_read_without_comments_and_markers(tmp_path: Path) -> None:
    lock = tmp_path / "some.lock"
    lock.write_text('# made by hand\nnumpy==2.4.6\nuvloop==0.23.0 ; sys_platform != "win32"  # why\n')
    assert environment.locked(lock) == {"numpy": "2.4.6", "uvloop": "0.23.0"}


@pytest.mark.parametrize(("installed", "asked"), [("base", "base"), ("all", "all"), ("all", "base")])
def test_what_is_installed_is_not_installed_again(
    installed: str, asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "VENV", tmp_path)
    (tmp_path / f".installed-{installed}").write_text(environment.fingerprint(installed))
    environment.ensure(asked)
    assert [path.name for path in tmp_path.iterdir()] == [f".installed-{installed}"]


def test_a_changed_lock_is_another_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = environment.fingerprint("base")
    changed = tmp_path / "requirements.lock"
    changed.write_text(environment.LOCKS["base"].read_text() + "another==1.0\n")
    monkeypatch.setitem(environment.LOCKS, "base", changed)
    assert environment.fingerprint("base") != before


def test_a_failed_installation_says_what_pip_said_and_leaves_no_stamp(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("no-such-package-anywhere==0.0.1\n")
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    # In the place of pip, what pip says without an index.
    python.write_text(
        "#!/bin/sh\n[ $4 ] || exit 0\necho ERROR: No matching distribution found for no-such-package-anywhere\nexit 1\n"
    )
    python.chmod(0o755)
    monkeypatch.setattr(environment, "VENV", tmp_path / "venv")
    monkeypatch.setattr(environment, "BIN", python.parent)
    monkeypatch.setitem(environment.LOCKS, "base", lock)
    with pytest.raises(SetupFailed, match="no-such-package-anywhere"):
        environment.ensure("base")
    assert not list((tmp_path / "venv").glob(".installed-*"))


def test_an_unknown_lock_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert environment.main(["everything"]) == 2
    assert "base|all" in capsys.readouterr().err
