"""Uploaded files on disk. Names on disk are ids this program made; what a user called a file is only a label."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import shutil
import time
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from chatbot.foundation.errors import PayloadTooLarge

LONGEST_LABEL = 255
MADE_BY_US = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """`sha256` is hexadecimal."""

    size: int
    sha256: str


class FileStore:
    """One folder a tenant, one file a document. Shared by all replicas."""

    def __init__(self, folder: Path, *, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes

    async def store(self, tenant_id: str, document_id: str, content: AsyncIterator[bytes]) -> StoredFile:
        """Stream to disk; the file is there whole or not at all. Raises PayloadTooLarge on the first byte too many."""
        target = self.path(tenant_id, document_id)
        partial = target.with_suffix(".part")
        await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        file = await asyncio.to_thread(partial.open, "wb")
        try:
            async for block in content:
                size += len(block)
                if size > self._max_bytes:
                    raise PayloadTooLarge(f"A file may have at most {self._max_bytes} bytes.")
                digest.update(block)
                await asyncio.to_thread(file.write, block)
            await asyncio.to_thread(file.close)
            await asyncio.to_thread(partial.replace, target)
        except BaseException:
            with contextlib.suppress(OSError):  # it writes what is left, and there may be no room for that either
                file.close()
            partial.unlink(missing_ok=True)
            raise
        return StoredFile(size, digest.hexdigest())

    def path(self, tenant_id: str, document_id: str) -> Path:
        """Where the file lies or would lie. Only ids made by `new_id` are paths."""
        for identifier in (tenant_id, document_id):
            if MADE_BY_US.fullmatch(identifier) is None:
                raise ValueError(f"not an id of this program: {identifier!r}")
        return self._folder / tenant_id / document_id

    async def promote(self, tenant_id: str, file_id: str, document_id: str) -> None:
        """Let a stored file take another's place; nothing happens when it has done so already."""
        staged, target = self.path(tenant_id, file_id), self.path(tenant_id, document_id)

        def take_place() -> None:
            with contextlib.suppress(FileNotFoundError):
                staged.replace(target)

        await asyncio.to_thread(take_place)

    async def delete(self, tenant_id: str, document_id: str) -> None:
        """Also one half written; no error when it is already gone."""
        target = self.path(tenant_id, document_id)
        for path in (target, target.with_suffix(".part")):
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def older_than(self, tenant_id: str, age_s: float) -> list[str]:
        """The ids of files, whole and half written, that nobody has touched for so long."""
        folder, before = self.path(tenant_id, "0" * 32).parent, time.time() - age_s

        def look() -> list[str]:
            if not folder.is_dir():
                return []
            found = [path.stem for path in folder.iterdir() if path.stat().st_mtime < before]
            return sorted({name for name in found if MADE_BY_US.fullmatch(name)})

        return await asyncio.to_thread(look)

    async def delete_tenant(self, tenant_id: str) -> None:
        folder = self.path(tenant_id, "0" * 32).parent
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def label(file_name: str, *, default: str = "file") -> str:
    """A file's name as people may see it: no folders, no control or direction characters, at most 255 characters."""
    name = re.split(r"[/\\]", file_name)[-1]
    name = "".join(character for character in name if unicodedata.category(character)[0] != "C")
    name = unicodedata.normalize("NFC", name).strip().strip(".").strip()
    if len(name) > LONGEST_LABEL:
        suffix = Path(name).suffix[:16]
        name = name[: LONGEST_LABEL - len(suffix)] + suffix
    return name or default
