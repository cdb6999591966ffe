"""Whether users say other things than the bot was taught, and than they said before: a job, daily for every bot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.bots.repository import BotRepository
from chatbot.foundation.database import Database
from chatbot.foundation.errors import BotNotFound
from chatbot.foundation.jobs import JobQueue, RunningJob
from chatbot.foundation.jobs.long_work import run_reporting
from chatbot.foundation.metrics import Metrics
from chatbot.foundation.rounding import rounded
from chatbot.foundation.threads import Threads
from chatbot.models import DriftReport, Job, utc_now
from chatbot.understanding.job_orders import DAY_S, LookForDrift
from chatbot.understanding.measures.message_repository import HeardMessage, HeardMessageRepository
from chatbot.understanding.repository import BotJobRepository, DriftRepository
from chatbot.understanding.training.data import TrainingData, read_training_data
from chatbot.understanding.versions.content import LoadedVersion
from chatbot.understanding.versions.loaded import LoadedVersions
from nlu.intents.training_settings import TrainingSettings
from nlu.measuring.drift import LEAST_MESSAGES, DriftTest, compare_samples, most_changed, new_words
from nlu.measuring.evaluation import cross_validate
from nlu.measuring.judging import Judged, judge
from nlu.understanding import Example

MOST_MESSAGES = 5000  # of a window
MOST_EXAMPLES = 1000  # of the training data; judged by folds, since a model is too sure of what it has learned
_FOLDS = 3
_CHANGED_SHOWN = 30

TRAINING, PREVIOUS = "training", "previous_window"


class DriftService:
    def __init__(self, session: AsyncSession, tenant_id: str, jobs: JobQueue) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._jobs = jobs
        self._bots = BotRepository(session, tenant_id)

    async def start(self, bot_id: str, *, days: int) -> Job:
        await self._bots.get(bot_id)
        job = self._jobs.enqueue(self._session, self._tenant_id, LookForDrift(bot_id, days))
        await self._session.flush()
        return job

    async def page(self, bot_id: str, *, limit: int, cursor: str | None) -> tuple[Sequence[DriftReport], str | None]:
        """Newest first."""
        await self._bots.get(bot_id)
        return await DriftRepository(self._session, self._tenant_id).page_of(bot_id, limit=limit, cursor=cursor)


@dataclass(frozen=True, slots=True)
class _Window:
    start: datetime
    end: datetime
    messages: list[HeardMessage]


class DriftJob:
    """Handler of `LookForDrift`. One job, one report: they share their id."""

    def __init__(
        self,
        database: Database,
        versions: LoadedVersions,
        threads: Threads,
        *,
        jobs: JobQueue,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._versions = versions
        self._threads = threads
        self._jobs = jobs
        self._metrics = metrics

    async def __call__(self, job: RunningJob) -> dict[str, object]:
        order = job.order(LookForDrift)
        bot_id, days = order.bot_id, order.days
        end = utc_now()
        middle = end - timedelta(days=days)
        async with self._database.read(job.tenant_id) as session:
            try:
                bot = await BotRepository(session, job.tenant_id).get(bot_id)
            except BotNotFound:
                return {"bot_id": bot_id}
            heard = HeardMessageRepository(session, job.tenant_id)
            window = _Window(middle, end, await heard.between(bot_id, middle, end, limit=MOST_MESSAGES))
            start = middle - timedelta(days=days)
            before = _Window(start, middle, await heard.between(bot_id, start, middle, limit=MOST_MESSAGES))
            data = await read_training_data(session, job.tenant_id, bot_id)
            version = await self._versions.usable(session, job.tenant_id, bot.active_version_id)
        if version is None or len(window.messages) < LEAST_MESSAGES:
            report = _nothing(version, window, "no_version" if version is None else "too_few_messages")
        else:
            report = await run_reporting(
                job, self._threads, partial(self._compare, version, data, window, before), end=0.95
            )
        is_alert = _is_alert(report)
        async with self._database.write(job.tenant_id) as session:
            await self._store(session, job, bot_id, window, report, is_alert)
        self._metrics.drift("alert" if is_alert else str(report["note"] or "calm"))
        return {"report_id": job.id, "is_alert": is_alert}

    def _compare(
        self,
        version: LoadedVersion,
        data: TrainingData,
        window: _Window,
        before: _Window,
        progress: Callable[[float], None],
    ) -> dict[str, object]:
        """One model judges all samples, so that a new version alone never looks like a change of the users."""
        after = self._judge(version, window.messages)
        progress(0.2)
        earlier = self._judge(version, before.messages)
        progress(0.4)
        own = [example for example in data.examples if example.intent in data.own]
        sample = own[:: max(1, -(-len(own) // MOST_EXAMPLES))]
        taught = cross_validate(
            sample,
            version.encoders,
            TrainingSettings(),
            folds=_FOLDS,
            progress=lambda share: progress(0.4 + 0.6 * share),
        )
        comparisons = [
            _comparison(TRAINING, taught, compare_samples(taught, after)),
            _comparison(PREVIOUS, earlier, compare_samples(earlier, after)),
        ]
        known = [line.text for line in earlier] if len(earlier) >= LEAST_MESSAGES else []
        words = new_words([example.text for example in own] + known, [line.text for line in after])
        return {
            "messages": len(after),
            "version": version.number,
            "comparisons": comparisons,
            "new_words": [{"word": word, "count": count} for word, count in words],
            "changed_messages": [
                {
                    "id": window.messages[place].id,
                    "text": after[place].text,
                    "intent": after[place].predicted,
                    "confidence": round(after[place].confidence, 4),
                    "unknown_share": round(1 - after[place].coverage, 4),
                }
                for place in most_changed(after, limit=_CHANGED_SHOWN)
            ],
            "note": None,
        }

    def _judge(self, version: LoadedVersion, messages: Sequence[HeardMessage]) -> list[Judged]:
        asked = [Example(message.text, "", message.language) for message in messages]
        return judge(version.model, asked, version.encoders)

    async def _store(
        self,
        session: AsyncSession,
        job: RunningJob,
        bot_id: str,
        window: _Window,
        report: dict[str, object],
        is_alert: bool,
    ) -> None:
        """And enqueues tomorrow's job of a bot that has one daily, unless it waits already."""
        reports = DriftRepository(session, job.tenant_id)
        bot = await BotRepository(session, job.tenant_id).find(bot_id)
        if bot is None:
            return
        if await reports.find(job.id) is None:
            reports.add(
                DriftReport(
                    id=job.id,
                    bot_id=bot_id,
                    window_start=window.start,
                    window_end=window.end,
                    is_alert=is_alert,
                    report=report,
                )
            )
        waiting = await BotJobRepository(session, job.tenant_id).waiting(bot_id, LookForDrift, is_due=False)
        if job.order(LookForDrift).is_daily and waiting is None and bot.active_version_id is not None:
            self._jobs.enqueue(session, job.tenant_id, LookForDrift(bot_id, is_daily=True), delay_s=DAY_S)


def _nothing(version: LoadedVersion | None, window: _Window, note: str) -> dict[str, object]:
    return {
        "messages": len(window.messages),
        "version": version.number if version is not None else None,
        "comparisons": [],
        "new_words": [],
        "changed_messages": [],
        "note": note,
    }


def _comparison(against: str, sample: Sequence[Judged], tests: Sequence[DriftTest]) -> dict[str, object]:
    return {"against": against, "messages": len(sample), "tests": rounded(tests, 5)}


def _is_alert(report: dict[str, object]) -> bool:
    """Beside the window before, where there is one: users never talk quite like the examples of a bot."""
    comparisons = cast(list[dict[str, object]], report["comparisons"])
    told = {str(each["against"]): cast(list[dict[str, object]], each["tests"]) for each in comparisons}
    tests = told.get(PREVIOUS) or told.get(TRAINING) or []
    return any(test["is_significant"] for test in tests)
