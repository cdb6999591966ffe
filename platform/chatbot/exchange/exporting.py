"""Taking a bot along: everything that makes it, except secrets and conversations."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.bots.repository import BotRepository
from chatbot.exchange.content import BotContent, ContentExample, ContentTest
from chatbot.models import BotEntity, BotFlow, IntentExample, RegressionExample
from nlu.exchange.bot import Annotation


class BotExportService:
    def __init__(self, session: AsyncSession, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    async def content(self, bot_id: str) -> BotContent:
        """Raises BotNotFound."""
        bot = await BotRepository(self._session, self._tenant_id).get(bot_id)
        examples = await self._session.scalars(
            select(IntentExample)
            .where(IntentExample.tenant_id == self._tenant_id, IntentExample.bot_id == bot_id)
            .order_by(IntentExample.id)
        )
        entities = await self._session.scalars(
            select(BotEntity)
            .where(BotEntity.tenant_id == self._tenant_id, BotEntity.bot_id == bot_id)
            .order_by(BotEntity.name)
        )
        flows = await self._session.scalars(
            select(BotFlow.definition)
            .where(BotFlow.tenant_id == self._tenant_id, BotFlow.bot_id == bot_id)
            .order_by(BotFlow.name)
        )
        tests = await self._session.scalars(
            select(RegressionExample)
            .where(RegressionExample.tenant_id == self._tenant_id, RegressionExample.bot_id == bot_id)
            .order_by(RegressionExample.id)
        )
        return BotContent(
            settings={
                "name": bot.name,
                "default_language": bot.default_language,
                "greeting": bot.greeting,
                "timezone": bot.timezone,
                "answer_threshold": bot.answer_threshold,
            },
            examples=tuple(
                ContentExample(
                    row.text, row.intent, row.language, tuple(_annotation(row.text, each) for each in row.entities)
                )
                for row in examples
            ),
            entities={row.name: row.definition for row in entities},
            flows=tuple(flows),
            tests=tuple(ContentTest(row.text, row.intent, row.language) for row in tests),
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
