"""A job runs once it is committed, again when it failed or was abandoned, and by one process at a time."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from chatbot.foundation.bilingual import Text
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.jobs import JobFailed, JobQueue, RunningJob
from chatbot.foundation.jobs.leases import JobLeases
from chatbot.models import Job, Tenant, utc_now
from tests.platform.foundation.jobs.queues import (
    OtherWork,
    Work,
    enqueue,
    make_queue,
    read_job,
    running,
    until,
    until_over,
)


async def test_a_committed_job_runs_with_its_payload_and_keeps_its_result(database: Database, tenant: Tenant) -> None:
    queue = make_queue(database)

    async def handler(job: RunningJob) -> dict[str, object]:
        return {"payload": job.payload, "tenant_id": job.tenant_id, "attempts": job.attempts}

    queue.register(Work, handler)
    async with running(queue):
        job = await until_over(database, await enqueue(database, queue, tenant.id))
    assert (job.status, job.progress) == ("done", 1.0)
    assert job.result == {"payload": {"n": 1}, "tenant_id": tenant.id, "attempts": 1}
    assert job.lease_owner is None and job.finished_at is not None


async def test_a_rolled_back_job_never_runs(database: Database, tenant: Tenant) -> None:
    queue = make_queue(database)
    ran: list[str] = []

    async def handler(job: RunningJob) -> None:
        ran.append(job.id)

    queue.register(Work, handler)
    async with running(queue):
        async with database.write(tenant.id) as session:
            queue.enqueue(session, tenant.id, Work())
            await session.flush()
            await session.rollback()
        await until_over(database, second := await enqueue(database, queue, tenant.id))
    assert ran == [second]


async def test_a_failing_job_is_tried_again_and_then_keeps_its_error(database: Database, tenant: Tenant) -> None:
    queue = make_queue(database)
    seen: list[int] = []
    told: list[tuple[str, str]] = []

    async def handler(job: RunningJob) -> None:
        seen.append(job.attempts)
        raise ValueError("the disk is full")

    async def on_failure(job: RunningJob, failure: JobFailed) -> None:
        told.append((failure.code, failure.text.en))

    queue.register(Work, handler, on_failure=on_failure)
    async with running(queue):
        job = await until_over(database, await enqueue(database, queue, tenant.id, max_attempts=3))
    assert seen == [1, 2, 3]
    assert (job.status, job.error_code, job.error) == ("failed", "internal_error", "ValueError: the disk is full")
    assert told == [("internal_error", "ValueError: the disk is full")]


async def test_a_retry_that_succeeds_forgets_the_error(database: Database, tenant: Tenant) -> None:
    queue = make_queue(database)

    async def handler(job: RunningJob) -> None:
        if job.attempts == 1:
            raise ConnectionError("not yet")

    queue.register(Work, handler)
    async with running(queue):
        job = await until_over(database, await enqueue(database, queue, tenant.id))
    assert (job.status, job.attempts, job.error) == ("done", 2, None)


async def test_a_job_that_says_it_cannot_succeed_is_not_tried_again(database: Database, tenant: Tenant) -> None:
    queue = make_queue(database)

    async def handler(job: RunningJob) -> None:
        raise JobFailed(Text("No examples."), code="too_few_intents")

    queue.register(Work, handler)
    async with running(queue):
        job = await until_over(database, await enqueue(database, queue, tenant.id))
    assert (job.status, job.attempts, job.error_code, job.error) == ("failed", 1, "too_few_intents", "No examples.")


async def test_two_queues_over_one_database_never_run_the_same_job(database: Database, tenant: Tenant) -> None:
    runs: list[str] = []

    async def handler(job: RunningJob) -> None:
        runs.append(job.id)
        await asyncio.sleep(0.005)

    queues = [make_queue(database, concurrency=3) for _ in range(2)]
    for queue in queues:
        queue.register(Work, handler)
    async with running(queues[0]), running(queues[1]):
        ids = [await enqueue(database, queues[n % 2], tenant.id) for n in range(20)]
        for job_id in ids:
            await until_over(database, job_id)
    assert sorted(runs) == sorted(ids)


async def test_of_many_that_claim_a_job_one_gets_it(database: Database, tenant: Tenant) -> None:
    job_id = await enqueue(database, queue_without_handlers(database), tenant.id)
    leases = [JobLeases(database, lease_s=30) for _ in range(8)]
    claims = await asyncio.gather(*(lease.claim(job_id) for lease in leases))
    assert len([claim for claim in claims if claim is not None]) == 1


async def test_a_lease_that_passed_hands_the_job_out_again(database: Database, tenant: Tenant) -> None:
    queue = make_queue(database)
    job_id = await enqueue(database, queue, tenant.id)
    lost = await JobLeases(database, lease_s=30).claim(job_id)
    assert lost is not None
    await let_the_lease_pass(database, job_id)

    async def handler(job: RunningJob) -> None:
        return None

    queue.register(Work, handler)
    async with running(queue):
        job = await until_over(database, job_id)
    assert (job.status, job.attempts) == ("done", 2)
    # Whoever lost the lease can no longer write to the row.
    assert not await JobLeases(database, lease_s=30).fail(lost, JobFailed(Text("Too late."), "late"))
    assert (await read_job(database, job_id)).status == "done"


async def test_a_job_whose_every_process_died_ends_as_abandoned(database: Database, tenant: Tenant) -> None:
    queue = make_queue(database)
    job_id = await enqueue(database, queue, tenant.id, max_attempts=2)
    for _ in range(2):
        assert await JobLeases(database, lease_s=30).claim(job_id) is not None
        await let_the_lease_pass(database, job_id)

    async def handler(job: RunningJob) -> None:
        raise AssertionError("must not run a third time")

    queue.register(Work, handler)
    async with running(queue):
        job = await until_over(database, job_id)
    assert (job.status, job.error_code) == ("failed", "job_abandoned")


async def test_progress_is_kept_and_renews_the_lease(database: Database, tenant: Tenant) -> None:
    queue = make_queue(database)
    reports: list[tuple[float, datetime]] = []

    async def handler(job: RunningJob) -> None:
        for fraction in (0.25, 0.5):
            await asyncio.sleep(0.01)
            await job.progress(fraction)
            row = await read_job(database, job.id)
            assert row.lease_until is not None
            reports.append((row.progress, row.lease_until))

    queue.register(Work, handler)
    async with running(queue):
        await until_over(database, await enqueue(database, queue, tenant.id))
    (first, until_first), (second, until_second) = reports
    assert (first, second) == (0.25, 0.5)
    assert until_first < until_second


async def test_a_handler_that_reports_nothing_keeps_its_lease(database: Database, tenant: Tenant) -> None:
    """It takes longer than its lease, and still nobody else gets it."""
    queues = [make_queue(database, lease_s=2) for _ in range(2)]
    attempts: list[int] = []

    async def handler(job: RunningJob) -> None:
        attempts.append(job.attempts)
        await asyncio.sleep(2.5)

    for queue in queues:
        queue.register(Work, handler)
    async with running(queues[0]), running(queues[1]):
        job = await until_over(database, await enqueue(database, queues[0], tenant.id))
    assert (attempts, job.status) == ([1], "done")


async def test_stopping_gives_the_lease_back_and_another_goes_on(database: Database, tenant: Tenant) -> None:
    started = asyncio.Event()

    async def endless(job: RunningJob) -> None:
        started.set()
        while True:
            await asyncio.sleep(0.01)
            await job.progress(0.5)

    first = make_queue(database)
    first.register(Work, endless)
    async with running(first):
        job_id = await enqueue(database, first, tenant.id)
        await started.wait()
    job = await read_job(database, job_id)
    assert (job.status, job.attempts, job.lease_owner) == ("queued", 0, None)

    async def quick(job: RunningJob) -> None:
        return None

    second = make_queue(database)
    second.register(Work, quick)
    async with running(second):
        assert (await until_over(database, job_id)).status == "done"


async def test_stopping_cuts_off_a_handler_that_does_not_listen(database: Database, tenant: Tenant) -> None:
    started = asyncio.Event()

    async def deaf(job: RunningJob) -> None:
        started.set()
        await asyncio.Event().wait()

    queue = make_queue(database, grace_s=0.05)
    queue.register(Work, deaf)
    async with running(queue):
        job_id = await enqueue(database, queue, tenant.id)
        await started.wait()
    assert (await read_job(database, job_id)).status == "queued"


async def test_a_running_turn_is_not_held_up_by_a_long_job_of_another_kind(database: Database, tenant: Tenant) -> None:
    release = asyncio.Event()

    async def long(job: RunningJob) -> None:
        await release.wait()

    async def short(job: RunningJob) -> None:
        return None

    queue = make_queue(database)
    queue.register(Work, long)
    queue.register(OtherWork, short)
    async with running(queue):
        ingest = await enqueue(database, queue, tenant.id)
        await until(database, ingest, lambda job: job.status == "running")
        assert (await until_over(database, await enqueue(database, queue, tenant.id, OtherWork()))).status == "done"
        release.set()
        await until_over(database, ingest)


async def test_a_delayed_job_waits_for_its_time(database: Database, tenant: Tenant) -> None:
    queue = make_queue(database)

    async def handler(job: RunningJob) -> None:
        return None

    queue.register(Work, handler)
    async with running(queue):
        later = await enqueue(database, queue, tenant.id, delay_s=3600)
        await until_over(database, await enqueue(database, queue, tenant.id))
        assert (await read_job(database, later)).status == "queued"
        async with database.write(SYSTEM) as session:
            await session.execute(update(Job).where(Job.id == later).values(run_after=utc_now()))
        assert (await until_over(database, later)).status == "done"


async def test_jobs_of_a_deleted_tenant_are_gone(database: Database, tenant: Tenant) -> None:
    await enqueue(database, queue_without_handlers(database), tenant.id)
    async with database.write(SYSTEM) as session:
        row = await session.get(Tenant, tenant.id)
        await session.delete(row)
    async with database.read(SYSTEM) as session:
        assert (await session.scalar(select(func.count()).select_from(Job))) == 0


def queue_without_handlers(database: Database) -> JobQueue:
    """No handler is registered, as in a process that leaves jobs to workers."""
    return make_queue(database)


async def let_the_lease_pass(database: Database, job_id: str) -> None:
    async with database.write(SYSTEM) as session:
        passed = utc_now() - timedelta(seconds=1)
        await session.execute(update(Job).where(Job.id == job_id).values(lease_until=passed))
