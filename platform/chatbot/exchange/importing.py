"""Bringing a bot: content becomes rows of a new bot, or is added to one that is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from chatbot.bots.bots import BotService, LinkedBot
from chatbot.bots.repository import BotRepository
from chatbot.exchange.content import MOST_EXAMPLES, BotContent, ContentExample
from chatbot.foundation.errors import InvalidInput
from chatbot.foundation.jobs import JobQueue
from chatbot.models import Bot, BotEntity, BotFlow, IntentExample, RegressionExample, TenantOwned, new_id
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

    async def create(
        self, content: BotContent, *, name: str, created_by: str, activate: bool, notices: Notices
    ) -> Imported:
        """Raises NameTaken, InvalidInput."""
        bot = await self._bots.create({**content.settings, "name": name}, [])
        return await self._fill(bot, content, created_by=created_by, activate=activate, notices=notices)

    async def merge(
        self, bot_id: str, content: BotContent, *, created_by: str, activate: bool, notices: Notices
    ) -> Imported:
        """Raises BotNotFound, InvalidInput. The bot's own settings stay."""
        await BotRepository(self._session, self._tenant_id).get(bot_id)
        bot = await self._bots.change(bot_id, {}, None)  # a new revision
        return await self._fill(bot, content, created_by=created_by, activate=activate, notices=notices)

    async def _fill(
        self, bot: LinkedBot, content: BotContent, *, created_by: str, activate: bool, notices: Notices
    ) -> Imported:
        if len(content.examples) > MOST_EXAMPLES:
            raise InvalidInput(f"A bot may be brought with {MOST_EXAMPLES} examples.", field="file")
        row = bot.row
        intents, examples = await self._add_examples(row, content.examples)
        added = {
            "intents": intents,
            "examples": examples,
            "entities": await self._add_entities(row, content.entities, notices),
            "flows": await self._add_flows(row, content.flows, notices),
            "tests": await self._add_tests(row, content),
        }
        await self._session.flush()
        return Imported(bot, added, await self._train(row, created_by=created_by, activate=activate))

    async def _add_examples(self, bot: Bot, examples: Sequence[ContentExample]) -> tuple[int, int]:
        rows = await self._session.execute(
            select(IntentExample.intent, IntentExample.text).where(*self._of(bot, IntentExample, IntentExample.bot_id))
        )
        known = {(intent, text) for intent, text in rows}
        before = {intent for intent, _ in known}
        fresh = {key: example for example in examples if (key := (example.intent, example.text)) not in known}
        for row_id, example in zip(_ordered_ids(len(fresh)), fresh.values(), strict=True):
            self._session.add(
                IntentExample(
                    id=row_id,
                    tenant_id=self._tenant_id,
                    bot_id=bot.id,
                    intent=example.intent,
                    text=example.text,
                    language=example.language,
                    entities=[
                        {
                            "name": each.entity,
                            "start": each.start,
                            "end": each.end,
                            "value": each.value,
                            **({"role": each.role} if each.role else {}),
                            **({"group": each.group} if each.group else {}),
                        }
                        for each in example.entities
                    ],
                )
            )
        return len({intent for intent, _ in fresh} - before), len(fresh)

    async def _add_entities(self, bot: Bot, entities: Mapping[str, Mapping[str, object]], notices: Notices) -> int:
        rows = await self._session.scalars(select(BotEntity).where(*self._of(bot, BotEntity, BotEntity.bot_id)))
        known = {row.name: row for row in rows}
        added = 0
        for name, definition in entities.items():
            row = known.get(name)
            if row is None:
                self._session.add(
                    BotEntity(tenant_id=self._tenant_id, bot_id=bot.id, name=name, definition=dict(definition))
                )
                added += 1
            elif row.definition != definition:
                merged = _merged(row.definition, definition)
                if merged is None:
                    notices.add(HERE, "entity_kept", name=name)
                else:
                    row.definition = merged
        return added

    async def _add_flows(self, bot: Bot, flows: Sequence[Mapping[str, object]], notices: Notices) -> int:
        rows = await self._session.scalars(select(BotFlow.definition).where(*self._of(bot, BotFlow, BotFlow.bot_id)))
        parsed = [parse_flow(definition) for definition in rows]
        names, starts = {flow.name for flow in parsed}, {start for flow in parsed for start in flow.starts}
        added = 0
        for definition in flows:
            flow = parse_flow(definition)
            if flow.name in names or starts & flow.starts:
                if flow not in parsed:
                    notices.add(HERE, "flow_kept", name=flow.name)
                continue
            self._session.add(
                BotFlow(tenant_id=self._tenant_id, bot_id=bot.id, name=flow.name, definition=dict(definition))
            )
            added += 1
        return added

    async def _add_tests(self, bot: Bot, content: BotContent) -> int:
        rows = await self._session.scalars(
            select(RegressionExample.text).where(*self._of(bot, RegressionExample, RegressionExample.bot_id))
        )
        known = set(rows)
        fresh = {test.text: test for test in content.tests if test.text not in known}
        for row_id, test in zip(_ordered_ids(len(fresh)), fresh.values(), strict=True):
            self._session.add(
                RegressionExample(
                    id=row_id,
                    tenant_id=self._tenant_id,
                    bot_id=bot.id,
                    text=test.text,
                    intent=test.intent,
                    language=test.language,
                )
            )
        return len(fresh)

    async def _train(self, bot: Bot, *, created_by: str, activate: bool) -> str | None:
        intents = await self._session.scalars(
            select(IntentExample.intent).where(*self._of(bot, IntentExample, IntentExample.bot_id)).distinct().limit(2)
        )
        if len(intents.all()) < 2:
            return None
        job = self._jobs.enqueue(self._session, self._tenant_id, Train(bot.id, activate, created_by))
        await self._session.flush()
        return job.id

    def _of(
        self, bot: Bot, model: type[TenantOwned], bot_id: InstrumentedAttribute[str]
    ) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return model.tenant_id == self._tenant_id, bot_id == bot.id


def _ordered_ids(count: int) -> list[str]:
    """Lists are ordered by id, and ids made within a millisecond are not: so that an export keeps the file's order."""
    return sorted(new_id() for _ in range(count))


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
