"""What every search asks of the database: a few columns, by statements that are made once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from chatbot.foundation.database.statements import Statements
from chatbot.models import Chunk, Document, Faq, KnowledgeBase
from knowledge.calibration import Calibration
from knowledge.document import place_of
from knowledge.retrieval import PassageFilter


@dataclass(frozen=True, slots=True)
class KnowledgeBaseRevision:
    """How far the chunks of a knowledge base have come; deletions up to `purged` have left no row."""

    knowledge_base_id: str
    revision: int
    purged: int
    calibration: Calibration | None = None


@dataclass(frozen=True, slots=True)
class ChunkText:
    """What is shown of a chunk that was found."""

    id: str
    document_id: str
    document_title: str
    url: str | None
    text: str
    locator: dict[str, object]
    language: str


@dataclass(frozen=True, slots=True)
class AskedFaq:
    """The FAQ that a chunk of kind "question" belongs to, as it is now."""

    chunk_id: str
    faq_id: str
    question: str
    answer: str


_REVISIONS = select(
    KnowledgeBase.id, KnowledgeBase.revision, KnowledgeBase.purged_revision, KnowledgeBase.settings
).where(
    KnowledgeBase.tenant_id == bindparam("tenant_id"),
    KnowledgeBase.id.in_(bindparam("knowledge_base_ids", expanding=True)),
)
_TEXTS = (
    select(
        Chunk.id,
        Chunk.document_id,
        Document.title,
        Document.url,
        Chunk.text,
        Chunk.locator,
        Chunk.language,
        Chunk.is_edited,
    )
    .join(Document, Document.id == Chunk.document_id)
    .where(
        Chunk.tenant_id == bindparam("tenant_id"),
        Chunk.id.in_(bindparam("chunk_ids", expanding=True)),
        Chunk.is_deleted.is_(False),
        Chunk.is_enabled.is_(True),
    )
)
_ASKED = (
    select(Chunk.id, Faq.id, Faq.question, Faq.answer, Faq.tags, Faq.language)
    .join(Faq, Faq.id == Chunk.document_id)
    .where(
        Chunk.tenant_id == bindparam("tenant_id"),
        Chunk.id.in_(bindparam("chunk_ids", expanding=True)),
        Chunk.is_deleted.is_(False),
    )
)


class SearchedRows:
    """Of one tenant, by construction: another's ids find nothing."""

    def __init__(self, statements: Statements, tenant_id: str) -> None:
        self._statements = statements
        self._tenant_id = tenant_id

    async def revisions(self, knowledge_base_ids: Sequence[str]) -> list[KnowledgeBaseRevision]:
        asked = {"tenant_id": self._tenant_id, "knowledge_base_ids": list(knowledge_base_ids)}
        return [
            KnowledgeBaseRevision(identifier, revision, purged, Calibration.of(settings))
            for identifier, revision, purged, settings in await self._statements.rows(_REVISIONS, asked)
        ]

    async def texts(self, chunk_ids: Sequence[str]) -> dict[str, ChunkText]:
        """By chunk; of those that still exist."""
        asked = {"tenant_id": self._tenant_id, "chunk_ids": list(chunk_ids)}
        rows = await self._statements.rows(_TEXTS, asked)
        found: dict[str, ChunkText] = {}
        for chunk_id, document_id, title, url, text, locator, language, is_edited in rows:
            # What people wrote stands where the chunk began: the breaks are those of its former text.
            place = place_of(locator, 0) if is_edited else locator
            found[chunk_id] = ChunkText(chunk_id, document_id, title, url, text, place, language)
        return found

    async def asked(self, chunk_ids: Sequence[str], only: PassageFilter) -> dict[str, AskedFaq]:
        """By chunk; those that still exist and have one of the tags and the language of the filter."""
        found = await self._statements.rows(_ASKED, {"tenant_id": self._tenant_id, "chunk_ids": list(chunk_ids)})
        return {
            chunk_id: AskedFaq(chunk_id, *row)
            for chunk_id, *row, tags, language in found
            if (not only.tags or set(tags) & set(only.tags)) and only.language in ("", language)
        }
