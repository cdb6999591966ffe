"""Documents of a tenant's knowledge bases."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, func, select, update

from chatbot.foundation.database.repository import TenantRepository
from chatbot.foundation.errors import DocumentNotFound
from chatbot.models import Document, utc_now
from knowledge.retrieval import PassageFilter


class DocumentRepository(TenantRepository[Document]):
    model = Document
    not_found = DocumentNotFound
    noun = "document"

    async def in_knowledge_base(self, knowledge_base_id: str, document_id: str) -> Document:
        """Raises DocumentNotFound also for a document of another knowledge base."""
        document = await self.find(document_id)
        if document is None or document.knowledge_base_id != knowledge_base_id:
            raise DocumentNotFound(self.noun, document_id)
        return document

    async def page_of(
        self, knowledge_base_id: str, *, limit: int, cursor: str | None, tag: str | None = None
    ) -> tuple[Sequence[Document], str | None]:
        """Newest first."""
        query = self.scoped().where(Document.knowledge_base_id == knowledge_base_id)
        if tag is not None:
            query = query.where(self._has_tag([tag]))
        return await self.page(query, limit=limit, cursor=cursor)

    async def ids_of(self, knowledge_base_id: str) -> Sequence[str]:
        query = select(Document.id).where(
            Document.tenant_id == self.tenant_id, Document.knowledge_base_id == knowledge_base_id
        )
        return (await self.session.scalars(query)).all()

    async def answering(self, knowledge_base_id: str) -> Sequence[str]:
        """The ids of those that have chunks."""
        query = select(Document.id).where(
            Document.tenant_id == self.tenant_id,
            Document.knowledge_base_id == knowledge_base_id,
            Document.chunk_count > 0,
        )
        return (await self.session.scalars(query.order_by(Document.id))).all()

    async def with_digest(self, knowledge_base_id: str, sha256: str) -> Document | None:
        """The oldest one that is these bytes."""
        query = self.scoped().where(Document.knowledge_base_id == knowledge_base_id, Document.sha256 == sha256)
        return (await self.session.scalars(query.order_by(Document.id).limit(1))).one_or_none()

    async def matching(self, knowledge_base_ids: Sequence[str], only: PassageFilter) -> frozenset[str]:
        """The ids of the documents that a filter lets through."""
        query = select(Document.id).where(
            Document.tenant_id == self.tenant_id, Document.knowledge_base_id.in_(knowledge_base_ids)
        )
        if only.document_ids:
            query = query.where(Document.id.in_(only.document_ids))
        if only.language:
            query = query.where(Document.language == only.language)
        if only.tags:
            query = query.where(self._has_tag(only.tags))
        for name, value in only.attributes.items():
            query = query.where(Document.attributes[name].as_string() == value)
        return frozenset(await self.session.scalars(query))

    def _has_tag(self, tags: Sequence[str]) -> ColumnElement[bool]:
        """Any of these."""
        is_sqlite = self.session.get_bind().dialect.name == "sqlite"
        elements = func.json_each if is_sqlite else func.jsonb_array_elements_text
        tag = elements(Document.tags).table_valued("value")
        return exists(select(1).select_from(tag).where(tag.c.value.in_(tags)))

    async def change(self, document_id: str, **values: object) -> bool:
        """Write columns without reading the row; False when the document is gone."""
        changed = await self.session.execute(
            update(Document)
            .where(Document.tenant_id == self.tenant_id, Document.id == document_id)
            .values(updated_at=utc_now(), **values)
            .returning(Document.id)
            .execution_options(synchronize_session=False)
        )
        return changed.scalar_one_or_none() is not None
