"""Where jobs are carried out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol


class JobRunner(Protocol):
    """Told which jobs to look at; the row decides whether they run. Telling it twice, or too late, does no harm."""

    def open_lane(self, kind: str, width: int) -> None:
        """Before `start`: up to `width` jobs of this kind at once."""
        ...

    def submit(self, job_id: str, kind: str) -> None: ...

    async def start(self, run: Callable[[str], Awaitable[None]]) -> None:
        """`run(job_id)` is one attempt; it never raises."""
        ...

    async def stop(self) -> None:
        """Take no more, and wait for those at work."""
        ...


class InProcessRunner:
    """A lane for each kind, so that a long ingestion never holds up an asynchronous chat turn."""

    def __init__(self) -> None:
        self._widths: dict[str, int] = {}
        self._lanes: dict[str, asyncio.Queue[str | None]] = {}
        self._known: set[str] = set()
        self._workers: list[asyncio.Task[None]] = []

    def open_lane(self, kind: str, width: int) -> None:
        self._widths[kind] = width

    def submit(self, job_id: str, kind: str) -> None:
        lane = self._lanes.get(kind)
        if lane is not None and job_id not in self._known:
            self._known.add(job_id)
            lane.put_nowait(job_id)

    async def start(self, run: Callable[[str], Awaitable[None]]) -> None:
        for kind, width in self._widths.items():
            self._lanes[kind] = asyncio.Queue()
            self._workers += [
                asyncio.create_task(self._work(run, self._lanes[kind]), name=f"{kind} jobs") for _ in range(width)
            ]

    async def stop(self) -> None:
        for kind, lane in self._lanes.items():
            while not lane.empty():
                lane.get_nowait()
            for _ in range(self._widths[kind]):
                lane.put_nowait(None)
        self._lanes.clear()
        self._known.clear()
        await asyncio.gather(*self._workers)
        self._workers.clear()

    async def _work(self, run: Callable[[str], Awaitable[None]], lane: asyncio.Queue[str | None]) -> None:
        while (job_id := await lane.get()) is not None:
            try:
                await run(job_id)
            finally:
                self._known.discard(job_id)
