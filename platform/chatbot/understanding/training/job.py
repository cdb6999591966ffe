"""Training a bot's understanding, as a job: examples in, an immutable version out, active if it may be."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.bots.repository import BotRepository
from chatbot.foundation.bilingual import Text
from chatbot.foundation.database import Database
from chatbot.foundation.errors import AppError, BotNotFound
from chatbot.foundation.jobs import JobFailed, JobQueue, RunningJob
from chatbot.foundation.jobs.long_work import run_reporting
from chatbot.foundation.threads import Threads
from chatbot.models import Version, new_id
from chatbot.understanding.job_orders import Train
from chatbot.understanding.repository import VersionRepository
from chatbot.understanding.settings import UnderstandingSettings
from chatbot.understanding.training.data import TrainingData, read_training_data, version_settings
from chatbot.understanding.versions.content import pack_version
from chatbot.understanding.versions.gate import GateResult, QualityGate
from chatbot.understanding.versions.versions import VersionService
from nlu.intents.training import train_model
from nlu.intents.training_settings import TrainingSettings
from nlu.tagging.tagger import SpanTagger
from nlu.vectors import Encoders

MOST_VERSIONS = 20  # of a bot, besides those in use: the oldest make room

TOO_FEW = Text(
    "Training needs examples of at least two intents. Small talk, when switched on, counts.",
    "训练至少需要两个意图的例句（启用闲聊时，闲聊也算）。",
)
BOT_GONE = Text("The bot has been deleted.", "该机器人已被删除。")


@dataclass(frozen=True, slots=True)
class _Trained:
    content: bytes
    metrics: dict[str, object]


class TrainingJob:
    """Handler of `Train`.

    The same data, settings and program make no second version, so a job that is carried out twice changes nothing. A
    bot's first version is activated; a later one when the order asks for it and the quality gate lets it pass.
    """

    def __init__(
        self,
        database: Database,
        encoders: Encoders,
        threads: Threads,
        *,
        gate: QualityGate,
        jobs: JobQueue,
    ) -> None:
        self._database = database
        self._encoders = encoders
        self._threads = threads
        self._gate = gate
        self._jobs = jobs
        self._settings = TrainingSettings()

    async def __call__(self, job: RunningJob) -> dict[str, object]:
        bot_id = job.order(Train).bot_id
        try:
            async with self._database.read(job.tenant_id) as session:
                data = await read_training_data(session, job.tenant_id, bot_id)
                settings = version_settings(self._encoders.spaces(), self._settings)
                known = await VersionRepository(session, job.tenant_id).with_data(bot_id, data.data_hash)
        except BotNotFound as error:
            raise JobFailed(BOT_GONE, code="bot_not_found") from error
        if len(data.intents) < 2:
            raise JobFailed(TOO_FEW, code="too_few_intents")
        version = next((row for row in known if row.settings == settings), None)
        is_new = version is None
        if version is None:
            trained = await run_reporting(job, self._threads, partial(self._train, data), end=0.95)
            version = await self._store(job, bot_id, data, settings, trained)
        activated, gate = await self._activate(job, bot_id, version.id)
        return {
            "version_id": version.id,
            "number": version.number,
            "is_new": is_new,
            "activated": activated,
            "gate": gate.to_json() if gate is not None else None,
        }

    def _train(self, data: TrainingData, progress: Callable[[float], None]) -> _Trained:
        started = time.thread_time()
        model = train_model(data.examples, self._encoders, self._settings, progress)
        tagger = SpanTagger.train(data.annotated, self._encoders.encoder) if data.annotated else None
        metrics: dict[str, object] = {
            "examples": len(data.examples),
            "intents": len(data.own),
            "small_talk_intents": len(data.intents - data.own),
            "annotated": sum(bool(each.spans) for each in data.annotated),
            "threshold": round(model.threshold, 4),
            "seconds": round(time.thread_time() - started, 3),
            **{name: round(value, 4) for name, value in model.metrics.items()},
        }
        return _Trained(pack_version(model, tagger), metrics)

    async def _store(
        self, job: RunningJob, bot_id: str, data: TrainingData, settings: dict[str, object], trained: _Trained
    ) -> Version:
        """Of two processes that trained the same at once, the second fails on the number and finds the first's."""
        async with self._database.write(job.tenant_id) as session:
            versions = VersionRepository(session, job.tenant_id)
            await self._drop_old(session, job.tenant_id, bot_id)
            return versions.add(
                Version(
                    id=new_id(),
                    bot_id=bot_id,
                    data_hash=data.data_hash,
                    content=trained.content,
                    metrics=trained.metrics,
                    number=await versions.next_number(bot_id),
                    settings=settings,
                    size=len(trained.content),
                    created_by=job.order(Train).created_by or None,
                )
            )

    async def _drop_old(self, session: AsyncSession, tenant_id: str, bot_id: str) -> None:
        """Old versions that serve nobody and that nothing leads back to."""
        bot = await BotRepository(session, tenant_id).get(bot_id)
        settings = UnderstandingSettings.of(bot.understanding)
        used = {bot.active_version_id, settings.shadow, *settings.previous[-1:]}
        used |= {settings.split.version_id} if settings.split is not None else set()
        kept = {version_id for version_id in used if version_id is not None}
        await VersionRepository(session, tenant_id).drop_old(bot_id, keep=kept, most=MOST_VERSIONS - 1)

    async def _activate(self, job: RunningJob, bot_id: str, version_id: str) -> tuple[bool, GateResult | None]:
        async with self._database.read(job.tenant_id) as session:
            active_id = (await BotRepository(session, job.tenant_id).get(bot_id)).active_version_id
        if active_id == version_id:
            return True, None
        if active_id is not None and not job.order(Train).activate:
            return False, None
        gate = await self._gate.check(job.tenant_id, bot_id, version_id)
        if not gate.passes:
            return False, gate
        async with self._database.write(job.tenant_id) as session:
            versions = VersionService(session, job.tenant_id, self._jobs)
            try:
                await versions.activate(bot_id, version_id, instead_of=gate.active_id)
            except AppError as error:
                raise JobFailed(error.text, error.code) from error
        return True, gate
