"""See that Chromium, PostgreSQL, Redis and a Chinese font are here, for the tests that drive the real ones.

As root on Debian or Ubuntu what is missing is installed; elsewhere it is named, and those tests are skipped.
Runs on a bare Python.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BINARIES_OF_POSTGRES = "/usr/lib/postgresql"


@dataclass(frozen=True)
class Need:
    """Something the suite drives, and the Debian package that brings it."""

    package: str
    why: str

    def is_met(self) -> bool:
        """Whether it is on this machine already."""
        match self.package:
            case "postgresql":
                return postgres_binary("initdb") is not None
            case "redis-server":
                return shutil.which("redis-server") is not None
            case "chromium":
                return any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
            case _:
                return _has_chinese_font()


NEEDS = (
    Need("chromium", "the browser tests"),
    Need("postgresql", "every database test a second time"),
    Need("redis-server", "locks and limits across replicas"),
    Need("fonts-noto-cjk", "Chinese text in the browser"),
)


def postgres_binary(name: str) -> str | None:
    """initdb and pg_ctl are not on Debian's PATH."""
    if found := shutil.which(name):
        return found
    versions = sorted(Path(BINARIES_OF_POSTGRES).glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    return str(versions[-1]) if versions else None


def main() -> int:
    """Always 0: what is missing is skipped by name, and continuous integration refuses skips."""
    missing = [need for need in NEEDS if not need.is_met()]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        install([need.package for need in missing], os.environ)
        missing = [need for need in missing if not need.is_met()]
    for need in missing:
        print(f"Missing: {need.package} ({need.why}). Those tests will be skipped.", file=sys.stderr)
    return 0


def install(packages: list[str], environment: Mapping[str, str]) -> None:
    """From Debian's own archive, asking nothing."""
    print(f"Installing {', '.join(packages)} from the distribution", flush=True)
    quiet = {**environment, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        command = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0", *arguments]
        if subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode != 0:
            print(f"apt-get {arguments[0]} failed", file=sys.stderr)


def _has_chinese_font() -> bool:
    listing = shutil.which("fc-list")
    if listing is None:
        return False
    return bool(subprocess.run([listing, ":lang=zh"], capture_output=True, text=True).stdout.strip())


if __name__ == "__main__":
    sys.exit(main())
