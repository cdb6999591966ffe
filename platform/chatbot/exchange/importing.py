"""Bringing a bot: content becomes rows of a new bot, or is added to one that is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.bots.bots import BotService, LinkedBot
from chatbot.bots.content_repository import EntityRepository, ExampleRepository, FlowRepository, RegressionRepository
from chatbot.bots.repository import BotRepository
from chatbot.exchange.content import MOST_EXAMPLES, BotContent, ContentExample, ContentTest
from chatbot.exchange.formats import ReadBot
from chatbot.foundation.database.repository import Row, TenantRepository
from chatbot.foundation.errors import InvalidInput
from chatbot.foundation.jobs import JobQueue
from chatbot.models import Bot, BotEntity, BotFlow, IntentExample, RegressionExample, new_id
from chatbot.understanding.job_orders import Train
from dialogue.flow import parse_flow
from nlu.exchange.bot import Place
from nlu.exchange.report import Notices

HERE = Place("-")  # what is said of the bot that is there already, and not of a line of a file


@dataclass(frozen=True, slots=True)
class Imported:
    """`added` counts new rows; `training_job_id` is None when there are too few intents to train."""

    bot: LinkedBot
    added: Mapping[str, int]
    training_job_id: str | None


class BotImportService:
    """One request's import. A bot that is there keeps everything it has; only what it lacks is added."""

    def __init__(self, session: AsyncSession, tenant_id: str, jobs: JobQueue) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._jobs = jobs
        self._bots = BotService(session, tenant_id)
        self._known_bots = BotRepository(session, tenant_id)
        self._examples = ExampleRepository(session, tenant_id)
        self._entities = EntityRepository(session, tenant_id)
        self._flows = FlowRepository(session, tenant_id)
        self._tests = RegressionRepository(session, tenant_id)

    async def create(self, read: ReadBot, *, name: str, created_by: str, activate: bool) -> Imported:
        """Raises NameTaken, InvalidInput."""
        bot = await self._bots.create({**read.content.settings, "name": name}, [])
        return await self._fill(bot, read.content, read.notices, created_by=created_by, activate=activate)

    async def merge(self, bot_id: str, read: ReadBot, *, created_by: str, activate: bool) -> Imported:
        """Raises BotNotFound, InvalidInput. The bot's own settings stay."""
        await self._known_bots.get(bot_id)
        bot = await self._bots.change(bot_id, {}, None)  # a new revision
        return await self._fill(bot, read.content, read.notices, created_by=created_by, activate=activate)

    async def _fill(
        self, bot: LinkedBot, content: BotContent, notices: Notices, *, created_by: str, activate: bool
    ) -> Imported:
        if len(content.examples) > MOST_EXAMPLES:
            raise InvalidInput(f"A bot may be brought with {MOST_EXAMPLES} examples.", field="file")
        row = bot.row
        known = set(await self._examples.pairs(row.id))
        fresh = {key: example for example in content.examples if (key := (example.intent, example.text)) not in known}
        before, after = ({intent for intent, _ in pairs} for pairs in (known, known | fresh.keys()))
        _add_in_order(self._examples, [_example_row(row.id, example) for example in fresh.values()])
        added = {
            "intents": len(after) - len(before),
            "examples": len(fresh),
            "entities": await self._add_entities(row.id, content.entities, notices),
            "flows": await self._add_flows(row.id, content.flows, notices),
            "tests": await self._add_tests(row.id, content.tests),
        }
        await self._session.flush()
        job_id = await self._train(row, created_by=created_by, activate=activate) if len(after) > 1 else None
        return Imported(bot, added, job_id)

    async def _add_entities(self, bot_id: str, entities: Mapping[str, Mapping[str, object]], notices: Notices) -> int:
        known = {row.name: row for row in await self._entities.by_name(bot_id)}
        added = 0
        for name, definition in entities.items():
            row = known.get(name)
            if row is None:
                self._entities.add(BotEntity(bot_id=bot_id, name=name, definition=dict(definition)))
                added += 1
            elif row.definition != definition:
                merged = _merged(row.definition, definition)
                if merged is None:
                    notices.add(HERE, "entity_kept", name=name)
                else:
                    row.definition = merged
        return added

    async def _add_flows(self, bot_id: str, flows: Sequence[Mapping[str, object]], notices: Notices) -> int:
        known = [parse_flow(row.definition) for row in await self._flows.all(bot_id)]
        names, starts = {flow.name for flow in known}, {start for flow in known for start in flow.starts}
        added = 0
        for definition in flows:
            flow = parse_flow(definition)
            if flow.name not in names and not starts & flow.starts:
                self._flows.add(BotFlow(bot_id=bot_id, name=flow.name, definition=dict(definition)))
                added += 1
            elif flow not in known:
                notices.add(HERE, "flow_kept", name=flow.name)
        return added

    async def _add_tests(self, bot_id: str, tests: Sequence[ContentTest]) -> int:
        known = {row.text for row in await self._tests.all(bot_id)}
        fresh = {test.text: test for test in tests if test.text not in known}
        rows = [
            RegressionExample(bot_id=bot_id, text=test.text, intent=test.intent, language=test.language)
            for test in fresh.values()
        ]
        _add_in_order(self._tests, rows)
        return len(fresh)

    async def _train(self, bot: Bot, *, created_by: str, activate: bool) -> str:
        job = self._jobs.enqueue(self._session, self._tenant_id, Train(bot.id, activate, created_by))
        await self._session.flush()
        return job.id


def _add_in_order(repository: TenantRepository[Row], rows: Sequence[Row]) -> None:
    """Lists are ordered by id, and ids made within a millisecond are not: so that an export keeps the file's order."""
    for row, row_id in zip(rows, sorted(new_id() for _ in rows), strict=True):
        row.id = row_id
        repository.add(row)


def _example_row(bot_id: str, example: ContentExample) -> IntentExample:
    entities: list[dict[str, object]] = [
        {
            "name": each.entity,
            "start": each.start,
            "end": each.end,
            "value": each.value,
            **({"role": each.role} if each.role else {}),
            **({"group": each.group} if each.group else {}),
        }
        for each in example.entities
    ]
    return IntentExample(
        bot_id=bot_id, intent=example.intent, text=example.text, language=example.language, entities=entities
    )


def _merged(known: Mapping[str, object], brought: Mapping[str, object]) -> dict[str, object] | None:
    """Two gazetteers as one; None for anything else that differs."""
    values, more = known.get("values"), brought.get("values")
    if not isinstance(values, dict) or not isinstance(more, dict):
        return None
    words = {
        value: list(dict.fromkeys([*values.get(value, []), *more.get(value, [])]))
        for value in dict.fromkeys([*values, *more])
    }
    return {**known, "values": words}
