"""What a bot recognises in a message: entities, checked before they are stored, in force at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.bots.bots import NameTaken
from chatbot.bots.content_repository import EntityRepository
from chatbot.bots.repository import BotRepository
from chatbot.foundation.bilingual import Text
from chatbot.foundation.errors import InvalidInput
from chatbot.models import BotEntity
from nlu.entities.definitions import check_entity_definition
from nlu.errors import EntityDefinitionInvalid, EntityNameInvalid


class EntityService:
    def __init__(self, session: AsyncSession, tenant_id: str) -> None:
        self._bots = BotRepository(session, tenant_id)
        self._entities = EntityRepository(session, tenant_id)

    async def page(self, bot_id: str, *, limit: int, cursor: str | None) -> tuple[Sequence[BotEntity], str | None]:
        await self._bots.get(bot_id)
        return await self._entities.page_of(bot_id, limit=limit, cursor=cursor)

    async def get(self, bot_id: str, entity_id: str) -> BotEntity:
        await self._bots.get(bot_id)
        return await self._entities.get_of(bot_id, entity_id)

    async def create(self, bot_id: str, name: str, definition: Mapping[str, object]) -> BotEntity:
        """Raises InvalidInput, NameTaken."""
        bot = await self._bots.locked(bot_id)
        _check(name, definition)
        row = self._entities.add(BotEntity(bot_id=bot_id, name=name, definition=dict(definition)))
        bot.revision += 1
        await self._entities.flush(NameTaken(f"There is already an entity {name!r}."))
        return row

    async def replace(self, bot_id: str, entity_id: str, definition: Mapping[str, object]) -> BotEntity:
        bot = await self._bots.locked(bot_id)
        row = await self._entities.get_of(bot_id, entity_id)
        _check(row.name, definition)
        row.definition = dict(definition)
        bot.revision += 1
        return row

    async def delete(self, bot_id: str, entity_id: str) -> None:
        bot = await self._bots.locked(bot_id)
        await self._entities.delete(await self._entities.get_of(bot_id, entity_id))
        bot.revision += 1


def _check(name: str, definition: Mapping[str, object]) -> None:
    try:
        check_entity_definition(name, definition)
    except EntityDefinitionInvalid as error:
        field = "body.name" if isinstance(error, EntityNameInvalid) else "body.definition"
        raise InvalidInput(Text(error.reason.en, error.reason.zh), field=field) from error
