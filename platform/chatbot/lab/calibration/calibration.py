"""Fitting the answer threshold of one knowledge base to questions put to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.documents.knowledge_bases.repository import KnowledgeBaseRepository
from chatbot.foundation.errors import NotFound
from chatbot.foundation.jobs import JobFailed, JobOrder, JobQueue, RunningJob
from chatbot.foundation.jobs.repository import JobRepository
from chatbot.lab.calibration.calibrator import Calibrator
from chatbot.models import Job
from knowledge.calibration import Calibration


@dataclass(frozen=True, slots=True)
class Calibrate(JobOrder):
    kind: ClassVar[str] = "calibrate"
    max_attempts: ClassVar[int] = 3

    knowledge_base_id: str
    wrong_answer_rate: float


class CalibrationService:
    def __init__(self, session: AsyncSession, tenant_id: str, jobs: JobQueue) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._jobs = jobs
        self._knowledge_bases = KnowledgeBaseRepository(session, tenant_id)

    async def start(self, knowledge_base_id: str, rate: float) -> Job:
        await self._knowledge_bases.get(knowledge_base_id)
        job = self._jobs.enqueue(self._session, self._tenant_id, Calibrate(knowledge_base_id, rate))
        await self._session.flush()
        return job

    async def current(self, knowledge_base_id: str) -> tuple[Calibration | None, Job | None]:
        """What is in use, and the last job."""
        row = await self._knowledge_bases.get(knowledge_base_id)
        jobs = JobRepository(self._session, self._tenant_id)
        latest = await jobs.page(jobs.scoped().where(Job.kind == Calibrate.kind), limit=100)
        last = next((job for job in latest[0] if job.payload.get("knowledge_base_id") == knowledge_base_id), None)
        return Calibration.of(row.settings), last

    async def forget(self, knowledge_base_id: str) -> None:
        """Back to the shared curve and threshold."""
        row = await self._knowledge_bases.lock(knowledge_base_id)
        row.settings = {name: value for name, value in row.settings.items() if name != "calibration"}


class CalibrationJob:
    """Handler of `Calibrate`."""

    def __init__(self, calibrator: Calibrator) -> None:
        self._calibrator = calibrator

    async def __call__(self, job: RunningJob) -> dict[str, object]:
        order = job.order(Calibrate)
        try:
            return await self._calibrator.run(
                job.tenant_id, order.knowledge_base_id, order.wrong_answer_rate, job.progress
            )
        except NotFound as error:
            raise JobFailed(error.text, error.code) from error
