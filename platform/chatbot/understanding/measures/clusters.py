"""From conversations to training: messages that were not understood, put together, and decided on in one call."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.bots.bots import NameTaken
from chatbot.bots.content_repository import ExampleRepository, RegressionRepository
from chatbot.bots.intents import IntentNotFound
from chatbot.bots.repository import BotRepository
from chatbot.foundation.database import Database
from chatbot.foundation.errors import BotNotFound, Conflict, InvalidInput
from chatbot.foundation.jobs import JobQueue, RunningJob
from chatbot.foundation.jobs.long_work import run_reporting
from chatbot.foundation.threads import Threads
from chatbot.models import IntentExample, Job, MessageCluster, RegressionExample, utc_now
from chatbot.understanding.job_orders import PutTogether
from chatbot.understanding.measures.message_repository import HeardMessage, HeardMessageRepository
from chatbot.understanding.repository import ClusterRepository
from chatbot.understanding.versions.content import LoadedVersion
from chatbot.understanding.versions.loaded import LoadedVersions
from nlu.intents.corpus import is_out_of_scope
from nlu.language import LANGUAGES, detect_language
from nlu.measuring.clustering import Cluster, Message, cluster, nearest_intent
from nlu.vectors import Encoders

MOST_MESSAGES = 4000
UNSURE = 0.6  # an intent believed less than this may have been a guess
_LEAST_FOR_REGRESSION = 5  # of a cluster that big, every fifth message asks instead of teaching
_LONGEST_EXAMPLE = 500  # characters; longer messages tell stories, and teach little

STATUS = {"intent": "assigned", "new_intent": "assigned", "knowledge_gap": "knowledge_gap", "dismiss": "dismissed"}


@dataclass(frozen=True, slots=True)
class Assignment:
    """What came of a decision."""

    cluster: MessageCluster
    examples_added: int
    regression_added: int


class ClusterService:
    def __init__(self, session: AsyncSession, tenant_id: str, jobs: JobQueue) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._jobs = jobs
        self._bots = BotRepository(session, tenant_id)
        self._clusters = ClusterRepository(session, tenant_id)
        self._examples = ExampleRepository(session, tenant_id)
        self._regression = RegressionRepository(session, tenant_id)

    async def start(self, bot_id: str, *, days: int) -> Job:
        await self._bots.get(bot_id)
        job = self._jobs.enqueue(self._session, self._tenant_id, PutTogether(bot_id, days))
        await self._session.flush()
        return job

    async def page(
        self, bot_id: str, *, status: str | None, limit: int, cursor: str | None
    ) -> tuple[Sequence[MessageCluster], str | None]:
        """Those of the newest runs; of a page, the largest first."""
        await self._bots.get(bot_id)
        query = self._clusters.of(bot_id)
        if status is not None:
            query = query.where(MessageCluster.status == status)
        rows, following = await self._clusters.page(query, limit=limit, cursor=cursor)
        return sorted(rows, key=lambda row: -row.size), following

    async def assign(
        self, bot_id: str, cluster_id: str, action: str, *, intent: str | None, excluded: Collection[str]
    ) -> Assignment:
        """Messages not `excluded` become examples; of five or more, every fifth goes to the regression set instead,
        so that the gate of the next version shows what the decision changed.

        Raises ClusterNotFound, IntentNotFound, NameTaken, InvalidInput, and Conflict for one that was decided before.
        """
        await self._bots.locked(bot_id)
        row = await self._clusters.get_of(bot_id, cluster_id)
        if row.status != "open":
            raise Conflict("This cluster has been dealt with already.")
        row.status = STATUS[action]
        if row.status != "assigned":
            await self._session.flush()
            return Assignment(row, 0, 0)
        row.assigned_intent = await self._intent(bot_id, action, intent)
        left = {str(identifier) for identifier in excluded}
        texts = [str(message["text"]) for message in row.messages if message["id"] not in left]
        examples, regression = await self._teach(bot_id, row.assigned_intent, row.language, texts)
        await self._session.flush()
        return Assignment(row, examples, regression)

    async def _intent(self, bot_id: str, action: str, intent: str | None) -> str:
        if not intent:
            raise InvalidInput("Name the intent.", field="body.intent")
        if is_out_of_scope(intent):
            raise InvalidInput(f"{intent!r} stands for what a bot refuses; dismiss the cluster.", field="body.intent")
        known = await self._examples.counts(bot_id)
        if action == "intent" and intent not in known:
            raise IntentNotFound("intent", intent)
        if action == "new_intent" and intent in known:
            raise NameTaken(f"There is already an intent {intent!r}.")
        return intent

    async def _teach(self, bot_id: str, intent: str, language: str, texts: Sequence[str]) -> tuple[int, int]:
        known = {row.text.strip().lower() for row in await self._examples.all(bot_id) if row.intent == intent}
        fresh: list[str] = []
        for text in dict.fromkeys(text.strip() for text in texts):
            if text and len(text) <= _LONGEST_EXAMPLE and text.lower() not in known:
                known.add(text.lower())
                fresh.append(text)
        asking = fresh[4::5] if len(fresh) >= _LEAST_FOR_REGRESSION else []
        for text in fresh:
            if text in asking:
                self._regression.add(RegressionExample(bot_id=bot_id, text=text, intent=intent, language=language))
            else:
                self._examples.add(IntentExample(bot_id=bot_id, intent=intent, text=text, language=language))
        return len(fresh) - len(asking), len(asking)


class ClusterJob:
    """Handler of `PutTogether`. What is open is made anew; what was decided stays decided."""

    def __init__(self, database: Database, versions: LoadedVersions, encoders: Encoders, threads: Threads) -> None:
        self._database = database
        self._versions = versions
        self._encoders = encoders
        self._threads = threads

    async def __call__(self, job: RunningJob) -> dict[str, object]:
        order = job.order(PutTogether)
        bot_id = order.bot_id
        end = utc_now()
        start = end - timedelta(days=order.days)
        async with self._database.read(job.tenant_id) as session:
            try:
                bot = await BotRepository(session, job.tenant_id).get(bot_id)
            except BotNotFound:
                return {"clusters": 0}
            heard = await HeardMessageRepository(session, job.tenant_id).between(
                bot_id, start, end, limit=MOST_MESSAGES
            )
            decided = await ClusterRepository(session, job.tenant_id).decided_messages(bot_id)
            version = await self._versions.usable(session, job.tenant_id, bot.active_version_id)
            own = frozenset(await ExampleRepository(session, job.tenant_id).counts(bot_id))
        messages = [_message(each) for each in heard if is_unanswered(each) and each.id not in decided]
        found = await run_reporting(job, self._threads, partial(self._cluster, version, own, messages), end=0.95)
        async with self._database.write(job.tenant_id) as session:
            clusters = ClusterRepository(session, job.tenant_id)
            await BotRepository(session, job.tenant_id).locked(bot_id)
            await clusters.drop_open(bot_id)
            decided = await clusters.decided_messages(bot_id)
            for each, suggestion in found:
                if not any(message.id in decided for message in each.messages):
                    clusters.add(_row(bot_id, each, suggestion))
        return {"clusters": len(found), "messages": len(messages)}

    def _cluster(
        self,
        version: LoadedVersion | None,
        own: frozenset[str],
        messages: Sequence[Message],
        progress: Callable[[float], None],
    ) -> list[tuple[Cluster, str | None]]:
        """Only intents of the tenant's own are suggested: small talk is not for it to teach."""
        encoders = self._encoders if version is None else version.encoders
        found = cluster(messages, encoders)
        progress(0.9)
        return [(each, _suggestion(version, own, each)) for each in found]


def _suggestion(version: LoadedVersion | None, own: frozenset[str], each: Cluster) -> str | None:
    if version is None:
        return None
    landmarks = version.model.landmarks.get(version.encoders.slots(each.language)[0])
    return nearest_intent(each.centre, landmarks, version.model.intents, among=own) if landmarks is not None else None


def is_unanswered(message: HeardMessage) -> bool:
    """Refused, or answered on a guess. What knowledge answered was no failure of understanding, and neither is what was
    understood well and has no flow yet.
    """
    if message.intent is None:
        return message.action == "refuse"
    return message.confidence < UNSURE and message.action != "answer_from_knowledge"


def _message(heard: HeardMessage) -> Message:
    language = heard.language if heard.language in LANGUAGES else detect_language(heard.text)
    return Message(heard.id, heard.text, language)


def _row(bot_id: str, found: Cluster, suggestion: str | None) -> MessageCluster:
    return MessageCluster(
        bot_id=bot_id,
        title=found.title,
        language=found.language,
        size=len(found.messages),
        messages=[{"id": message.id, "text": message.text} for message in found.messages],
        suggestion=suggestion,
    )
