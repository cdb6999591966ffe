"""Gives freed memory back to the system: of what threads have freed, glibc's allocator keeps nearly all for itself.

A server that made an index of 100,000 chunks held twice what it used.
"""

from __future__ import annotations

import asyncio
import ctypes
import sys
import time
from collections.abc import Callable
from contextlib import suppress

EVERY_S = 15.0
WORTH_S = 1.5  # of processor time since the last time: an idle process frees nothing


class FreedMemory:
    """Looks now and then; an idle process is left alone. Where the C library cannot do it nothing is done."""

    def __init__(self, give_back: Callable[[], None] | None = None, *, every_s: float = EVERY_S) -> None:
        """`give_back` is called on a thread; it is the C library's by default."""
        self._give_back = give_back or returning()
        self._every_s = every_s
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        if self._give_back is not None:
            self._task = asyncio.create_task(self._watch(self._give_back), name="freed memory")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _watch(self, give_back: Callable[[], None]) -> None:
        worked = 0.0
        while True:
            await asyncio.sleep(self._every_s)
            if time.process_time() - worked >= WORTH_S:
                await asyncio.to_thread(give_back)
                worked = time.process_time()


def returning() -> Callable[[], None] | None:
    """What makes the C library return what is free; None where it cannot."""
    if not sys.platform.startswith("linux"):
        return None
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's alone
    return None if trim is None else lambda: trim(ctypes.c_size_t(0))
