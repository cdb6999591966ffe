"""Measuring a version, as a job: by folds of the examples, on the regression set, or on a set sent along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.bots.content_repository import RegressionRepository
from chatbot.bots.repository import BotRepository
from chatbot.foundation.database import Database
from chatbot.foundation.errors import AppError, InvalidInput
from chatbot.foundation.jobs import JobFailed, JobQueue, RunningJob
from chatbot.foundation.jobs.long_work import run_reporting
from chatbot.models import NluEvaluation, new_id
from chatbot.understanding.repository import EvaluationNotFound, EvaluationRepository, VersionRepository
from chatbot.understanding.training.data import read_training_data
from chatbot.understanding.versions.content import TrainedVersion
from chatbot.understanding.versions.gate import MOST_EXAMPLES
from chatbot.understanding.versions.loaded import LoadedVersions
from nlu.errors import ModelCorrupt, SpaceMismatch
from nlu.intents.training_settings import TrainingSettings
from nlu.measuring.evaluation import Evaluation, cross_validate, evaluate
from nlu.measuring.judging import Judged, judge
from nlu.understanding import Example
from nlu.vectors import Encoders

EVALUATE_JOB = "evaluate"
DAMAGED = "The version is damaged; train again.\n该版本已损坏，请重新训练。"
OTHER_ENCODER = "The version was trained with another encoder; train again.\n该版本由另一个句向量模型训练，请重新训练。"
SUMMARY = ("total", "accuracy", "macro_f1", "in_scope_accuracy", "out_of_scope_recall", "calibration_error")


@dataclass(frozen=True, slots=True)
class AskedExample:
    """`intent` None: out of scope."""

    text: str
    intent: str | None
    language: str = ""


class EvaluationService:
    """One request's view."""

    def __init__(self, session: AsyncSession, tenant_id: str, jobs: JobQueue) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._jobs = jobs
        self._bots = BotRepository(session, tenant_id)
        self._evaluations = EvaluationRepository(session, tenant_id)

    async def start(
        self, bot_id: str, kind: str, *, version_id: str | None, folds: int, examples: Sequence[AskedExample]
    ) -> NluEvaluation:
        """`folds` measures the examples as they are now; the other kinds a version, by default the active one."""
        bot = await self._bots.get(bot_id)
        if version_id is not None:
            await VersionRepository(self._session, self._tenant_id).of_bot(bot_id, version_id)
        version_id = None if kind == "folds" else version_id or bot.active_model_id
        if kind != "folds" and version_id is None:
            raise InvalidInput("The bot has no trained version yet.", field="body.version_id")
        if kind == "test_set" and not examples:
            raise InvalidInput("A test set needs examples.", field="body.examples")
        asked: list[object] = [
            {"text": each.text, "intent": each.intent, "language": each.language} for each in examples
        ]
        row = self._evaluations.add(
            NluEvaluation(
                id=new_id(),
                bot_id=bot_id,
                model_id=version_id,
                kind=kind,
                report={"folds": folds} if kind == "folds" else {"examples": asked if kind == "test_set" else []},
            )
        )
        payload: dict[str, object] = {"bot_id": bot_id, "evaluation_id": row.id}
        row.job_id = self._jobs.enqueue(
            self._session, tenant_id=self._tenant_id, kind=EVALUATE_JOB, payload=payload, max_attempts=3
        ).id
        await self._session.flush()
        return row

    async def page(self, bot_id: str, *, limit: int, cursor: str | None) -> tuple[Sequence[NluEvaluation], str | None]:
        await self._bots.get(bot_id)
        query = self._evaluations.scoped().where(NluEvaluation.bot_id == bot_id)
        return await self._evaluations.page(query, limit=limit, cursor=cursor)

    async def get(self, bot_id: str, evaluation_id: str) -> NluEvaluation:
        await self._bots.get(bot_id)
        row = await self._evaluations.get(evaluation_id)
        if row.bot_id != bot_id:
            raise EvaluationNotFound("evaluation", evaluation_id)
        return row


