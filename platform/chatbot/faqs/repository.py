"""FAQs of a tenant's knowledge bases."""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.foundation.database.repository import TenantRepository
from chatbot.foundation.errors import FaqNotFound
from chatbot.models import Faq


class FaqRepository(TenantRepository[Faq]):
    model = Faq
    not_found = FaqNotFound
    noun = "FAQ"

    async def in_knowledge_base(self, knowledge_base_id: str, faq_id: str) -> Faq:
        """Raises FaqNotFound also for an FAQ of another knowledge base."""
        faq = await self.find(faq_id)
        if faq is None or faq.knowledge_base_id != knowledge_base_id:
            raise FaqNotFound(self.noun, faq_id)
        return faq

    async def page_of(
        self, knowledge_base_id: str, *, limit: int, cursor: str | None
    ) -> tuple[Sequence[Faq], str | None]:
        """Newest first."""
        return await self.page(
            self.scoped().where(Faq.knowledge_base_id == knowledge_base_id), limit=limit, cursor=cursor
        )

    async def all_of(self, knowledge_base_id: str) -> Sequence[Faq]:
        """Oldest first."""
        query = self.scoped().where(Faq.knowledge_base_id == knowledge_base_id).order_by(Faq.id)
        return (await self.session.scalars(query)).all()

    async def with_question(self, knowledge_base_id: str, question: str) -> Faq | None:
        query = self.scoped().where(Faq.knowledge_base_id == knowledge_base_id, Faq.question == question)
        return (await self.session.scalars(query.limit(1))).one_or_none()
