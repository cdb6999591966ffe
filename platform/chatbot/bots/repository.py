"""Bots and the knowledge bases they answer from."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.foundation.database.repository import TenantRepository
from chatbot.foundation.errors import BotNotFound, KnowledgeBaseNotFound
from chatbot.models import Bot, BotKnowledgeBase, KnowledgeBase, Tenant


class BotRepository(TenantRepository[Bot]):
    model = Bot
    not_found = BotNotFound
    noun = "bot"

    async def named(self, name: str) -> Bot | None:
        return (await self.session.scalars(self.scoped().where(Bot.name == name))).one_or_none()

    async def default(self) -> Bot | None:
        """The one that answers where none is named."""
        return (await self.session.scalars(self.scoped().where(Bot.is_default.is_(True)))).one_or_none()

    async def count(self) -> int:
        return (
            await self.session.scalar(select(func.count()).select_from(Bot).where(Bot.tenant_id == self.tenant_id))
        ) or 0

    async def knowledge_bases_of(self, bot_ids: Sequence[str]) -> dict[str, list[str]]:
        """By bot; every bot asked for is there."""
        links = await self.session.execute(
            select(BotKnowledgeBase.bot_id, BotKnowledgeBase.knowledge_base_id)
            .where(BotKnowledgeBase.tenant_id == self.tenant_id, BotKnowledgeBase.bot_id.in_(bot_ids))
            .order_by(BotKnowledgeBase.id)
        )
        found: dict[str, list[str]] = {bot_id: [] for bot_id in bot_ids}
        for bot_id, knowledge_base_id in links:
            found[bot_id].append(knowledge_base_id)
        return found

    async def link(self, bot_id: str, knowledge_base_ids: Sequence[str]) -> None:
        """Replaces what was linked. Raises KnowledgeBaseNotFound for one that isn't this tenant's."""
        known = set(
            await self.session.scalars(
                select(KnowledgeBase.id).where(
                    KnowledgeBase.tenant_id == self.tenant_id, KnowledgeBase.id.in_(knowledge_base_ids)
                )
            )
        )
        for knowledge_base_id in knowledge_base_ids:
            if knowledge_base_id not in known:
                raise KnowledgeBaseNotFound("knowledge base", knowledge_base_id)
        await self.session.execute(
            delete(BotKnowledgeBase).where(
                BotKnowledgeBase.tenant_id == self.tenant_id, BotKnowledgeBase.bot_id == bot_id
            )
        )
        for knowledge_base_id in dict.fromkeys(knowledge_base_ids):
            self.session.add(
                BotKnowledgeBase(tenant_id=self.tenant_id, bot_id=bot_id, knowledge_base_id=knowledge_base_id)
            )

    async def no_other_default(self, bot_id: str) -> None:
        """Of all bots of the tenant, at most this one stays the default."""
        others = (Bot.id != bot_id, Bot.is_default.is_(True))
        await self.change_all(*others, is_default=False, revision=Bot.revision + 1)

    async def locked(self, bot_id: str) -> Bot:
        """For reading and then changing what other requests change too. Raises BotNotFound."""
        query = self.scoped().where(Bot.id == bot_id).with_for_update()
        bot = (await self.session.scalars(query.execution_options(populate_existing=True))).one_or_none()
        if bot is None:
            raise BotNotFound("bot", bot_id)
        return bot

    async def bump_all(self) -> None:
        """Something that any bot may use has changed."""
        await self.change_all(revision=Bot.revision + 1)


class WidgetRepository:
    """What a public widget key and an origin stand for, before a visitor has a tenant."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def bot_by_widget_key(self, widget_key: str) -> Bot | None:
        """Only an active bot of an active tenant."""
        return (
            await self._session.scalars(
                select(Bot)
                .join(Tenant, Tenant.id == Bot.tenant_id)
                .where(Bot.widget_key == widget_key, Bot.is_active.is_(True), Tenant.is_active.is_(True))
            )
        ).one_or_none()

    async def listed_origins(self) -> frozenset[str]:
        """Of all active bots."""
        lists = await self._session.scalars(
            select(Bot.allowed_origins)
            .join(Tenant, Tenant.id == Bot.tenant_id)
            .where(Bot.is_active.is_(True), Tenant.is_active.is_(True))
        )
        return frozenset(origin for origins in lists for origin in origins)
