"""Sources of a tenant's knowledge bases."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from chatbot.foundation.database.repository import TenantRepository
from chatbot.foundation.errors import SourceNotFound
from chatbot.models import Document, Source


class SourceRepository(TenantRepository[Source]):
    model = Source
    not_found = SourceNotFound
    noun = "source"

    async def in_knowledge_base(self, knowledge_base_id: str, source_id: str) -> Source:
        """Raises SourceNotFound also for a source of another knowledge base."""
        source = await self.find(source_id)
        if source is None or source.knowledge_base_id != knowledge_base_id:
            raise SourceNotFound(self.noun, source_id)
        return source

    async def page_of(
        self, knowledge_base_id: str, *, limit: int, cursor: str | None
    ) -> tuple[Sequence[Source], str | None]:
        """Newest first."""
        query = self.scoped().where(Source.knowledge_base_id == knowledge_base_id)
        return await self.page(query, limit=limit, cursor=cursor)

    async def documents(self, source_id: str) -> dict[str, Document]:
        """By the address each was fetched from."""
        query = select(Document).where(Document.tenant_id == self.tenant_id, Document.source_id == source_id)
        return {document.url: document for document in await self.session.scalars(query) if document.url is not None}
