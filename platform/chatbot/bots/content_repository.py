"""What a bot is taught: examples, entities, flows, and sentences that every version must understand."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, delete, func, select, update

from chatbot.foundation.database.repository import TenantRepository
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


class ExampleRepository(TenantRepository[IntentExample]):
    model = IntentExample
    not_found = ExampleNotFound
    noun = "example"

    def of_bot(self, bot_id: str) -> Select[IntentExample]:
        return self.scoped().where(IntentExample.bot_id == bot_id)

    async def all(self, bot_id: str) -> Sequence[IntentExample]:
        """In the order in which they came."""
        return (await self.session.scalars(self.of_bot(bot_id).order_by(IntentExample.id))).all()

    async def pairs(self, bot_id: str) -> set[tuple[str, str]]:
        """Intent and text of each."""
        rows = await self.session.execute(
            select(IntentExample.intent, IntentExample.text).where(
                IntentExample.tenant_id == self.tenant_id, IntentExample.bot_id == bot_id
            )
        )
        return {(intent, text) for intent, text in rows}

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
        await self.session.execute(
            update(IntentExample)
            .where(
                IntentExample.tenant_id == self.tenant_id,
                IntentExample.bot_id == bot_id,
                IntentExample.intent == old,
            )
            .values(intent=new)
            .execution_options(synchronize_session=False)
        )

    async def forget(self, bot_id: str, intent: str) -> None:
        await self.session.execute(
            delete(IntentExample)
            .where(
                IntentExample.tenant_id == self.tenant_id,
                IntentExample.bot_id == bot_id,
                IntentExample.intent == intent,
            )
            .execution_options(synchronize_session=False)
        )


class EntityRepository(TenantRepository[BotEntity]):
    model = BotEntity
    not_found = EntityNotFound
    noun = "entity"

    async def by_name(self, bot_id: str) -> Sequence[BotEntity]:
        query = self.scoped().where(BotEntity.bot_id == bot_id).order_by(BotEntity.name)
        return (await self.session.scalars(query)).all()


class FlowRepository(TenantRepository[BotFlow]):
    model = BotFlow
    not_found = FlowNotFound
    noun = "flow"

    async def all(self, bot_id: str) -> Sequence[BotFlow]:
        return (await self.session.scalars(self.scoped().where(BotFlow.bot_id == bot_id).order_by(BotFlow.id))).all()

    async def by_name(self, bot_id: str) -> Sequence[BotFlow]:
        return (await self.session.scalars(self.scoped().where(BotFlow.bot_id == bot_id).order_by(BotFlow.name))).all()


class RegressionRepository(TenantRepository[RegressionExample]):
    model = RegressionExample
    not_found = RegressionExampleNotFound
    noun = "regression example"

    async def all(self, bot_id: str, *, limit: int | None = None) -> Sequence[RegressionExample]:
        query = self.scoped().where(RegressionExample.bot_id == bot_id).order_by(RegressionExample.id).limit(limit)
        return (await self.session.scalars(query)).all()

    async def rename(self, bot_id: str, old: str, new: str | None) -> None:
        """`new` None: what was to be this intent is now to be out of scope."""
        await self.session.execute(
            update(RegressionExample)
            .where(
                RegressionExample.tenant_id == self.tenant_id,
                RegressionExample.bot_id == bot_id,
                RegressionExample.intent == old,
            )
            .values(intent=new)
            .execution_options(synchronize_session=False)
        )
