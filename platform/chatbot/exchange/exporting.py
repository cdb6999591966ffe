"""Taking a bot along: everything that makes it, except secrets and conversations."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.bots.content_repository import EntityRepository, ExampleRepository, FlowRepository, RegressionRepository
from chatbot.bots.repository import BotRepository
from chatbot.exchange.content import BotContent, ContentExample, ContentTest
from chatbot.exchange.own_json import SETTINGS
from nlu.exchange.bot import Annotation


class BotExportService:
    def __init__(self, session: AsyncSession, tenant_id: str) -> None:
        self._bots = BotRepository(session, tenant_id)
        self._examples = ExampleRepository(session, tenant_id)
        self._entities = EntityRepository(session, tenant_id)
        self._flows = FlowRepository(session, tenant_id)
        self._tests = RegressionRepository(session, tenant_id)

    async def content(self, bot_id: str) -> BotContent:
        """Raises BotNotFound."""
        bot = await self._bots.get(bot_id)
        return BotContent(
            settings={name: getattr(bot, name) for name in SETTINGS},
            examples=tuple(
                ContentExample(
                    row.text, row.intent, row.language, tuple(_annotation(row.text, each) for each in row.entities)
                )
                for row in await self._examples.all(bot_id)
            ),
            entities={row.name: row.definition for row in await self._entities.by_name(bot_id)},
            flows=tuple(row.definition for row in await self._flows.by_name(bot_id)),
            tests=tuple(ContentTest(row.text, row.intent, row.language) for row in await self._tests.all(bot_id)),
        )


def _annotation(text: str, stored: Mapping[str, object]) -> Annotation:
    start, end = int(str(stored["start"])), int(str(stored["end"]))
    return Annotation(
        str(stored["name"]),
        start,
        end,
        str(stored.get("value") or text[start:end]),
        str(stored.get("role") or ""),
        str(stored.get("group") or ""),
    )
