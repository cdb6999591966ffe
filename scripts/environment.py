"""Make `.venv` and install a lock into it: `python3.11 -m scripts.environment base|all`.

Runs on a bare Python 3.11 with nothing installed. When the lock has not changed it returns in milliseconds.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
LOCKS = {"base": ROOT / "requirements.lock", "all": ROOT / "requirements-all.lock"}
PYTHON_VERSION = (3, 11)
EVERY = 10  # packages between two lines of progress when the output is not a terminal


class SetupFailed(Exception):
    """Carries what to tell the person at the keyboard."""


def main(arguments: Sequence[str]) -> int:
    """Exit status 0 when `.venv` holds the named lock."""
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        print(f"usage: python3.11 -m scripts.environment {'|'.join(LOCKS)}", file=sys.stderr)
        return 2
    try:
        ensure(arguments[0])
    except SetupFailed as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


def ensure(name: str) -> None:
    """Install the lock unless the stamp in `.venv` says that this very lock is installed."""
    check_python(sys.version_info[:2])
    wanted = fingerprint(name)
    # Both locks pin the same versions, so whoever has "all" has "base".
    if any(_stamp(held).is_file() and _stamp(held).read_text() == fingerprint(held) for held in {name, "all"}):
        return
    _make_venv()
    pins = locked(LOCKS[name])
    print(f"Installing {len(pins)} packages from {LOCKS[name].name} into .venv (once; a minute or two)", flush=True)
    if "torch" in pins:
        # First and alone: pip then takes the CPU build where an index offers one. Its CUDA packages are in no lock.
        _pip_install([f"torch=={pins['torch']}"], label="torch and what it needs")
    _pip_install(["-r", str(LOCKS[name])], total=len(pins), label="the lock")
    _pip_install(["--no-deps", "--editable", str(ROOT)], label="the platform itself")
    _stamp(name).write_text(wanted)


def check_python(version: tuple[int, ...]) -> None:
    """Refuse any Python but 3.11: the lock holds wheels for that one."""
    if version != PYTHON_VERSION:
        found = ".".join(map(str, version))
        raise SetupFailed(
            f"This needs Python 3.11 and found {found} ({sys.executable}).\n"
            "Install it (Debian 12: apt-get install python3.11 python3.11-venv; macOS: brew install python@3.11;\n"
            "anywhere: pyenv install 3.11). If it is not on the PATH as python3.11, name it:\n"
            "make run PYTHON=/path/to/python3.11"
        )


def fingerprint(name: str) -> str:
    """Changes with the lock, with what the project installs, and with the interpreter."""
    digest = hashlib.sha256(sys.version.encode())
    for path in (LOCKS[name], ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    digest.update(str(ROOT).encode())  # an environment does not survive being moved
    return digest.hexdigest()


def locked(lock: Path) -> dict[str, str]:
    """Package name -> pinned version, as a lock file says."""
    pins = (line.split("#")[0].split(";")[0].strip() for line in lock.read_text().splitlines())
    return dict(pin.split("==", 1) for pin in pins if "==" in pin)


def _stamp(name: str) -> Path:
    return VENV / f".installed-{name}"


def _make_venv() -> None:
    python = BIN / "python"
    if python.exists() and subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0:
        return
    has_ensurepip = importlib.util.find_spec("ensurepip") is not None
    print("Creating .venv", flush=True)
    command = [sys.executable, "-m", "venv", "--clear", *([] if has_ensurepip else ["--without-pip"]), str(VENV)]
    if subprocess.run(command).returncode != 0:
        raise SetupFailed("Could not create .venv; the lines above say why.")
    if has_ensurepip:
        return
    # Debian splits ensurepip off; its own pip, where there is one, can still fill the environment.
    foreign = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "pip"]
    if importlib.util.find_spec("pip") is None or subprocess.run(foreign).returncode != 0:
        raise SetupFailed("This Python has no ensurepip. On Debian and Ubuntu: apt-get install python3.11-venv")


def _pip_install(what: Sequence[str], *, label: str, total: int | None = None) -> None:
    command = [str(BIN / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", *what]
    told: list[str] = []
    collected = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            told.append(line)
            if found := re.match(r"(?:Collecting|Requirement already satisfied:) ([\w.-]+)", line):
                collected += 1
                _show(f"  {label}: {collected}{f'/{total}' if total else ''} {found[1]}", often=collected)
            elif line.startswith("Installing collected"):
                _show(f"  {label}: unpacking", often=0)
    _end_of_line()
    if process.returncode != 0:
        raise SetupFailed("".join(told[-40:]) + f"\npip could not install {label}; its last lines are above.")


def _show(text: str, *, often: int) -> None:
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="", flush=True)
    elif often % EVERY == 0:
        print(text, flush=True)


def _end_of_line() -> None:
    if sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
