"""How a bot talks and what it recognises: flows and entities, checked before they are stored, in force at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.bots.bots import NameTaken
from chatbot.bots.content_repository import EntityNotFound, EntityRepository, FlowNotFound, FlowRepository
from chatbot.bots.repository import BotRepository
from chatbot.foundation.errors import InvalidInput
from chatbot.models import BotEntity, BotFlow
from dialogue.engine import DialogueEngine
from dialogue.flow import Flow, parse_flow
from dialogue.flow_faults import FlowInvalid
from nlu.entities.definitions import check_entity_definition
from nlu.errors import EntityDefinitionInvalid, EntityNameInvalid

Kind = TypeVar("Kind")


class FlowService:
    def __init__(self, session: AsyncSession, tenant_id: str) -> None:
        self._session = session
        self._bots = BotRepository(session, tenant_id)
        self._flows = FlowRepository(session, tenant_id)

    async def page(self, bot_id: str, *, limit: int, cursor: str | None) -> tuple[Sequence[BotFlow], str | None]:
        await self._bots.get(bot_id)
        return await self._flows.page(self._flows.scoped().where(BotFlow.bot_id == bot_id), limit=limit, cursor=cursor)

    async def get(self, bot_id: str, flow_id: str) -> BotFlow:
        await self._bots.get(bot_id)
        row = await self._flows.get(flow_id)
        if row.bot_id != bot_id:
            raise FlowNotFound("flow", flow_id)
        return row

    async def create(self, bot_id: str, definition: Mapping[str, object]) -> BotFlow:
        """Raises InvalidInput with the path of what is wrong, NameTaken."""
        bot = await self._bots.locked(bot_id)
        flow = _parsed(definition)
        await self._check_beside(bot_id, flow, None)
        row = self._flows.add(BotFlow(bot_id=bot_id, name=flow.name, definition=dict(definition)))
        bot.revision += 1
        await self._session.flush()
        return row

    async def replace(self, bot_id: str, flow_id: str, definition: Mapping[str, object]) -> BotFlow:
        """Talks in the middle of the flow go on with the new one where its slots still fit; what comes after the flow
        comes after it by its new name, too.
        """
        bot = await self._bots.locked(bot_id)
        row = await self.get(bot_id, flow_id)
        flow = _parsed(definition)
        await self._check_beside(bot_id, flow, flow_id)
        for other in await self._flows.all(bot_id):
            after = parse_flow(other.definition).after
            if other.id != flow_id and row.name in after and row.name != flow.name:
                renamed = [flow.name if name == row.name else name for name in after]
                other.definition = {**other.definition, "after": renamed}
        row.name, row.definition = flow.name, dict(definition)
        bot.revision += 1
        await self._session.flush()
        return row

    async def delete(self, bot_id: str, flow_id: str) -> None:
        bot = await self._bots.locked(bot_id)
        await self._flows.delete(await self.get(bot_id, flow_id))
        bot.revision += 1

    async def _check_beside(self, bot_id: str, flow: Flow, flow_id: str | None) -> None:
        """One intent starts one flow, and what a flow comes after is there."""
        others = [parse_flow(row.definition) for row in await self._flows.all(bot_id) if row.id != flow_id]
        if any(other.name == flow.name for other in others):
            raise NameTaken(f"There is already a flow {flow.name!r}.")
        for place, before in enumerate(flow.after):
            if before not in {flow.name, *(other.name for other in others)}:
                raise InvalidInput(
                    f"There is no flow {before!r}.", field=f"body.definition.after[{place}]", zh=f"没有流程“{before}”。"
                )
        for other in others:
            for _, intent in sorted(other.starts & flow.starts):
                raise InvalidInput(
                    f"{intent!r} starts the flow {other.name!r} already.",
                    field="body.definition.intents",
                    zh=f"意图“{intent}”已经用来开始流程“{other.name}”。",
                )
        _raise_as_input(lambda: DialogueEngine([*others, flow]))


class EntityService:
    def __init__(self, session: AsyncSession, tenant_id: str) -> None:
        self._session = session
        self._bots = BotRepository(session, tenant_id)
        self._entities = EntityRepository(session, tenant_id)

    async def page(self, bot_id: str, *, limit: int, cursor: str | None) -> tuple[Sequence[BotEntity], str | None]:
        await self._bots.get(bot_id)
        return await self._entities.page(
            self._entities.scoped().where(BotEntity.bot_id == bot_id), limit=limit, cursor=cursor
        )

    async def get(self, bot_id: str, entity_id: str) -> BotEntity:
        await self._bots.get(bot_id)
        row = await self._entities.get(entity_id)
        if row.bot_id != bot_id:
            raise EntityNotFound("entity", entity_id)
        return row

    async def create(self, bot_id: str, name: str, definition: Mapping[str, object]) -> BotEntity:
        """Raises InvalidInput, NameTaken."""
        bot = await self._bots.locked(bot_id)
        _check_entity(name, definition)
        row = self._entities.add(BotEntity(bot_id=bot_id, name=name, definition=dict(definition)))
        bot.revision += 1
        try:
            await self._session.flush()
        except IntegrityError as error:
            raise NameTaken(f"There is already an entity {name!r}.") from error
        return row

    async def replace(self, bot_id: str, entity_id: str, definition: Mapping[str, object]) -> BotEntity:
        bot = await self._bots.locked(bot_id)
        row = await self.get(bot_id, entity_id)
        _check_entity(row.name, definition)
        row.definition = dict(definition)
        bot.revision += 1
        return row

    async def delete(self, bot_id: str, entity_id: str) -> None:
        bot = await self._bots.locked(bot_id)
        await self._entities.delete(await self.get(bot_id, entity_id))
        bot.revision += 1


def _parsed(definition: Mapping[str, object]) -> Flow:
    return _raise_as_input(lambda: parse_flow(definition))


def _raise_as_input(check: Callable[[], Kind]) -> Kind:
    try:
        return check()
    except FlowInvalid as error:
        field = f"body.definition.{error.path}".rstrip(".")
        raise InvalidInput(error.message("en"), field=field, zh=error.message("zh")) from error


def _check_entity(name: str, definition: Mapping[str, object]) -> None:
    try:
        check_entity_definition(name, definition)
    except EntityDefinitionInvalid as error:
        field = "body.name" if isinstance(error, EntityNameInvalid) else "body.definition"
        raise InvalidInput(error.en, field=field, zh=error.zh) from error
