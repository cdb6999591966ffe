"""What a bot is taught: intents by examples. A change of examples takes effect with the next training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.bots.bots import NameTaken
from chatbot.bots.content_repository import ExampleRepository, FlowRepository, RegressionRepository
from chatbot.bots.repository import BotRepository
from chatbot.foundation.errors import Conflict, InvalidInput, NotFound
from chatbot.models import BotFlow, IntentExample
from dialogue.flow import parse_flow
from nlu.exchange.annotations import AnnotationUnreadable, read_annotated, write_annotated
from nlu.exchange.bot import Annotation
from nlu.intents.corpus import is_out_of_scope
from nlu.language import detect_language

MOST_EXAMPLES = 100_000  # of a bot


class IntentNotFound(NotFound):
    code = "intent_not_found"


@dataclass(frozen=True, slots=True)
class IntentSummary:
    """`flow` is the name of the flow that the intent starts."""

    name: str
    languages: Mapping[str, int]
    flow: str | None

    @property
    def example_count(self) -> int:
        return sum(self.languages.values())


@dataclass(frozen=True, slots=True)
class NewExample:
    """`text` may carry annotations: `[北京](city)`. `language` is detected when empty."""

    intent: str
    text: str
    language: str = ""


class IntentService:
    """Intents are the names that examples carry, and those that flows wait for."""

    def __init__(self, session: AsyncSession, tenant_id: str) -> None:
        self._session = session
        self._bots = BotRepository(session, tenant_id)
        self._examples = ExampleRepository(session, tenant_id)
        self._flows = FlowRepository(session, tenant_id)
        self._regression = RegressionRepository(session, tenant_id)

    async def intents(self, bot_id: str) -> list[IntentSummary]:
        """By name; also those that a flow names and nothing teaches yet."""
        await self._bots.get(bot_id)
        counts = await self._examples.counts(bot_id)
        flows = [parse_flow(row.definition) for row in await self._flows.all(bot_id)]
        started = {
            intent: flow.name
            for flow in sorted(flows, key=lambda flow: not flow.after)  # what begins it anywhere has the last word
            for intent in flow.intents
        }
        return [IntentSummary(name, counts.get(name, {}), started.get(name)) for name in sorted({*counts, *started})]

    async def create(self, bot_id: str, name: str, examples: Sequence[NewExample]) -> IntentSummary:
        """Raises NameTaken when the intent has examples already."""
        await self._bots.get(bot_id)
        if name in await self._examples.counts(bot_id):
            raise NameTaken(f"There is already an intent {name!r}.")
        await self.add(bot_id, examples)
        return await self._summary(bot_id, name)

    async def rename(self, bot_id: str, old: str, new: str) -> IntentSummary:
        """In examples, flows and the regression set alike. Raises IntentNotFound, NameTaken."""
        await self._summary(bot_id, old)
        if new == old:
            return await self._summary(bot_id, old)
        if any(intent.name == new for intent in await self.intents(bot_id)):
            raise NameTaken(f"There is already an intent {new!r}.")
        if is_out_of_scope(new):
            raise InvalidInput(f"{new!r} stands for what a bot refuses.", field="body.name")
        bot = await self._bots.locked(bot_id)
        await self._examples.rename(bot_id, old, new)
        await self._regression.rename(bot_id, old, new)
        for row in await self._flows.all(bot_id):
            row.definition = _renamed(row, old, new)
        bot.revision += 1
        await self._session.flush()
        return await self._summary(bot_id, new)

    async def delete(self, bot_id: str, name: str) -> None:
        """With its examples. Raises IntentNotFound, and Conflict while a flow waits for it."""
        summary = await self._summary(bot_id, name)
        if summary.flow is not None:
            raise Conflict(f"The flow {summary.flow!r} starts with this intent; change or delete the flow first.")
        await self._examples.forget(bot_id, name)
        await self._regression.rename(bot_id, name, None)

    async def page(
        self, bot_id: str, *, intent: str | None, language: str | None, limit: int, cursor: str | None
    ) -> tuple[Sequence[IntentExample], str | None]:
        await self._bots.get(bot_id)
        query = self._examples.of(bot_id)
        if intent is not None:
            query = query.where(IntentExample.intent == intent)
        if language is not None:
            query = query.where(IntentExample.language == language)
        return await self._examples.page(query, limit=limit, cursor=cursor)

    async def add(self, bot_id: str, examples: Sequence[NewExample]) -> int:
        """How many were new; the others were there already. Raises InvalidInput, with the place of the example."""
        await self._bots.get(bot_id)
        counts = await self._examples.counts(bot_id)
        if sum(sum(each.values()) for each in counts.values()) + len(examples) > MOST_EXAMPLES:
            raise Conflict(f"A bot has at most {MOST_EXAMPLES} examples.")
        known = {(row.intent, row.text) for row in await self._examples.all(bot_id)}
        added = 0
        for place, example in enumerate(examples):
            row = _row(example, f"body.examples.{place}.text")
            if (row.intent, row.text) in known:
                continue
            known.add((row.intent, row.text))
            row.bot_id = bot_id
            self._examples.add(row)
            added += 1
        await self._session.flush()
        return added

    async def change(self, bot_id: str, example_id: str, *, intent: str | None, text: str | None) -> IntentExample:
        row = await self._example(bot_id, example_id)
        if text is not None:
            changed = _row(NewExample(row.intent, text), "body.text")
            row.text, row.language, row.entities = changed.text, changed.language, changed.entities
        if intent is not None:
            row.intent = intent
        return row

    async def forget(self, bot_id: str, example_id: str) -> None:
        await self._examples.delete(await self._example(bot_id, example_id))

    async def _example(self, bot_id: str, example_id: str) -> IntentExample:
        await self._bots.get(bot_id)
        return await self._examples.get_of(bot_id, example_id)

    async def _summary(self, bot_id: str, name: str) -> IntentSummary:
        found = next((intent for intent in await self.intents(bot_id) if intent.name == name), None)
        if found is None:
            raise IntentNotFound("intent", name)
        return found


def annotated(row: IntentExample) -> str:
    """The sentence with its annotations written into it."""
    found = [
        Annotation(
            str(entity.get("name", "")),
            cast(int, entity["start"]),
            cast(int, entity["end"]),
            str(entity.get("value") or row.text[cast(int, entity["start"]) : cast(int, entity["end"])]),
            str(entity.get("role") or ""),
            str(entity.get("group") or ""),
        )
        for entity in row.entities
    ]
    return write_annotated(row.text, found)


def _row(example: NewExample, field: str) -> IntentExample:
    """Without bot and tenant."""
    try:
        text, annotations = read_annotated(example.text)
    except AnnotationUnreadable as error:
        raise InvalidInput(f"The annotation {error} can't be read.", field=field) from error
    if not text.strip():
        raise InvalidInput("An example needs words.", field=field)
    entities: list[dict[str, object]] = []
    for each in annotations:
        stated = {"value": each.value, "role": each.role, "group": each.group}
        if each.value == text[each.start : each.end]:
            stated["value"] = ""
        kept = {name: value for name, value in stated.items() if value}
        entities.append({"name": each.entity, "start": each.start, "end": each.end, **kept})
    language = example.language or detect_language(text)
    return IntentExample(intent=example.intent, text=text, language=language, entities=entities)


def _renamed(row: BotFlow, old: str, new: str) -> dict[str, object]:
    intents = cast(list[str], row.definition.get("intents") or [])
    return {**row.definition, "intents": [new if intent == old else intent for intent in intents]}
