"""How a bot talks: flows, checked before they are stored, in force at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.bots.bots import NameTaken
from chatbot.bots.content_repository import FlowRepository
from chatbot.bots.repository import BotRepository
from chatbot.foundation.bilingual import Text
from chatbot.foundation.errors import InvalidInput
from chatbot.models import BotFlow
from dialogue.engine import DialogueEngine
from dialogue.flow import Flow, parse_flow
from dialogue.flow_faults import FlowInvalid

Kind = TypeVar("Kind")


class FlowService:
    def __init__(self, session: AsyncSession, tenant_id: str) -> None:
        self._session = session
        self._bots = BotRepository(session, tenant_id)
        self._flows = FlowRepository(session, tenant_id)

    async def page(self, bot_id: str, *, limit: int, cursor: str | None) -> tuple[Sequence[BotFlow], str | None]:
        await self._bots.get(bot_id)
        return await self._flows.page_of(bot_id, limit=limit, cursor=cursor)

    async def get(self, bot_id: str, flow_id: str) -> BotFlow:
        await self._bots.get(bot_id)
        return await self._flows.get_of(bot_id, flow_id)

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
        row = await self._flows.get_of(bot_id, flow_id)
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
        await self._flows.delete(await self._flows.get_of(bot_id, flow_id))
        bot.revision += 1

    async def _check_beside(self, bot_id: str, flow: Flow, flow_id: str | None) -> None:
        """One intent starts one flow, and what a flow comes after is there."""
        others = [parse_flow(row.definition) for row in await self._flows.all(bot_id) if row.id != flow_id]
        if any(other.name == flow.name for other in others):
            raise NameTaken(f"There is already a flow {flow.name!r}.")
        for place, before in enumerate(flow.after):
            if before not in {flow.name, *(other.name for other in others)}:
                missing = Text(f"There is no flow {before!r}.", f"没有流程“{before}”。")
                raise InvalidInput(missing, field=f"body.definition.after[{place}]")
        for other in others:
            for _, intent in sorted(other.starts & flow.starts):
                taken = Text(
                    f"{intent!r} starts the flow {other.name!r} already.",
                    f"意图“{intent}”已经用来开始流程“{other.name}”。",
                )
                raise InvalidInput(taken, field="body.definition.intents")
        _raise_as_input(lambda: DialogueEngine([*others, flow]))


def _parsed(definition: Mapping[str, object]) -> Flow:
    return _raise_as_input(lambda: parse_flow(definition))


def _raise_as_input(check: Callable[[], Kind]) -> Kind:
    try:
        return check()
    except FlowInvalid as error:
        field = f"body.definition.{error.path}".rstrip(".")
        raise InvalidInput(Text(error.message("en"), error.message("zh")), field=field) from error
