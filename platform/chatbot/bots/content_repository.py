"""What a bot is taught: examples, entities, flows, and sentences that every version must understand."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from chatbot.foundation.database.repository import ChildRepository
from chatbot.foundation.errors import NotFound
from chatbot.models import (
    BotEntity,
    BotFlow,
    IntentExample,
    RegressionExample,
)


class ExampleNotFound(NotFound):
    code = "example_not_found"


class EntityNotFound(NotFound):
    code = "entity_not_found"


class FlowNotFound(NotFound):
    code = "flow_not_found"


class RegressionExampleNotFound(NotFound):
    code = "regression_example_not_found"


class ExampleRepository(ChildRepository[IntentExample]):
    model = IntentExample
    parent = "bot_id"
    not_found = ExampleNotFound
    noun = "example"

    async def pairs(self, bot_id: str) -> list[tuple[str, str]]:
        """Intent and text of each."""
        rows = await self.session.execute(
            select(IntentExample.intent, IntentExample.text).where(
                IntentExample.tenant_id == self.tenant_id, IntentExample.bot_id == bot_id
            )
        )
        return [(intent, text) for intent, text in rows]

    async def counts(self, bot_id: str) -> dict[str, dict[str, int]]:
        """Intent to language to examples."""
        rows = await self.session.execute(
            select(IntentExample.intent, IntentExample.language, func.count())
            .where(IntentExample.tenant_id == self.tenant_id, IntentExample.bot_id == bot_id)
            .group_by(IntentExample.intent, IntentExample.language)
        )
        counts: dict[str, dict[str, int]] = {}
        for intent, language, count in rows:
            counts.setdefault(intent, {})[language] = count
        return counts

    async def rename(self, bot_id: str, old: str, new: str) -> None:
        await self.change_all(IntentExample.bot_id == bot_id, IntentExample.intent == old, intent=new)

    async def forget(self, bot_id: str, intent: str) -> None:
        await self.delete_all(IntentExample.bot_id == bot_id, IntentExample.intent == intent)


class EntityRepository(ChildRepository[BotEntity]):
    model = BotEntity
    parent = "bot_id"
    not_found = EntityNotFound
    noun = "entity"

    async def by_name(self, bot_id: str) -> Sequence[BotEntity]:
        return (await self.session.scalars(self.of(bot_id).order_by(BotEntity.name))).all()


class FlowRepository(ChildRepository[BotFlow]):
    model = BotFlow
    parent = "bot_id"
    not_found = FlowNotFound
    noun = "flow"

    async def by_name(self, bot_id: str) -> Sequence[BotFlow]:
        return (await self.session.scalars(self.of(bot_id).order_by(BotFlow.name))).all()


class RegressionRepository(ChildRepository[RegressionExample]):
    model = RegressionExample
    parent = "bot_id"
    not_found = RegressionExampleNotFound
    noun = "regression example"

    async def rename(self, bot_id: str, old: str, new: str | None) -> None:
        """`new` None: what was to be this intent is now to be out of scope."""
        await self.change_all(RegressionExample.bot_id == bot_id, RegressionExample.intent == old, intent=new)
