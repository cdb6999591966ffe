"""Runs of a test set, as jobs, and what two of them say when they are laid side by side."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.foundation.database import Database
from chatbot.foundation.errors import Conflict, InvalidInput, NotFound
from chatbot.foundation.jobs import JobFailed, JobOrder, JobQueue, RunningJob
from chatbot.lab.lab import RANKED, Asked, RetrievalLab
from chatbot.lab.repository import TestQuestionRepository, TestRunRepository, TestSetRepository
from chatbot.models import TestQuestion, TestRun, new_id
from knowledge.answering import DEFAULT_THRESHOLD
from knowledge.measuring.significance import (
    PairedCounts,
    PairedMeans,
    Verdict,
    compare_means,
    compare_outcomes,
    verdict,
)


@dataclass(frozen=True, slots=True)
class CarryOutRun(JobOrder):
    kind: ClassVar[str] = "test_run"
    max_attempts: ClassVar[int] = 3

    run_id: str


_SHOWN = 5  # of what was found, for people to look at

Progress = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ChangedQuestion:
    """Asked in both runs, with another rank or outcome."""

    question_id: str
    question: str
    rank_a: int | None
    rank_b: int | None
    right_a: bool
    right_b: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Over the questions that both runs asked; ranks over those of them that have an answer."""

    a: TestRun
    b: TestRun
    questions: int
    hit_at_1: PairedCounts
    right: PairedCounts
    mrr: PairedMeans
    verdict: Verdict
    changed: tuple[ChangedQuestion, ...]


class TestRunService:
    """One request's view of the runs of one test set."""

    __test__ = False

    def __init__(
        self, session: AsyncSession, tenant_id: str, knowledge_base_id: str, test_set_id: str, jobs: JobQueue
    ) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._knowledge_base_id = knowledge_base_id
        self._test_set_id = test_set_id
        self._jobs = jobs
        self._sets = TestSetRepository(session, tenant_id)
        self._questions = TestQuestionRepository(session, tenant_id)
        self._runs = TestRunRepository(session, tenant_id)

    async def start(self) -> TestRun:
        """Raises Conflict while no question has been reviewed."""
        run = await self.prepare()
        run.job_id = self._jobs.enqueue(self._session, self._tenant_id, CarryOutRun(run.id)).id
        await self._session.flush()
        return run

    async def prepare(self) -> TestRun:
        """A run that nobody has been told to carry out."""
        await self._sets.in_knowledge_base(self._knowledge_base_id, self._test_set_id)
        if not await self._questions.all_of(self._test_set_id, reviewed=True):
            raise Conflict("The test set has no reviewed questions yet.")
        run = self._runs.add(TestRun(id=new_id(), test_set_id=self._test_set_id, status="queued"))
        await self._session.flush()
        return run

    async def page(self, *, limit: int, cursor: str | None) -> tuple[Sequence[TestRun], str | None]:
        """Newest first, without results."""
        await self._sets.in_knowledge_base(self._knowledge_base_id, self._test_set_id)
        return await self._runs.page_of(self._test_set_id, limit=limit, cursor=cursor)

    async def get(self, run_id: str) -> TestRun:
        await self._sets.in_knowledge_base(self._knowledge_base_id, self._test_set_id)
        return await self._runs.in_set(self._test_set_id, run_id)

    async def compare(self, a: str, b: str) -> Comparison:
        """Raises InvalidInput unless both are runs of this set, and over."""
        await self._sets.in_knowledge_base(self._knowledge_base_id, self._test_set_id)
        found: list[TestRun] = []
        for field, run_id in (("query.a", a), ("query.b", b)):
            run = await self._runs.find(run_id)
            if run is None or run.test_set_id != self._test_set_id:
                raise InvalidInput("The test set has no such run.", field=field)
            if run.status != "done":
                raise InvalidInput("The run is not over.", field=field)
            found.append(run)
        return compare(*found)


