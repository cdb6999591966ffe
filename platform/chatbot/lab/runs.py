"""Runs of a test set, as jobs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.foundation.database import Database
from chatbot.foundation.errors import Conflict, InvalidInput, NotFound
from chatbot.foundation.jobs import JobFailed, JobOrder, JobQueue, RunningJob
from chatbot.lab.comparison import Comparison, compare, metrics_of
from chatbot.lab.lab import Asked, RetrievalLab
from chatbot.lab.repository import LabQuestionRepository, LabRunRepository, LabSetRepository
from chatbot.models import LabQuestion, LabRun, new_id
from knowledge.answering import DEFAULT_THRESHOLD


@dataclass(frozen=True, slots=True)
class CarryOutRun(JobOrder):
    kind: ClassVar[str] = "test_run"
    max_attempts: ClassVar[int] = 3

    run_id: str


_SHOWN = 5  # of what was found, for people to look at

Progress = Callable[[float], Awaitable[None]]


class LabRunService:
    """Of the runs of one test set."""

    def __init__(
        self, session: AsyncSession, tenant_id: str, knowledge_base_id: str, test_set_id: str, jobs: JobQueue
    ) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._knowledge_base_id = knowledge_base_id
        self._test_set_id = test_set_id
        self._jobs = jobs
        self._sets = LabSetRepository(session, tenant_id)
        self._questions = LabQuestionRepository(session, tenant_id)
        self._runs = LabRunRepository(session, tenant_id)

    async def start(self) -> LabRun:
        """Raises Conflict while no question has been reviewed."""
        run = await self.prepare()
        run.job_id = self._jobs.enqueue(self._session, self._tenant_id, CarryOutRun(run.id)).id
        await self._session.flush()
        return run

    async def prepare(self) -> LabRun:
        """A run that nobody has been told to carry out."""
        await self._sets.get_of(self._knowledge_base_id, self._test_set_id)
        if not await self._questions.reviewed_of(self._test_set_id):
            raise Conflict("The test set has no reviewed questions yet.")
        run = self._runs.add(LabRun(id=new_id(), test_set_id=self._test_set_id, status="queued"))
        await self._session.flush()
        return run

    async def page(self, *, limit: int, cursor: str | None) -> tuple[Sequence[LabRun], str | None]:
        """Newest first, without results."""
        await self._sets.get_of(self._knowledge_base_id, self._test_set_id)
        return await self._runs.page_of(self._test_set_id, limit=limit, cursor=cursor)

    async def get(self, run_id: str) -> LabRun:
        await self._sets.get_of(self._knowledge_base_id, self._test_set_id)
        return await self._runs.get_of(self._test_set_id, run_id)

    async def compare(self, a: str, b: str) -> Comparison:
        """Raises InvalidInput unless both are runs of this set, and over."""
        await self._sets.get_of(self._knowledge_base_id, self._test_set_id)
        found: list[LabRun] = []
        for field, run_id in (("query.a", a), ("query.b", b)):
            run = await self._runs.find(run_id)
            if run is None or run.test_set_id != self._test_set_id:
                raise InvalidInput("The test set has no such run.", field=field)
            if run.status != "done":
                raise InvalidInput("The run is not over.", field=field)
            found.append(run)
        return compare(*found)


class LabRunner:
    def __init__(self, database: Database, lab: RetrievalLab, spaces: frozenset[str]) -> None:
        self._database = database
        self._lab = lab
        self._spaces = spaces

    async def run(self, tenant_id: str, run_id: str, progress: Progress) -> Mapping[str, object]:
        """The run's metrics. A run that is over is left as it is. Raises LabRunNotFound."""
        async with self._database.write(tenant_id) as session:
            run = await LabRunRepository(session, tenant_id).get(run_id)
            if run.status == "done":
                return run.metrics
            run.status = "running"
            test_set = await LabSetRepository(session, tenant_id).get(run.test_set_id)
            questions = await LabQuestionRepository(session, tenant_id).reviewed_of(run.test_set_id)
            knowledge_base_id = test_set.knowledge_base_id
        wanted = await self._lab.revision(tenant_id, knowledge_base_id)
        results: list[dict[str, object]] = []
        for done, question in enumerate(questions):
            asked = await self._lab.ask(tenant_id, knowledge_base_id, question.question, language=question.language)
            results.append(_result(question, asked))
            if done % 10 == 0:
                await progress(0.95 * done / len(questions))
        calibration = wanted.calibration
        settings: dict[str, object] = {
            "revision": wanted.revision,
            "spaces": sorted(self._spaces),
            "threshold": DEFAULT_THRESHOLD if calibration is None else calibration.threshold,
            "threshold_source": "default" if calibration is None else "knowledge_base",
            "curve": None if calibration is None or calibration.curve is None else calibration.to_json()["curve"],
        }
        metrics = metrics_of(results)
        async with self._database.write(tenant_id) as session:
            run = await LabRunRepository(session, tenant_id).get(run_id)
            run.settings, run.metrics, run.results, run.status = settings, metrics, results, "done"
        return metrics


class LabRunJob:
    """Handler of `CarryOutRun`."""

    def __init__(self, database: Database, runner: LabRunner) -> None:
        self._database = database
        self._runner = runner

    async def __call__(self, job: RunningJob) -> dict[str, object]:
        run_id = job.order(CarryOutRun).run_id
        try:
            return {"run_id": run_id, "metrics": await self._runner.run(job.tenant_id, run_id, job.progress)}
        except NotFound as error:  # deleted meanwhile
            raise JobFailed(error.text, error.code) from error

    async def failed(self, job: RunningJob, failure: JobFailed) -> None:  # noqa: ARG002
        """The job's failure handler."""
        async with self._database.write(job.tenant_id) as session:
            run = await LabRunRepository(session, job.tenant_id).find(job.order(CarryOutRun).run_id)
            if run is not None:
                run.status = "failed"


def _result(question: LabQuestion, asked: Asked) -> dict[str, object]:
    expected = set(question.expected)
    rank = next((rank for rank, found in enumerate(asked.ranking, 1) if found.id in expected), None)
    within = [sum(found.id in expected for found in asked.ranking[:depth]) for depth in (1, 5)]
    return {
        "question_id": question.id,
        "question": question.question,
        "language": question.language,
        "expected": question.expected,
        "rank": rank,
        "found_at_1": within[0],
        "found_at_5": within[1],
        "score": round(asked.score, 4),
        "answered": asked.answered,
        "right": asked.answered and bool(asked.sources & expected) if expected else not asked.answered,
        "found": [
            {"id": found.id, "title": found.title, "score": round(found.score, 4)} for found in asked.ranking[:_SHOWN]
        ],
    }
