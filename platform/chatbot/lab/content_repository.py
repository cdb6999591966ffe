"""What a knowledge base holds, as far as its lab speaks of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.documents.chunks.repository import PASSAGE
from chatbot.models import Chunk, Document, Faq
from knowledge.measuring.probes import Source


@dataclass(frozen=True, slots=True)
class Target:
    """A document or FAQ that a question may expect."""

    id: str
    title: str
    kind: str  # "document" or "faq"


class LabContent:
    """Built with (session, tenant_id, knowledge_base_id)."""

    def __init__(self, session: AsyncSession, tenant_id: str, knowledge_base_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._knowledge_base_id = knowledge_base_id

    async def targets(self, among: Collection[str] | None = None) -> list[Target]:
        """Documents, then FAQs: all of them, or those with these ids."""
        found: list[Target] = []
        for model, title, kind in ((Document, Document.title, "document"), (Faq, Faq.question, "faq")):
            query = select(model.id, title).where(
                model.tenant_id == self._tenant_id, model.knowledge_base_id == self._knowledge_base_id
            )
            if among is not None:
                query = query.where(model.id.in_(among))
            found += [Target(*row, kind) for row in await self._session.execute(query.order_by(model.id))]
        return found

    async def named(self, identifiers: Collection[str]) -> dict[str, Target]:
        """Those of these ids that are there."""
        return {target.id: target for target in await self.targets(identifiers)} if identifiers else {}

    async def faqs(self) -> Sequence[Faq]:
        """Those that answer, oldest first."""
        query = (
            select(Faq)
            .where(
                Faq.tenant_id == self._tenant_id,
                Faq.knowledge_base_id == self._knowledge_base_id,
                Faq.is_enabled.is_(True),
            )
            .order_by(Faq.id)
        )
        return (await self._session.scalars(query)).all()

    async def headings(self, *, limit: int) -> list[Source]:
        """The first chunk under each heading, without its text, in the order of the documents."""
        query = (
            select(func.min(Chunk.id), Chunk.document_id, Chunk.heading, func.min(Chunk.language))
            .where(*self._passages())
            .group_by(Chunk.document_id, Chunk.heading)
            .order_by(func.min(Chunk.id))
            .limit(limit)
        )
        return [Source(row[0], row[1], row[2], "", row[3]) for row in await self._session.execute(query)]

    async def sample(self, *, limit: int) -> list[Source]:
        """Chunks from all over the knowledge base, always the same ones while it does not change."""
        query = self._sources().where(*self._passages()).order_by(Chunk.content_hash, Chunk.id).limit(limit)
        return [Source(*row) for row in await self._session.execute(query)]

    async def sources(self, chunk_ids: Sequence[str]) -> dict[str, Source]:
        """By id; those that are still there."""
        query = self._sources().where(*self._passages(), Chunk.id.in_(chunk_ids))
        return {row[0]: Source(*row) for row in await self._session.execute(query)}

    def _sources(self) -> Select[str, str, str, str, str]:
        return select(Chunk.id, Chunk.document_id, Chunk.heading, Chunk.text, Chunk.language)

    def _passages(self) -> tuple[ColumnElement[bool], ...]:
        return (
            Chunk.tenant_id == self._tenant_id,
            Chunk.knowledge_base_id == self._knowledge_base_id,
            Chunk.kind == PASSAGE,
            Chunk.is_deleted.is_(False),
            Chunk.is_enabled.is_(True),
        )
