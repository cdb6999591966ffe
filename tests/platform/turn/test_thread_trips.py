"""How often a turn goes to a thread: once to understand and to look, once to judge and answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest

from chatbot.faqs.faqs import FaqContent
from chatbot.foundation.database import Database
from chatbot.foundation.threads import TurnThreads
from chatbot.models import Tenant
from chatbot.turn.pipeline import ChatbotPipeline
from chatbot.turn.result import TurnResult
from chatbot.turn.runtime import BotRuntime
from dialogue.actions import CallOutcome
from dialogue.engine import DialogueEngine
from dialogue.flow import parse_flow
from dialogue.state import DialogueState
from knowledge.answering import ExtractiveAnswerer
from knowledge.errors import VectorStoreUnavailable
from knowledge.retrieval import PassageFilter, Vector
from nlu.understanding import Understanding
from tests.factories import make_knowledge_base, make_tenant
from tests.knowledge.shared_store import SharedInMemory
from tests.platform.documents.knowledge_stack import KnowledgeStack, knowledge_stack

Result = TypeVar("Result")
Given = ParamSpec("Given")

QUESTION = "When does the canteen open?"
CANTEEN = b"The canteen opens at noon."


class CountingThreads(TurnThreads):
    trips = 0

    def run(self, work: Callable[Given, Result], *args: Given.args, **options: Given.kwargs) -> asyncio.Future[Result]:
        self.trips += 1
        return super().run(work, *args, **options)


@dataclass(frozen=True)
class Hears:
    """The same in every message."""

    intent: str | None = None
    confidence: float = 0.9

    def parse(self, text: str, *, now: datetime, language: str | None = None) -> Understanding:
        return Understanding(text, language or "en", self.intent, self.confidence)


class SilentStore(SharedInMemory):
    """A vector server that answers until it `is_silent`."""

    is_silent = False
    asked = 0

    def search(
        self, partition: str, vector: Vector, *, limit: int, among: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        self.asked += 1
        if self.is_silent:
            raise VectorStoreUnavailable("it does not answer")
        return super().search(partition, vector, limit=limit, among=among)


class NoConnections:
    async def call(
        self, tenant_id: str, connection: str, operation: str, arguments: Mapping[str, str], *, language: str
    ) -> CallOutcome:
        raise AssertionError("nothing is connected here")


@dataclass(frozen=True)
class Talk:
    stack: KnowledgeStack
    threads: CountingThreads
    bot: BotRuntime
    store: SilentStore

    async def add(self, content: bytes) -> None:
        base_id = self.bot.knowledge_base_ids[0]
        await self.stack.until_over(self.bot.tenant_id, await self.stack.add(self.bot.tenant_id, base_id, content))

    async def say(
        self, text: str, *, heard: Hears = Hears(), only: PassageFilter = PassageFilter()
    ) -> tuple[TurnResult, int]:
        """The result, and how many trips it took."""
        pipeline = ChatbotPipeline(self.stack.search, ExtractiveAnswerer(), NoConnections(), self.threads)
        before = self.threads.trips
        bot = replace(self.bot, interpreter=heard, only=only)
        result = await pipeline.run(bot, DialogueState(), text, now=datetime.now(UTC))
        return result, self.threads.trips - before


@pytest.fixture
async def talk(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Talk]:
    tenant: Tenant = await make_tenant(sqlite_database)
    base = await make_knowledge_base(sqlite_database, tenant.id)
    flow = parse_flow({"name": "opening", "intents": ["opening"], "say": {"en": "It is open."}})
    bot = BotRuntime(
        tenant_id=tenant.id,
        bot_id="",
        revision=1,
        default_language="en",
        timezone="UTC",
        answer_threshold=0.1,
        knowledge_base_ids=(base.id,),
        interpreter=Hears(),
        engine=DialogueEngine([flow], default_language="en"),
    )
    threads, store = CountingThreads(2), SilentStore()
    async with knowledge_stack(sqlite_database, tmp_path, threads=threads, vectors=store) as stack:
        yield Talk(stack, threads, bot, store)


async def test_a_question_to_the_documents_takes_two_and_the_first_after_a_change_finds_what_is_new(talk: Talk) -> None:
    await talk.add(b"Parking in the yard is free.")
    await talk.say(QUESTION)
    await talk.add(CANTEEN)
    for trips in (None, 2):
        result, taken = await talk.say(QUESTION)
        assert "noon" in result.reply
        assert trips in (None, taken)
    assert [hop.name for hop in result.trace.hops] == ["understand", "decide", "retrieve", "answer"]


async def test_an_approved_answer_and_a_certain_intent_take_one(talk: Talk) -> None:
    await talk.add(CANTEEN)
    await talk.stack.faqs.create(talk.bot.tenant_id, talk.bot.knowledge_base_ids[0], FaqContent(QUESTION, "At noon."))
    for _ in range(2):
        result, taken = await talk.say(QUESTION)
        assert result.reply == "At noon."
    assert taken == 1
    assert (await talk.say(QUESTION, heard=Hears("opening", 0.99)))[1] == 1


@pytest.mark.parametrize(("message", "won"), [(QUESTION, "knowledge"), ("Which lounge for guests?", "intent")])
async def test_an_intent_weighed_against_the_documents_takes_two_and_the_trace_says_who_won(
    talk: Talk, message: str, won: str
) -> None:
    await talk.add(CANTEEN)
    for _ in range(2):
        result, taken = await talk.say(message, heard=Hears("opening", 0.6))
    assert taken == 2
    assert [hop.name for hop in result.trace.hops] == ["understand", "retrieve", "answer", "weigh", "decide"]
    weighed = result.trace.hops[3].detail
    assert weighed["intent"] == "opening" and weighed["confidence"] == 0.6
    assert weighed["won"] == won
    assert result.intent == ("knowledge" if won == "knowledge" else "opening")


async def test_a_filter_which_the_database_reads_takes_one_more(talk: Talk) -> None:
    await talk.add(CANTEEN)
    for _ in range(2):
        result, taken = await talk.say(QUESTION, only=PassageFilter(language="en"))
    assert "noon" in result.reply
    assert taken == 3


async def test_a_vector_server_that_is_silent_is_waited_for_once_and_not_for_an_approved_answer(talk: Talk) -> None:
    await talk.add(CANTEEN)
    await talk.stack.faqs.create(talk.bot.tenant_id, talk.bot.knowledge_base_ids[0], FaqContent("Parking?", "Free."))
    await talk.say(QUESTION)
    talk.store.is_silent, before = True, talk.store.asked
    result, _ = await talk.say(QUESTION)
    assert result.error == "knowledge_unavailable"
    assert talk.store.asked == before + 1
    assert (await talk.say("Parking?"))[0].reply == "Free."
