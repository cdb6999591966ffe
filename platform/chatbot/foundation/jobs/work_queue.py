"""Jobs from the request that asks for one to its end."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from chatbot.foundation.bilingual import Text
from chatbot.foundation.database import Database
from chatbot.foundation.jobs.handlers import (
    ABANDONED,
    INTERNAL,
    FailureHandler,
    JobFailed,
    JobHandler,
    JobInterrupted,
    RunningJob,
)
from chatbot.foundation.jobs.job_order import JobOrder
from chatbot.foundation.jobs.leases import ClaimedJob, JobLeases
from chatbot.foundation.jobs.runner import JobRunner
from chatbot.foundation.settings import Settings
from chatbot.models import Job, new_id, utc_now

logger = logging.getLogger(__name__)

LONGEST_RETRY_S = 300.0
SWEPT_AT_ONCE = 50
DIED = Text("Every process that tried this job died while at it.")


class JobQueue:
    """Process-wide. A process that registers no handler only enqueues; another one's sweeper finds the rows."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        runner: JobRunner,
        *,
        sweep_s: float = 1.0,
        retry_s: float = 2.0,
        grace_s: float = 10.0,
        observe: Callable[[str, str], None] | None = None,
    ) -> None:
        """`grace_s`: how long `stop` lets jobs go on. `observe(kind, status)` is called whenever an attempt ends."""
        self._leases = JobLeases(database, lease_s=settings.job_lease_seconds)
        self._renew_s = settings.job_lease_seconds / 3
        self._width = settings.job_concurrency
        self._sweep_s, self._retry_s, self._grace_s = sweep_s, retry_s, grace_s
        self._observe = observe or (lambda _kind, _status: None)
        self._handlers: dict[str, tuple[JobHandler, FailureHandler | None]] = {}
        self._runner = runner
        self._sweeper: asyncio.Task[None] | None = None
        self._attempts: set[asyncio.Task[None]] = set()
        self._stopping = False

    def register(
        self,
        kind: type[JobOrder],
        handler: JobHandler,
        *,
        on_failure: FailureHandler | None = None,
        concurrency: int | None = None,
    ) -> None:
        """Before `start`. Kinds don't wait for each other; of one kind `concurrency` run at once."""
        self._handlers[kind.kind] = (handler, on_failure)
        self._runner.open_lane(kind.kind, concurrency or self._width)

    def enqueue(
        self,
        session: AsyncSession,
        tenant_id: str,
        order: JobOrder,
        *,
        delay_s: float = 0.0,
    ) -> Job:
        """Part of the session's transaction: it is handed out after the commit, and never without one."""
        job = Job(
            id=new_id(),
            tenant_id=tenant_id,
            kind=order.kind,
            payload=order.payload(),
            max_attempts=order.max_attempts,
            run_after=utc_now() + timedelta(seconds=delay_s),
        )
        session.add(job)
        if delay_s == 0.0:
            job_id = job.id

            def submit(_session: Session) -> None:
                self._runner.submit(job_id, order.kind)

            event.listen(session.sync_session, "after_commit", submit, once=True)
        return job

    async def start(self) -> None:
        """Take jobs, beginning with those that a killed process of this machine left."""
        self._stopping = False
        if not self._handlers:
            return
        await self._runner.start(self._run)
        left = await self._leases.take_from_the_dead()
        if left:
            logger.warning("taking over jobs of processes that died", extra={"count": left})
        self._sweeper = asyncio.create_task(self._sweep(), name="job sweeper")

    async def stop(self) -> None:
        """Running jobs end, stop at their next `progress`, or after the grace are cut off; none is lost."""
        self._stopping = True
        if self._sweeper is not None:
            self._sweeper.cancel()
            await asyncio.gather(self._sweeper, return_exceptions=True)
            self._sweeper = None
        stopped = asyncio.ensure_future(self._runner.stop())
        if not (await asyncio.wait({stopped}, timeout=self._grace_s))[0]:
            for attempt in self._attempts:
                attempt.cancel()
        await stopped

    async def _sweep(self) -> None:
        """Find rows that nobody told us of: left by the dead, due after a delay, or enqueued by another process."""
        while True:
            try:
                for due in await self._leases.due(self._handlers.keys(), limit=SWEPT_AT_ONCE):
                    self._runner.submit(due.id, due.kind)
            except (SQLAlchemyError, OSError) as error:
                logger.warning("the database does not answer the job sweeper", exc_info=error)
            await asyncio.sleep(self._sweep_s)

    async def _run(self, job_id: str) -> None:
        """One attempt. Never raises: whatever goes wrong around the handler itself is left to the lease."""
        try:
            claimed = None if self._stopping else await self._leases.claim(job_id)
            if claimed is not None:
                await self._attempt(claimed)
        except Exception as error:
            logger.warning("a job was left to its lease", extra={"job_id": job_id}, exc_info=error)

    async def _attempt(self, claimed: ClaimedJob) -> None:
        handler, _ = self._handlers[claimed.kind]
        job = self._running(claimed)
        if claimed.attempts > claimed.max_attempts:
            await self._fail(claimed, job, JobFailed(DIED, ABANDONED))
            return
        work = asyncio.create_task(self._carry_out(handler, claimed, job), name=f"{claimed.kind} {claimed.id}")
        self._attempts.add(work)
        heart = asyncio.create_task(self._beat(claimed, work))
        try:
            await work
        except asyncio.CancelledError:
            await self._leases.give_back(claimed)  # changes nothing where the lease was lost
            self._observe(claimed.kind, "interrupted")
            this = asyncio.current_task()
            if this is not None and this.cancelling():  # not the attempt alone: the whole process ends
                raise
        finally:
            self._attempts.discard(work)
            heart.cancel()
            await asyncio.gather(heart, return_exceptions=True)

    async def _carry_out(self, handler: JobHandler, claimed: ClaimedJob, job: RunningJob) -> None:
        try:
            result = await handler(job)
        except JobInterrupted:
            await self._leases.give_back(claimed)
            self._observe(claimed.kind, "interrupted")
        except JobFailed as error:
            await self._fail(claimed, job, error)
        except Exception as error:
            logger.warning("a job failed", extra={"job_id": job.id, "kind": job.kind}, exc_info=error)
            failure = JobFailed(Text(f"{type(error).__name__}: {error}"), INTERNAL)
            if claimed.attempts >= claimed.max_attempts:
                await self._fail(claimed, job, failure)
            else:
                delay = min(LONGEST_RETRY_S, self._retry_s * 2 ** (claimed.attempts - 1)) * random.uniform(0.5, 1.5)  # noqa: S311
                await self._leases.retry(claimed, failure, delay_s=delay)
                self._observe(claimed.kind, "retried")
        else:
            await self._leases.finish(claimed, result)
            self._observe(claimed.kind, "done")

    async def _fail(self, claimed: ClaimedJob, job: RunningJob, failure: JobFailed) -> None:
        _, on_failure = self._handlers[claimed.kind]
        if on_failure is not None:
            await on_failure(job, failure)
        await self._leases.fail(claimed, failure)
        self._observe(claimed.kind, "failed")

    async def _beat(self, claimed: ClaimedJob, work: asyncio.Task[None]) -> None:
        """Keep the lease while the handler is between two reports; cut it off when the lease is lost."""
        while True:
            await asyncio.sleep(self._renew_s)
            try:
                if not await self._leases.renew(claimed):
                    work.cancel()
                    return
            except (SQLAlchemyError, OSError) as error:
                logger.warning("a lease could not be renewed", extra={"job_id": claimed.id}, exc_info=error)

    def _running(self, claimed: ClaimedJob) -> RunningJob:
        async def report(fraction: float) -> None:
            if self._stopping or not await self._leases.renew(claimed, progress=fraction):
                raise JobInterrupted

        return RunningJob(
            id=claimed.id,
            tenant_id=claimed.tenant_id,
            kind=claimed.kind,
            payload=claimed.payload,
            attempts=claimed.attempts,
            max_attempts=claimed.max_attempts,
            lease=claimed.lease,
            report=report,
        )