class EvaluationJob:
    """Handler of "evaluate" jobs; payload {bot_id, evaluation_id}."""

    def __init__(self, database: Database, versions: LoadedVersions, encoders: Encoders, executor: Executor) -> None:
        self._database = database
        self._versions = versions
        self._encoders = encoders
        self._executor = executor

    async def __call__(self, job: RunningJob) -> dict[str, object]:
        evaluation_id = str(job.payload["evaluation_id"])
        async with self._database.read(job.tenant_id) as session:
            row = await EvaluationRepository(session, job.tenant_id).find(evaluation_id)
            if row is None or row.status == "done":
                return {"evaluation_id": evaluation_id}
            try:
                work = await self._work(session, job.tenant_id, row)
            except ModelCorrupt as error:
                raise JobFailed(DAMAGED, "version_unusable") from error
            except AppError as error:
                raise JobFailed(error.detail, error.code) from error
        try:
            judged = await run_reporting(job, self._executor, work, end=0.95)
        except SpaceMismatch as error:
            raise JobFailed(OTHER_ENCODER, "version_unusable") from error
        if not judged:
            raise JobFailed("There is nothing to measure with.\n没有可用于评估的句子。", "nothing_to_measure")
        report = report_of(evaluate(judged))
        async with self._database.write(job.tenant_id) as session:
            row = await EvaluationRepository(session, job.tenant_id).find(evaluation_id)
            if row is not None:
                row.report, row.status = report, "done"
        return {"evaluation_id": evaluation_id, **{name: report[name] for name in SUMMARY}}

    async def failed(self, job: RunningJob, *, code: str, message: str) -> None:  # noqa: ARG002
        """The job's failure handler."""
        async with self._database.write(job.tenant_id) as session:
            row = await EvaluationRepository(session, job.tenant_id).find(str(job.payload["evaluation_id"]))
            if row is not None:
                row.status, row.report = "failed", {}

    async def _work(
        self, session: AsyncSession, tenant_id: str, row: NluEvaluation
    ) -> Callable[[Callable[[float], None]], list[Judged]]:
        """Called in a thread with a function to report to."""
        if row.kind == "folds":
            data = await read_training_data(session, tenant_id, row.bot_id)
            if len(data.own) < 2:
                raise JobFailed("There are too few intents to measure.\n意图太少，无法评估。", "too_few_intents")
            return partial(self._fold, data.examples, data.own, cast(int, row.report["folds"]))
        version = await self._versions.get(session, tenant_id, row.model_id or "")
        if row.kind == "regression":
            stored = await RegressionRepository(session, tenant_id).all(row.bot_id, limit=MOST_EXAMPLES)
            examples = [Example(each.text, each.intent or "", each.language) for each in stored]
        else:
            asked = cast(list[Mapping[str, str | None]], row.report["examples"])
            examples = [Example(each["text"] or "", each["intent"] or "", each.get("language") or "") for each in asked]
        return partial(self._judge, version, examples)

    def _fold(
        self, examples: Sequence[Example], own: frozenset[str], folds: int, progress: Callable[[float], None]
    ) -> list[Judged]:
        """Small talk is there to be confused with, not to be counted."""
        judged = cross_validate(examples, self._encoders, TrainingSettings(), folds=folds, progress=progress)
        return [line for line in judged if line.expected is None or line.expected in own]

    def _judge(
        self, version: TrainedVersion, examples: Sequence[Example], progress: Callable[[float], None]
    ) -> list[Judged]:
        version.model.check_spaces(version.encoders)
        return judge(version.model, examples, version.encoders, progress)


def report_of(found: Evaluation) -> dict[str, object]:
    """As JSON, figures rounded to what they are good for."""
    return {
        "total": found.total,
        "accuracy": round(found.accuracy, 4),
        "macro_f1": round(found.macro_f1, 4),
        "in_scope_accuracy": round(found.in_scope_accuracy, 4),
        "out_of_scope_recall": _rounded(found.out_of_scope_recall),
        "calibration_error": round(found.calibration_error, 4),
        "calibration": [
            {
                "from": each.low,
                "to": each.high,
                "count": each.count,
                "confidence": round(each.confidence, 4),
                "accuracy": round(each.accuracy, 4),
            }
            for each in found.calibration
        ],
        "intents": [
            {
                "intent": each.intent,
                "precision": round(each.precision, 4),
                "recall": round(each.recall, 4),
                "f1": round(each.f1, 4),
                "support": each.support,
            }
            for each in found.intents
        ],
        "confusions": [
            {
                "expected": each.expected,
                "predicted": each.predicted,
                "count": each.count,
                "examples": list(each.examples),
            }
            for each in found.confusions
        ],
        "out_of_scope_curve": [
            {
                "threshold": each.threshold,
                "in_scope_accuracy": round(each.in_scope_accuracy, 4),
                "out_of_scope_recall": _rounded(each.out_of_scope_recall),
            }
            for each in found.out_of_scope_curve
        ],
        "worst": [
            {
                "text": each.text,
                "expected": each.expected,
                "predicted": each.predicted,
                "confidence": round(each.confidence, 4),
            }
            for each in found.worst
        ],
        "by_language": {
            language: {"total": count, "accuracy": round(accuracy, 4)}
            for language, (count, accuracy) in found.by_language.items()
        },
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


__all__ = ["EVALUATE_JOB", "SUMMARY", "AskedExample", "EvaluationJob", "EvaluationService", "report_of"]
