"""Knowledge bases and the counters that order the changes of their chunks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, func, select, update

from chatbot.foundation.database.repository import TenantRepository
from chatbot.foundation.errors import KnowledgeBaseNotFound
from chatbot.models import Bot, BotKnowledgeBase, Document, InKnowledgeBase, KnowledgeBase

Content = TypeVar("Content", bound=InKnowledgeBase)


@dataclass(frozen=True, slots=True)
class KnowledgeBaseSize:
    documents: int = 0
    chunks: int = 0


class ContentRepository(TenantRepository[Content]):
    """What belongs to a knowledge base, and is not found in another."""

    async def in_knowledge_base(self, knowledge_base_id: str, identifier: str) -> Content:
        """Raises the repository's own NotFound."""
        row = await self.get(identifier)
        if row.knowledge_base_id != knowledge_base_id:
            raise self.not_found(self.noun, identifier)
        return row

    def of(self, knowledge_base_id: str) -> Select[Content]:
        """Where every query within a knowledge base starts."""
        return self.scoped().where(self.model.knowledge_base_id == knowledge_base_id)

    async def page_of(
        self, knowledge_base_id: str, *conditions: ColumnElement[bool], limit: int, cursor: str | None
    ) -> tuple[Sequence[Content], str | None]:
        """Newest first. Raises KnowledgeBaseNotFound."""
        await KnowledgeBaseRepository(self.session, self.tenant_id).get(knowledge_base_id)
        return await self.page(self.of(knowledge_base_id).where(*conditions), limit=limit, cursor=cursor)


class KnowledgeBaseRepository(TenantRepository[KnowledgeBase]):
    model = KnowledgeBase
    not_found = KnowledgeBaseNotFound
    noun = "knowledge base"

    async def with_name(self, name: str) -> KnowledgeBase | None:
        return (await self.session.scalars(self.scoped().where(KnowledgeBase.name == name))).one_or_none()

    async def next_revision(self, knowledge_base_id: str) -> int:
        """Take the next revision for changes to chunks in this transaction.

        The row stays locked until the transaction ends, so revisions become visible in their order and a reader that
        has seen one has seen all before it. Call it before reading what the change depends on.
        """
        statement = (
            update(KnowledgeBase)
            .where(KnowledgeBase.tenant_id == self.tenant_id, KnowledgeBase.id == knowledge_base_id)
            .values(revision=KnowledgeBase.revision + 1)
            .returning(KnowledgeBase.revision)
            .execution_options(synchronize_session=False)
        )
        revision = (await self.session.execute(statement)).scalar_one_or_none()
        if revision is None:
            raise KnowledgeBaseNotFound(self.noun, knowledge_base_id)
        return revision

    async def lock(self, knowledge_base_id: str) -> KnowledgeBase:
        """Until the transaction ends no other one locks or changes the row."""
        query = self.scoped().where(KnowledgeBase.id == knowledge_base_id).with_for_update()
        row = (await self.session.scalars(query.execution_options(populate_existing=True))).one_or_none()
        if row is None:
            raise KnowledgeBaseNotFound(self.noun, knowledge_base_id)
        return row

    async def note_purge(self, knowledge_base_id: str, revision: int) -> None:
        """Indexes older than `revision` can no longer catch up and must load anew."""
        await self.session.execute(
            update(KnowledgeBase)
            .where(
                KnowledgeBase.tenant_id == self.tenant_id,
                KnowledgeBase.id == knowledge_base_id,
                KnowledgeBase.purged_revision < revision,
            )
            .values(purged_revision=revision)
            .execution_options(synchronize_session=False)
        )

    async def sizes(self, knowledge_base_ids: Sequence[str]) -> dict[str, KnowledgeBaseSize]:
        """How many documents and searchable chunks each has, in one statement."""
        query = (
            select(
                Document.knowledge_base_id, func.count(Document.id), func.coalesce(func.sum(Document.chunk_count), 0)
            )
            .where(Document.tenant_id == self.tenant_id, Document.knowledge_base_id.in_(knowledge_base_ids))
            .group_by(Document.knowledge_base_id)
        )
        found = {identifier: KnowledgeBaseSize(*size) for identifier, *size in await self.session.execute(query)}
        return {identifier: found.get(identifier, KnowledgeBaseSize()) for identifier in knowledge_base_ids}

    async def reload_bots_of(self, knowledge_base_id: str) -> None:
        """Bots that answer from it have changed."""
        bots = select(BotKnowledgeBase.bot_id).where(
            BotKnowledgeBase.tenant_id == self.tenant_id, BotKnowledgeBase.knowledge_base_id == knowledge_base_id
        )
        await self.session.execute(
            update(Bot)
            .where(Bot.tenant_id == self.tenant_id, Bot.id.in_(bots))
            .values(revision=Bot.revision + 1)
            .execution_options(synchronize_session=False)
        )
