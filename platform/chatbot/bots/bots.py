"""Bots of one tenant. Every change grows the bot's revision, so that replicas load it anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.bots.repository import BotRepository
from chatbot.bots.widget.greeting import DEFAULT_GREETING, read_greeting
from chatbot.bots.widget.origins import MOST_ORIGINS, normal_origins
from chatbot.foundation.errors import Conflict, InvalidInput
from chatbot.foundation.security.keys import new_widget_key
from chatbot.models import Bot


class NameTaken(Conflict):
    code = "name_taken"
    title = "The name is already in use"


@dataclass(frozen=True, slots=True)
class LinkedBot:
    """A bot with the ids of the knowledge bases it answers from."""

    row: Bot
    knowledge_base_ids: tuple[str, ...]


class BotService:
    def __init__(self, session: AsyncSession, tenant_id: str) -> None:
        self._session = session
        self._bots = BotRepository(session, tenant_id)

    async def page(self, *, limit: int, cursor: str | None) -> tuple[list[LinkedBot], str | None]:
        rows, following = await self._bots.page(limit=limit, cursor=cursor)
        links = await self._bots.knowledge_bases_of([row.id for row in rows])
        return [LinkedBot(row, tuple(links[row.id])) for row in rows], following

    async def get(self, bot_id: str) -> LinkedBot:
        return await self._linked(await self._bots.get(bot_id))

    async def create(self, fields: Mapping[str, object], knowledge_base_ids: Sequence[str]) -> LinkedBot:
        """`fields` are columns of Bot; a tenant's first bot is its default one. Raises InvalidInput, NameTaken."""
        checked = _checked(fields)
        is_first = await self._bots.count() == 0
        greeting = {**DEFAULT_GREETING, **read_greeting(checked.pop("greeting", {}))}
        bot = self._bots.add(Bot(widget_key=new_widget_key(), greeting=greeting, **checked))
        bot.is_default = bool(bot.is_default) or is_first
        await self._bots.flush(NameTaken("Another bot has this name."))
        await self._bots.link(bot.id, knowledge_base_ids)
        if bot.is_default:
            await self._bots.no_other_default(bot.id)
        await self._session.flush()
        return await self._linked(bot)

    async def change(
        self, bot_id: str, fields: Mapping[str, object], knowledge_base_ids: Sequence[str] | None
    ) -> LinkedBot:
        """Only what is named changes. Raises InvalidInput, NameTaken, Conflict."""
        bot = await self._bots.get(bot_id)
        if fields.get("is_default") is False and bot.is_default:
            raise Conflict("Make another bot the default instead.")
        for name, value in _checked(fields).items():
            setattr(bot, name, value)
        bot.revision += 1
        await self._bots.flush(NameTaken("Another bot has this name."))
        if knowledge_base_ids is not None:
            await self._bots.link(bot.id, knowledge_base_ids)
        if bot.is_default:
            await self._bots.no_other_default(bot.id)
        await self._session.flush()
        return await self._linked(bot)

    async def rotate_widget_key(self, bot_id: str) -> LinkedBot:
        """Pages with the old key stop getting new visitors at once; visitors already there stay."""
        bot = await self._bots.get(bot_id)
        bot.widget_key = new_widget_key()
        bot.revision += 1
        await self._session.flush()
        return await self._linked(bot)

    async def delete(self, bot_id: str) -> None:
        """With its conversations. The default bot goes last, since it answers calls that name none."""
        bot = await self._bots.get(bot_id)
        if bot.is_default and await self._bots.count() > 1:
            raise Conflict("Make another bot the default first.")
        await self._bots.delete(bot)

    async def _linked(self, bot: Bot) -> LinkedBot:
        return LinkedBot(bot, tuple((await self._bots.knowledge_bases_of([bot.id]))[bot.id]))


def _checked(fields: Mapping[str, object]) -> dict[str, object]:
    checked = dict(fields)
    if "timezone" in checked:
        try:
            ZoneInfo(str(checked["timezone"]))
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # a folder's name raises OSError
            raise InvalidInput("There is no such time zone; try Asia/Shanghai.", field="body.timezone") from error
    if "allowed_origins" in checked:
        origins = cast(list[str], checked["allowed_origins"])
        if len(origins) > MOST_ORIGINS:
            raise InvalidInput(f"A bot lists at most {MOST_ORIGINS} origins.", field="body.allowed_origins")
        checked["allowed_origins"] = normal_origins(origins)
    return checked
