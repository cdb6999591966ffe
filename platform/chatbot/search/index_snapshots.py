"""Indexes on disk, by revision: what spares a process from reading every row again. Deleting them loses nothing.

`<folder>/<tenant>/<knowledge base>/<kind>/<revision>-<random>/` is one snapshot, whole as soon as it is there: it is
written beside, with a manifest that has the digest of every file, and renamed. Any process may write one; the newest
counts. Nothing in it is executable: arrays without pickle, JSON, and the two engines' own files.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from chatbot.search.searchable_index import IndexKey, OpenIndex, SavedIndex

logger = logging.getLogger(__name__)

FORMAT = 2  # of the files; a snapshot of another is made anew
_WORDS = "words"  # the folder of the lexical side
_MANIFEST = "manifest.json"
_BEING_WRITTEN = ".part"
_FORGOTTEN_AFTER_S = 3600.0  # no snapshot takes so long to write


class SnapshotDamaged(Exception):
    """Files that are missing, changed, or of another version."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    path: Path
    revision: int


class IndexSnapshots:
    """All of it blocks. `open_index` makes the index that a snapshot is loaded into."""

    def __init__(self, folder: Path, open_index: OpenIndex) -> None:
        self._folder = folder
        self._open = open_index

    def newest(self, key: IndexKey) -> Snapshot | None:
        """None when there is none."""
        found = [
            Snapshot(path, int(path.name.split("-")[0]))
            for path in self._of(key).glob("*-*")
            if not path.name.endswith(_BEING_WRITTEN)
        ]
        return max(found, key=lambda one: (one.revision, one.path.name), default=None)

    def load(self, key: IndexKey, snapshot: Snapshot, *, verified: bool = False) -> SavedIndex | None:
        """The index, mapped into memory where it can be; None for a damaged snapshot, which is removed."""
        try:
            if not verified:
                _verify(snapshot)
            index = self._open(key.name, snapshot.path / _WORDS, writable=False)
            index.load(snapshot.path)
            return index
        except (SnapshotDamaged, OSError, ValueError, KeyError, RuntimeError) as error:
            logger.warning("a damaged snapshot of an index is made anew", extra={"index": key.name}, exc_info=error)
            self.discard(snapshot.path)
            return None

    def writable(self, key: IndexKey, former: Snapshot | None) -> tuple[SavedIndex, Path]:
        """An index over files of its own in a new folder; what it holds at first is what `former` held."""
        if former is not None:
            written = self._begin(key, former)
            index = self._open(key.name, written / _WORDS, writable=True)
            index.load(former.path, writable=True)
            if not index.is_worn:
                return index, written
            self.discard(written)
        written = self._begin(key, None)
        return self._open(key.name, written / _WORDS, writable=True), written

    def write(self, key: IndexKey, index: SavedIndex, folder: Path) -> Snapshot:
        """Brings a writable index into the form its size asks for, and seals it as the newest snapshot."""
        index.settle()
        index.save(folder)
        return self._finish(key, folder, index.revision)

    def discard(self, path: Path) -> None:
        shutil.rmtree(path, ignore_errors=True)

    def delete(self, tenant_id: str, knowledge_base_id: str) -> None:
        """All of a knowledge base; no error when there is nothing."""
        shutil.rmtree(self._folder / tenant_id / knowledge_base_id, ignore_errors=True)

    def _begin(self, key: IndexKey, former: Snapshot | None) -> Path:
        """A folder to write a snapshot into, with the lexical files of the former one, which they share on the disk."""
        folder = self._of(key)
        folder.mkdir(parents=True, exist_ok=True)
        self._sweep(folder)
        made = folder / f"{secrets.token_hex(8)}{_BEING_WRITTEN}"
        made.mkdir()
        if former is not None:
            # The engine never changes a file that is there: it writes new ones and renames.
            shutil.copytree(former.path / _WORDS, made / _WORDS, copy_function=_link)
        return made

    def _finish(self, key: IndexKey, written: Path, revision: int) -> Snapshot:
        """Seals what was written and drops the older ones; processes that have them mapped keep what they mapped."""
        files = {
            path.relative_to(written).as_posix(): path
            for path in sorted(written.rglob("*"))
            if path.is_file() and path.suffix != ".lock"
        }
        manifest = {"format": FORMAT, "revision": revision, "files": {name: _digest(files[name]) for name in files}}
        (written / _MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        for path in (*files.values(), written / _MANIFEST):
            with path.open("rb") as file:
                os.fsync(file.fileno())
        made = Snapshot(self._of(key) / f"{revision:012d}-{secrets.token_hex(4)}", revision)
        written.rename(made.path)
        for path in self._of(key).glob("*-*"):
            if path.name < made.path.name and not path.name.endswith(_BEING_WRITTEN):
                shutil.rmtree(path, ignore_errors=True)
        return made

    def _of(self, key: IndexKey) -> Path:
        return self._folder / key.tenant_id / key.knowledge_base_id / key.kind

    def _sweep(self, folder: Path) -> None:
        """What a killed process left."""
        for path in folder.glob(f"*{_BEING_WRITTEN}"):
            try:
                if time.time() - path.stat().st_mtime > _FORGOTTEN_AFTER_S:
                    shutil.rmtree(path, ignore_errors=True)
            except FileNotFoundError:
                continue  # its writer has just finished


def _verify(snapshot: Snapshot) -> None:
    """Raises SnapshotDamaged."""
    try:
        manifest = json.loads((snapshot.path / _MANIFEST).read_text(encoding="utf-8"))
        expected = {str(name): str(digest) for name, digest in manifest["files"].items()}
        if manifest["format"] != FORMAT or manifest["revision"] != snapshot.revision:
            raise SnapshotDamaged(f"{snapshot.path.name} is of another version")
        for name, digest in expected.items():
            if _digest(snapshot.path / name) != digest:
                raise SnapshotDamaged(f"{snapshot.path.name}/{name} has changed")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SnapshotDamaged(f"{snapshot.path.name}: {error!r}") from error


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        shutil.copyfile(source, target)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
