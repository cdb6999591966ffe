"""Sources of a tenant's knowledge bases."""

from __future__ import annotations

from sqlalchemy import select

from chatbot.documents.knowledge_bases.repository import ContentRepository
from chatbot.foundation.errors import SourceNotFound
from chatbot.models import Document, Source


class SourceRepository(ContentRepository[Source]):
    model = Source
    not_found = SourceNotFound
    noun = "source"

    async def documents(self, source_id: str) -> dict[str, Document]:
        """By the address each was fetched from."""
        query = select(Document).where(Document.tenant_id == self.tenant_id, Document.source_id == source_id)
        return {document.url: document for document in await self.session.scalars(query) if document.url is not None}
