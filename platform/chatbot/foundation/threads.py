"""Threads for what would block the event loop; a type for each use, so that none waits behind another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

Result = TypeVar("Result")
Given = ParamSpec("Given")


class Threads:
    """At most `count` calls at once; the others wait in the order in which they came."""

    name = "work"

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=self.name)

    def run(self, work: Callable[Given, Result], *args: Given.args, **options: Given.kwargs) -> asyncio.Future[Result]:
        """Begun at once, awaited or not."""
        return asyncio.wrap_future(self._pool.submit(work, *args, **options))

    async def stop(self) -> None:
        """Whatever has not begun is not begun any more."""
        self._pool.shutdown(cancel_futures=True)


class TurnThreads(Threads):
    """Of turns alone, so that none waits behind a document that is being indexed."""

    name = "turn"


class JobThreads(Threads):
    name = "job"


class DeskThreads(Threads):
    """For what admins ask of models."""

    name = "desk"


class IndexThreads(Threads):
    """Snapshots and merges of indexes."""

    name = "index"


class RerankThreads(Threads):
    """Most of them wait for a server."""

    name = "rerank"