class TestRunner:
    """Process-wide: carries out runs."""

    __test__ = False

    def __init__(self, database: Database, lab: RetrievalLab, spaces: frozenset[str]) -> None:
        self._database = database
        self._lab = lab
        self._spaces = spaces

    async def run(self, tenant_id: str, run_id: str, progress: Progress) -> Mapping[str, object]:
        """The run's metrics. A run that is over is left as it is. Raises TestRunNotFound."""
        async with self._database.write(tenant_id) as session:
            run = await TestRunRepository(session, tenant_id).get(run_id)
            if run.status == "done":
                return run.metrics
            run.status = "running"
            test_set = await TestSetRepository(session, tenant_id).get(run.test_set_id)
            questions = await TestQuestionRepository(session, tenant_id).all_of(run.test_set_id, reviewed=True)
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
            run = await TestRunRepository(session, tenant_id).get(run_id)
            run.settings, run.metrics, run.results, run.status = settings, metrics, results, "done"
        return metrics


class TestRunJob:
    """Handler of `CarryOutRun`."""

    __test__ = False

    def __init__(self, database: Database, runner: TestRunner) -> None:
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
            run = await TestRunRepository(session, job.tenant_id).find(job.order(CarryOutRun).run_id)
            if run is not None:
                run.status = "failed"


def _result(question: TestQuestion, asked: Asked) -> dict[str, object]:
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


def metrics_of(results: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Recall and MRR over the questions that have an answer, as fractions; None where there is none to count."""
    answerable = [one for one in results if one["expected"]]
    others = [one for one in results if not one["expected"]]
    answered = [one for one in results if one["answered"]]
    wrong = sum(not one["right"] for one in answered)
    return {
        "questions": len(results),
        "answerable": len(answerable),
        "recall_at_1": _mean([_share(one, "found_at_1") for one in answerable]),
        "recall_at_5": _mean([_share(one, "found_at_5") for one in answerable]),
        f"mrr_at_{RANKED}": _mean([_reciprocal(one) for one in answerable]),
        "answered_right": sum(bool(one["right"]) for one in answerable),
        "answered_wrong": wrong,
        "refused_right": sum(bool(one["right"]) for one in others),
        "refused_wrong": sum(not one["answered"] for one in answerable),
        "wrong_answer_rate": round(wrong / len(answered), 4) if answered else None,
    }


def compare(a: TestRun, b: TestRun) -> Comparison:
    """Both runs are over."""
    left = {str(one["question_id"]): one for one in a.results}
    pairs = [(left[key], one) for one in b.results if (key := str(one["question_id"])) in left]
    pairs = [(first, second) for first, second in pairs if first["expected"] == second["expected"]]
    answerable = [(first, second) for first, second in pairs if first["expected"]]
    hit_at_1 = compare_outcomes(
        [first["rank"] == 1 for first, _ in answerable], [second["rank"] == 1 for _, second in answerable]
    )
    right = compare_outcomes(
        [bool(first["right"]) for first, _ in pairs], [bool(second["right"]) for _, second in pairs]
    )
    mrr = compare_means(
        [_reciprocal(first) for first, _ in answerable], [_reciprocal(second) for _, second in answerable]
    )
    return Comparison(
        a=a,
        b=b,
        questions=len(pairs),
        hit_at_1=hit_at_1,
        right=right,
        mrr=mrr,
        verdict=verdict(len(pairs), right, mrr),
        changed=tuple(
            ChangedQuestion(
                question_id=str(first["question_id"]),
                question=str(second["question"]),
                rank_a=cast(int | None, first["rank"]),
                rank_b=cast(int | None, second["rank"]),
                right_a=bool(first["right"]),
                right_b=bool(second["right"]),
            )
            for first, second in pairs
            if first["rank"] != second["rank"] or first["right"] != second["right"]
        ),
    )


def _share(result: Mapping[str, object], name: str) -> float:
    return cast(int, result[name]) / len(cast(list[str], result["expected"]))


def _reciprocal(result: Mapping[str, object]) -> float:
    rank = cast(int | None, result["rank"])
    return 0.0 if rank is None else 1 / rank


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None
