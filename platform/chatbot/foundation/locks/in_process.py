"""Locks for an installation of one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from chatbot.foundation.errors import ServiceUnavailable

BUSY = "Others are still being served here. Try again in a moment."


@dataclass(slots=True)
class _Entry:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    interested: int = 0


class InProcessLocks:
    """Keys take memory only while somebody holds them or waits."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}

    @asynccontextmanager
    async def hold(self, key: str, *, timeout_s: float) -> AsyncIterator[None]:
        entry = self._entries.setdefault(key, _Entry())
        entry.interested += 1
        try:
            try:
                async with asyncio.timeout(timeout_s):
                    await entry.lock.acquire()
            except TimeoutError as error:
                raise ServiceUnavailable(BUSY) from error
            try:
                yield
            finally:
                entry.lock.release()
        finally:
            entry.interested -= 1
            if entry.interested == 0:
                del self._entries[key]

    async def close(self) -> None:
        """Nothing to close."""
