"""The rows of jobs: each step is one guarded UPDATE, so that two processes never run the same job."""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, and_, or_, select, update

from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.jobs.handlers import JobFailed
from chatbot.models import Job, utc_now


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job that is ours until the lease passes. `lease` names this claim and no other."""

    id: str
    tenant_id: str
    kind: str
    payload: dict[str, object]
    attempts: int
    max_attempts: int
    lease: str


@dataclass(frozen=True, slots=True)
class DueJob:
    id: str
    kind: str


class JobLeases:
    """Clocks of the machines that share a database must agree to within a fraction of the lease."""

    def __init__(self, database: Database, *, lease_s: float) -> None:
        self._database = database
        self._lease = timedelta(seconds=lease_s)

    async def due(self, kinds: Collection[str], *, limit: int) -> list[DueJob]:
        """Jobs that nobody has taken, or that somebody took and let the lease pass; the oldest first."""
        query = select(Job.id, Job.kind).where(_is_due(), Job.kind.in_(kinds)).order_by(Job.run_after).limit(limit)
        async with self._database.read(SYSTEM) as session:
            return [DueJob(*row) for row in await session.execute(query)]

    async def claim(self, job_id: str) -> ClaimedJob | None:
        """Ours now, or None: taken by another, not due yet, or gone."""
        lease = f"{_machine()}:{os.getpid()}:{secrets.token_hex(12)}"
        statement = (
            update(Job)
            .where(Job.id == job_id, _is_due())
            .values(
                status="running",
                attempts=Job.attempts + 1,
                lease_owner=lease,
                lease_until=utc_now() + self._lease,
            )
            .returning(Job.tenant_id, Job.kind, Job.payload, Job.attempts, Job.max_attempts)
            .execution_options(synchronize_session=False)
        )
        async with self._database.write(SYSTEM) as session:
            row = (await session.execute(statement)).first()
        return None if row is None else ClaimedJob(job_id, *row, lease)

    async def renew(self, job: ClaimedJob, *, progress: float | None = None) -> bool:
        """False: the lease had passed and the job was handed to another."""
        values: dict[str, object] = {"lease_until": utc_now() + self._lease}
        if progress is not None:
            values["progress"] = progress
        return await self._change(job, values)

    async def finish(self, job: ClaimedJob, result: Mapping[str, object] | None) -> bool:
        kept = dict(result) if result is not None else None
        return await self._end(job, "done", {"progress": 1.0, "result": kept, "error": None, "error_code": None})

    async def fail(self, job: ClaimedJob, failure: JobFailed) -> bool:
        return await self._end(job, "failed", failure.columns)

    async def retry(self, job: ClaimedJob, failure: JobFailed, *, delay_s: float) -> bool:
        return await self._give_up(job, {"run_after": utc_now() + timedelta(seconds=delay_s), **failure.columns})

    async def give_back(self, job: ClaimedJob) -> bool:
        """As if it had not been tried: this process stops, another goes on at once."""
        return await self._give_up(job, {"run_after": utc_now(), "attempts": Job.attempts - 1})

    async def take_from_the_dead(self) -> int:
        """Hand out again what processes of this machine held when they died, without waiting for their leases."""
        machine = _machine()
        query = select(Job.id, Job.lease_owner).where(
            Job.status == "running", Job.lease_owner.startswith(f"{machine}:")
        )
        async with self._database.read(SYSTEM) as session:
            held = [(job_id, owner) for job_id, owner in await session.execute(query) if owner and not _is_alive(owner)]
        for job_id, owner in held:
            async with self._database.write(SYSTEM) as session:
                await session.execute(
                    update(Job)
                    .where(Job.id == job_id, Job.lease_owner == owner, Job.status == "running")
                    .values(lease_until=utc_now() - self._lease)
                    .execution_options(synchronize_session=False)
                )
        return len(held)

    async def _end(self, job: ClaimedJob, status: str, values: Mapping[str, object]) -> bool:
        ended = {"status": status, "lease_owner": None, "lease_until": None, "finished_at": utc_now()}
        return await self._change(job, {**ended, **values})

    async def _give_up(self, job: ClaimedJob, values: Mapping[str, object]) -> bool:
        return await self._change(job, {"status": "queued", "lease_owner": None, "lease_until": None, **values})

    async def _change(self, job: ClaimedJob, values: Mapping[str, object]) -> bool:
        statement = (
            update(Job)
            .where(Job.id == job.id, Job.lease_owner == job.lease, Job.status == "running")
            .values(**values)
            .returning(Job.id)
            .execution_options(synchronize_session=False)
        )
        async with self._database.write(job.tenant_id) as session:
            return (await session.execute(statement)).first() is not None


def _is_due() -> ColumnElement[bool]:
    now = utc_now()
    return or_(
        and_(Job.status == "queued", Job.run_after <= now),
        and_(Job.status == "running", Job.lease_until < now),
    )


def _machine() -> str:
    """Stands for the host and, in containers, for its own numbering of processes."""
    numbering = Path("/proc/self/ns/pid")
    inode = numbering.stat().st_ino if numbering.exists() else 0
    return hashlib.sha256(f"{socket.gethostname()}/{inode}".encode()).hexdigest()[:12]


def _is_alive(owner: str) -> bool:
    """Whether the process that took the lease may still be there; never wrong when it says no."""
    pid = int(owner.split(":")[1])
    if sys.platform == "win32":  # there os.kill(pid, 0) would end the process
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
