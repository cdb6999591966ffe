"""FAQs of a tenant's knowledge bases."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.documents.knowledge_bases.repository import ContentRepository
from chatbot.foundation.errors import FaqNotFound
from chatbot.models import Chunk, ChunkVector, Faq


class FaqRepository(ContentRepository[Faq]):
    model = Faq
    not_found = FaqNotFound
    noun = "FAQ"

    async def all_of(self, knowledge_base_id: str) -> Sequence[Faq]:
        """Oldest first."""
        return (await self.session.scalars(self.of(knowledge_base_id).order_by(Faq.id))).all()

    async def with_question(self, knowledge_base_id: str, question: str) -> Faq | None:
        query = self.of(knowledge_base_id).where(Faq.question == question)
        return (await self.session.scalars(query.limit(1))).one_or_none()


async def lacking_vectors(session: AsyncSession, spaces: Collection[str]) -> Sequence[tuple[str, str]]:
    """Tenant and id of all knowledge bases with a question that no vector stands for in `spaces`."""
    readable = exists().where(ChunkVector.chunk_id == Chunk.id, ChunkVector.space.in_(spaces))
    query = (
        select(Faq.tenant_id, Faq.knowledge_base_id)
        .join(Chunk, Chunk.document_id == Faq.id)
        .where(Chunk.is_deleted.is_(False), ~readable)
        .distinct()
    )
    return (await session.execute(query)).all()
