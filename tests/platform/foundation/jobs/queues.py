"""Job queues as tests start them, and what they look at afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import ClassVar

from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.jobs import InProcessRunner, JobOrder, JobQueue
from chatbot.foundation.settings import Settings
from chatbot.models import Job


@dataclass(frozen=True, slots=True)
class Work(JobOrder):
    kind: ClassVar[str] = "work"

    n: int = 1


@dataclass(frozen=True, slots=True)
class OtherWork(JobOrder):
    kind: ClassVar[str] = "other work"


def job_settings(*, lease_s: int = 30, concurrency: int = 1) -> Settings:
    return Settings(job_lease_seconds=lease_s, job_concurrency=concurrency)


def make_queue(database: Database, *, lease_s: int = 30, concurrency: int = 1, grace_s: float = 5.0) -> JobQueue:
    """Sweeps and retries within milliseconds."""
    settings = job_settings(lease_s=lease_s, concurrency=concurrency)
    return JobQueue(database, settings, InProcessRunner(), sweep_s=0.02, retry_s=0.01, grace_s=grace_s)


@asynccontextmanager
async def running(queue: JobQueue) -> AsyncIterator[JobQueue]:
    await queue.start()
    try:
        yield queue
    finally:
        await queue.stop()


async def enqueue(
    database: Database,
    queue: JobQueue,
    tenant_id: str,
    order: JobOrder = Work(),
    *,
    max_attempts: int = 5,
    delay_s: float = 0.0,
) -> str:
    async with database.write(tenant_id) as session:
        job = queue.enqueue(session, tenant_id, order, delay_s=delay_s)
        job.max_attempts = max_attempts
    return job.id


async def read_job(database: Database, job_id: str) -> Job:
    async with database.read(SYSTEM) as session:
        job = await session.get(Job, job_id)
    assert job is not None
    return job


async def until(database: Database, job_id: str, reached: Callable[[Job], bool]) -> Job:
    """The job once it has come that far; the test's own time limit ends the wait."""
    while not reached(job := await read_job(database, job_id)):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    return job


async def until_over(database: Database, job_id: str) -> Job:
    return await until(database, job_id, lambda job: job.status in ("done", "failed"))
