"""Knowledge bases and the counters that order the changes of their chunks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from chatbot.foundation.database.repository import TenantRepository
from chatbot.foundation.errors import KnowledgeBaseNotFound
from chatbot.models import Bot, BotKnowledgeBase, Document, KnowledgeBase


@dataclass(frozen=True, slots=True)
class KnowledgeBaseSize:
    documents: int
    chunks: int


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
        """How many documents and searchable chunks each has, in one statement; those without documents are left out."""
        return {
            identifier: KnowledgeBaseSize(documents, chunks)
            for identifier, documents, chunks in await self.session.execute(
                select(
                    Document.knowledge_base_id,
                    func.count(Document.id),
                    func.coalesce(func.sum(Document.chunk_count), 0),
                )
                .where(Document.tenant_id == self.tenant_id, Document.knowledge_base_id.in_(knowledge_base_ids))
                .group_by(Document.knowledge_base_id)
            )
        }

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
