"""The regression set: sentences that every version must understand, or refuse."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.bots.content_repository import RegressionRepository
from chatbot.bots.repository import BotRepository
from chatbot.foundation.errors import Conflict
from chatbot.models import RegressionExample
from chatbot.understanding.measures.evaluation import AskedExample
from chatbot.understanding.versions.gate import MOST_EXAMPLES
from nlu.intents.corpus import is_out_of_scope
from nlu.language import detect_language


class RegressionService:
    def __init__(self, session: AsyncSession, tenant_id: str) -> None:
        self._session = session
        self._bots = BotRepository(session, tenant_id)
        self._examples = RegressionRepository(session, tenant_id)

    async def page(
        self, bot_id: str, *, limit: int, cursor: str | None
    ) -> tuple[Sequence[RegressionExample], str | None]:
        await self._bots.get(bot_id)
        return await self._examples.page_of(bot_id, limit=limit, cursor=cursor)

    async def add(self, bot_id: str, examples: Sequence[AskedExample]) -> int:
        """How many were new. A sentence that is there already gets the intent it is given now."""
        await self._bots.locked(bot_id)
        known = {row.text: row for row in await self._examples.all(bot_id, limit=MOST_EXAMPLES)}
        if len(known.keys() | {each.text for each in examples}) > MOST_EXAMPLES:
            raise Conflict(f"A regression set has at most {MOST_EXAMPLES} sentences.")
        added = 0
        for each in examples:
            intent = None if each.intent is None or is_out_of_scope(each.intent) else each.intent
            if each.text in known:
                known[each.text].intent = intent
                continue
            language = each.language or detect_language(each.text)
            row = RegressionExample(bot_id=bot_id, text=each.text, intent=intent, language=language)
            known[each.text] = self._examples.add(row)
            added += 1
        await self._session.flush()
        return added

    async def forget(self, bot_id: str, regression_id: str) -> None:
        await self._bots.get(bot_id)
        await self._examples.delete(await self._examples.get_of(bot_id, regression_id))
