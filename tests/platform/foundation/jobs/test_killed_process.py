"""A process is killed in the middle of a job."""

from __future__ import annotations

import asyncio
import sys

from chatbot.foundation.database import Database
from chatbot.foundation.jobs import RunningJob
from chatbot.models import Tenant
from tests.architecture.tree import ROOT
from tests.platform.foundation.jobs.queues import Work, enqueue, make_queue, running, until, until_over

HANG = """
import asyncio, sys
from chatbot.foundation.database import Database
from chatbot.foundation.jobs import InProcessRunner, JobQueue
from chatbot.foundation.settings import Settings
from tests.platform.foundation.jobs.queues import Work

async def hang(job):
    await asyncio.sleep(3600)

async def main():
    queue = JobQueue(Database(sys.argv[1]), Settings(job_lease_seconds=3600), InProcessRunner(), sweep_s=0.05)
    queue.register(Work, hang)
    await queue.start()
    await asyncio.sleep(3600)

asyncio.run(main())
"""


async def test_a_killed_process_gives_its_job_to_the_next_at_once(
    database: Database, database_url: str, tenant: Tenant
) -> None:
    """The lease would run for an hour; the next process of the machine sees that its holder is dead."""
    queue = make_queue(database)
    job_id = await enqueue(database, queue, tenant.id)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", HANG, database_url, cwd=ROOT)
    try:
        await until(database, job_id, lambda job: job.status == "running")
    finally:
        process.kill()
        await process.wait()

    async def handler(job: RunningJob) -> None:
        return None

    queue.register(Work, handler)
    async with running(queue):
        job = await until_over(database, job_id)
    assert (job.status, job.attempts) == ("done", 2)
