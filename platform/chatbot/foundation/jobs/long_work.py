"""A long computation in a thread whose progress a job's row shows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from chatbot.foundation.jobs.handlers import RunningJob
from chatbot.foundation.threads import Threads

Result = TypeVar("Result")
REPORT_S = 0.5


class Abandoned(Exception):
    """Raised inside the thread once nobody waits for it any more."""


async def run_reporting(
    job: RunningJob,
    threads: Threads,
    work: Callable[[Callable[[float], None]], Result],
    *,
    start: float = 0.0,
    end: float = 1.0,
) -> Result:
    """`work` is called with a function to tell its share done, 0 to 1; the row shows it between `start` and `end`.

    When the job has to stop here (JobInterrupted, cancellation), the thread stops at its next report.
    """
    told = 0.0
    abandoned = False

    def tell(share: float) -> None:
        nonlocal told
        if abandoned:
            raise Abandoned
        told = share

    running = threads.run(work, tell)
    try:
        while not (await asyncio.wait({running}, timeout=REPORT_S))[0]:
            await job.progress(start + (end - start) * told)
        return running.result()
    finally:
        if not running.done():
            abandoned = True
            running.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
