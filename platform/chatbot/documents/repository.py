"""Documents of a tenant's knowledge bases."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.documents.knowledge_bases.repository import ContentRepository
from chatbot.foundation.errors import DocumentNotFound
from chatbot.models import Chunk, ChunkVector, Document, utc_now
from knowledge.retrieval import PassageFilter


class DocumentRepository(ContentRepository[Document]):
    model = Document
    not_found = DocumentNotFound
    noun = "document"

    async def ids_of(self, knowledge_base_id: str, *, least_chunks: int = 0) -> Sequence[str]:
        """Of those that have so many chunks."""
        query = self.of(knowledge_base_id).where(Document.chunk_count >= least_chunks).order_by(Document.id)
        return (await self.session.scalars(query.with_only_columns(Document.id))).all()

    async def with_digest(self, knowledge_base_id: str, sha256: str) -> Document | None:
        """The oldest one that is these bytes."""
        query = self.of(knowledge_base_id).where(Document.sha256 == sha256)
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
            query = query.where(self.has_tag(only.tags))
        for name, value in only.attributes.items():
            query = query.where(Document.attributes[name].as_string() == value)
        return frozenset(await self.session.scalars(query))

    def has_tag(self, tags: Sequence[str]) -> ColumnElement[bool]:
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


async def lacking_vectors(
    session: AsyncSession, spaces: Mapping[str, Collection[str]]
) -> Sequence[tuple[str, str, str]]:
    """Tenant, knowledge base and id of all ready documents with a chunk that no vector stands for in one of the
    `spaces` of its language.
    """
    lacking = [
        and_(Chunk.language == language, ~exists().where(ChunkVector.chunk_id == Chunk.id, ChunkVector.space == space))
        for language, wanted in spaces.items()
        for space in wanted
    ]
    query = (
        select(Document.tenant_id, Document.knowledge_base_id, Document.id)
        .join(Chunk, Chunk.document_id == Document.id)
        .where(Document.status == "ready", Chunk.is_deleted.is_(False), or_(false(), *lacking))
        .distinct()
    )
    return (await session.execute(query)).all()
