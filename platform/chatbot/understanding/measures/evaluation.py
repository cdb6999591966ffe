"""Measuring a version, as a job: by folds of the examples, on the regression set, or on a set sent along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.bots.content_repository import RegressionRepository
from chatbot.bots.repository import BotRepository
from chatbot.foundation.bilingual import Text
from chatbot.foundation.database import Database
from chatbot.foundation.errors import AppError, InvalidInput
from chatbot.foundation.jobs import JobFailed, JobQueue, RunningJob
from chatbot.foundation.jobs.long_work import run_reporting
from chatbot.foundation.rounding import rounded
from chatbot.foundation.threads import Threads
from chatbot.models import Evaluation, new_id
from chatbot.understanding.job_orders import Evaluate
from chatbot.understanding.repository import EvaluationRepository, VersionRepository
from chatbot.understanding.training.data import read_training_data
from chatbot.understanding.versions.gate import MOST_EXAMPLES
from chatbot.understanding.versions.loaded import LoadedVersions, OfAnotherEncoder, VersionDamaged
from nlu.intents.training_settings import TrainingSettings
from nlu.measuring import evaluation as figures
from nlu.measuring.judging import Judged, judge
from nlu.understanding import Example
from nlu.vectors import Encoders

DAMAGED = Text("The version is damaged; train again.", "该版本已损坏，请重新训练。")
OTHER_ENCODER = Text(
    "The version was trained with another encoder; train again.", "该版本由另一个句向量模型训练，请重新训练。"
)
NOTHING_TO_ASK = Text("There is nothing to measure with.", "没有可用于评估的句子。")
TOO_FEW = Text("There are too few intents to measure.", "意图太少，无法评估。")
SUMMARY = ("total", "accuracy", "macro_f1", "in_scope_accuracy", "out_of_scope_recall", "calibration_error")


@dataclass(frozen=True, slots=True)
class AskedExample:
    """`intent` None: out of scope."""

    text: str
    intent: str | None
    language: str = ""


class EvaluationService:
    def __init__(self, session: AsyncSession, tenant_id: str, jobs: JobQueue) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._jobs = jobs
        self._bots = BotRepository(session, tenant_id)
        self._evaluations = EvaluationRepository(session, tenant_id)

    async def start(
        self, bot_id: str, kind: str, *, version_id: str | None, folds: int, examples: Sequence[AskedExample]
    ) -> Evaluation:
        """`folds` measures the examples as they are now; the other kinds a version, by default the active one."""
        bot = await self._bots.get(bot_id)
        if version_id is not None:
            await VersionRepository(self._session, self._tenant_id).get_of(bot_id, version_id)
        version_id = None if kind == "folds" else version_id or bot.active_version_id
        if kind != "folds" and version_id is None:
            raise InvalidInput("The bot has no trained version yet.", field="body.version_id")
        if kind == "test_set" and not examples:
            raise InvalidInput("A test set needs examples.", field="body.examples")
        asked: list[object] = [
            {"text": each.text, "intent": each.intent, "language": each.language} for each in examples
        ]
        row = self._evaluations.add(
            Evaluation(
                id=new_id(),
                bot_id=bot_id,
                version_id=version_id,
                kind=kind,
                report={"folds": folds} if kind == "folds" else {"examples": asked if kind == "test_set" else []},
            )
        )
        row.job_id = self._jobs.enqueue(self._session, self._tenant_id, Evaluate(bot_id, row.id)).id
        await self._session.flush()
        return row

    async def page(self, bot_id: str, *, limit: int, cursor: str | None) -> tuple[Sequence[Evaluation], str | None]:
        await self._bots.get(bot_id)
        return await self._evaluations.page_of(bot_id, limit=limit, cursor=cursor)

    async def get(self, bot_id: str, evaluation_id: str) -> Evaluation:
        await self._bots.get(bot_id)
        return await self._evaluations.get_of(bot_id, evaluation_id)


class EvaluationJob:
    """Handler of `Evaluate`."""

    def __init__(self, database: Database, versions: LoadedVersions, encoders: Encoders, threads: Threads) -> None:
        self._database = database
        self._versions = versions
        self._encoders = encoders
        self._threads = threads

    async def __call__(self, job: RunningJob) -> dict[str, object]:
        evaluation_id = job.order(Evaluate).evaluation_id
        async with self._database.read(job.tenant_id) as session:
            row = await EvaluationRepository(session, job.tenant_id).find(evaluation_id)
            if row is None or row.status == "done":
                return {"evaluation_id": evaluation_id}
            try:
                work = await self._work(session, job.tenant_id, row)
            except VersionDamaged as error:
                raise JobFailed(DAMAGED, error.code) from error
            except OfAnotherEncoder as error:
                raise JobFailed(OTHER_ENCODER, error.code) from error
            except AppError as error:
                raise JobFailed(error.text, error.code) from error
        judged = await run_reporting(job, self._threads, work, end=0.95)
        if not judged:
            raise JobFailed(NOTHING_TO_ASK, "nothing_to_measure")
        report = report_of(figures.evaluate(judged))
        async with self._database.write(job.tenant_id) as session:
            row = await EvaluationRepository(session, job.tenant_id).find(evaluation_id)
            if row is not None:
                row.report, row.status = report, "done"
        return {"evaluation_id": evaluation_id, **{name: report[name] for name in SUMMARY}}

    async def failed(self, job: RunningJob, failure: JobFailed) -> None:  # noqa: ARG002
        """The job's failure handler."""
        async with self._database.write(job.tenant_id) as session:
            row = await EvaluationRepository(session, job.tenant_id).find(job.order(Evaluate).evaluation_id)
            if row is not None:
                row.status, row.report = "failed", {}

    async def _work(
        self, session: AsyncSession, tenant_id: str, row: Evaluation
    ) -> Callable[[Callable[[float], None]], list[Judged]]:
        """Called in a thread with a function to report to."""
        if row.kind == "folds":
            data = await read_training_data(session, tenant_id, row.bot_id)
            if len(data.own) < 2:
                raise JobFailed(TOO_FEW, "too_few_intents")
            return partial(self._fold, data.examples, data.own, cast(int, row.report["folds"]))
        version = await self._versions.get(session, tenant_id, row.version_id or "")
        if row.kind == "regression":
            stored = await RegressionRepository(session, tenant_id).all(row.bot_id, limit=MOST_EXAMPLES)
            examples = [Example(each.text, each.intent or "", each.language) for each in stored]
        else:
            asked = cast(list[Mapping[str, str | None]], row.report["examples"])
            examples = [Example(each["text"] or "", each["intent"] or "", each.get("language") or "") for each in asked]
        return partial(judge, version.model, examples, version.encoders)

    def _fold(
        self, examples: Sequence[Example], own: frozenset[str], folds: int, progress: Callable[[float], None]
    ) -> list[Judged]:
        """Small talk is there to be confused with, not to be counted."""
        judged = figures.cross_validate(examples, self._encoders, TrainingSettings(), folds=folds, progress=progress)
        return [line for line in judged if line.expected is None or line.expected in own]


def report_of(found: figures.Evaluation) -> dict[str, object]:
    """As JSON, figures rounded to what they are good for."""
    return {
        **rounded(found),
        "calibration": [
            {"from": each.low, "to": each.high, **_columns(each, "count", "confidence", "accuracy")}
            for each in found.calibration
        ],
        "out_of_scope_curve": [{**rounded(each), "threshold": each.threshold} for each in found.out_of_scope_curve],
        "worst": [_columns(each, "text", "expected", "predicted", "confidence") for each in found.worst],
        "by_language": {
            language: {"total": count, "accuracy": round(accuracy, 4)}
            for language, (count, accuracy) in found.by_language.items()
        },
    }


def _columns(row: object, *names: str) -> dict[str, object]:
    return {name: rounded(getattr(row, name)) for name in names}
