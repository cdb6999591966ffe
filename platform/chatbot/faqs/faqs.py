"""FAQs: kept with their ways of asking embedded, so that the next question finds them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.documents.chunks.repository import QUESTION, ChunkRepository, NewChunk
from chatbot.documents.job_orders import TOMBSTONES_KEPT_S, Purge
from chatbot.documents.knowledge_bases.repository import KnowledgeBaseRepository
from chatbot.faqs.repository import FaqRepository
from chatbot.foundation.database import Database
from chatbot.foundation.errors import Conflict
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.threads import Threads
from chatbot.models import Faq, new_id
from knowledge.embedders.routed import RoutedEmbedder
from nlu.language import detect_language

EMBEDDED_AT_ONCE = 64
MEANWHILE = "This FAQ was changed by someone else meanwhile. Try again."


@dataclass(frozen=True, slots=True)
class FaqContent:
    """What an FAQ says. A disabled one is kept and answers nobody."""

    question: str
    answer: str
    alternatives: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    is_enabled: bool = True

    @classmethod
    def of(cls, row: Faq) -> FaqContent:
        return cls(row.question, row.answer, tuple(row.alternatives), tuple(row.tags), row.is_enabled)

    def asked(self) -> tuple[str, ...]:
        """Every way of asking, once."""
        return tuple(dict.fromkeys((self.question, *self.alternatives)))


@dataclass(frozen=True, slots=True)
class FaqChange:
    """None leaves a value as it is."""

    question: str | None = None
    answer: str | None = None
    alternatives: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None
    is_enabled: bool | None = None

    def applied_to(self, content: FaqContent) -> FaqContent:
        given = {name: value for name in self.__slots__ if (value := getattr(self, name)) is not None}
        return replace(content, **given)


@dataclass(frozen=True, slots=True)
class FaqImport:
    """What became of the rows of a table."""

    added: int
    updated: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class _Encoded:
    language: str
    space: str
    vector: bytes


class FaqEditor:
    """Embedding comes before each transaction, so that none waits for a model.

    Every change takes the knowledge base's next revision: from the commit on every search, on any replica, sees it.
    """

    def __init__(self, database: Database, jobs: JobQueue, embedder: RoutedEmbedder, *, threads: Threads) -> None:
        self._database = database
        self._jobs = jobs
        self._embedder = embedder
        self._threads = threads

    async def create(self, tenant_id: str, knowledge_base_id: str, content: FaqContent) -> Faq:
        """Raises Conflict when the knowledge base has this question already."""
        async with self._database.read(tenant_id) as session:
            await KnowledgeBaseRepository(session, tenant_id).get(knowledge_base_id)
        encoded = await self._encode(content.asked())
        async with self._database.write(tenant_id) as session:
            change = await self._begin(session, tenant_id, knowledge_base_id)
            await change.refuse_taken(content.question)
            faq = change.add(content, new_id())
            await change.store([(faq, content)], encoded)
            await session.flush()
            return faq

    async def change(self, tenant_id: str, knowledge_base_id: str, faq_id: str, wanted: FaqChange) -> Faq:
        """Raises Conflict for a question that another FAQ asks."""
        async with self._database.read(tenant_id) as session:
            seen = await FaqRepository(session, tenant_id).in_knowledge_base(knowledge_base_id, faq_id)
        encoded = await self._encode(wanted.applied_to(FaqContent.of(seen)).asked())
        async with self._database.write(tenant_id) as session:
            change = await self._begin(session, tenant_id, knowledge_base_id)
            faq = await change.faqs.in_knowledge_base(knowledge_base_id, faq_id)
            content = wanted.applied_to(FaqContent.of(faq))
            if not encoded.keys() >= set(content.asked()):
                raise Conflict(MEANWHILE)
            if content.question != faq.question:
                await change.refuse_taken(content.question)
            write_content(faq, content)
            await change.store([(faq, content)], encoded)
            await session.flush()
            return faq

    async def delete(self, tenant_id: str, knowledge_base_id: str, faq_id: str) -> None:
        async with self._database.write(tenant_id) as session:
            change = await self._begin(session, tenant_id, knowledge_base_id)
            faq = await change.faqs.in_knowledge_base(knowledge_base_id, faq_id)
            await change.chunks.tombstone(faq_id, revision=change.revision)
            await change.faqs.delete(faq)
            order = Purge(knowledge_base_id=knowledge_base_id)
            self._jobs.enqueue(session, tenant_id, order, delay_s=TOMBSTONES_KEPT_S)

    async def import_all(self, tenant_id: str, knowledge_base_id: str, contents: Sequence[FaqContent]) -> FaqImport:
        """All or none; an FAQ with the same question takes the new answer, alternatives and tags."""
        async with self._database.read(tenant_id) as session:
            await KnowledgeBaseRepository(session, tenant_id).get(knowledge_base_id)
        encoded = await self._encode({text for content in contents for text in content.asked()})
        added, updated = 0, 0
        async with self._database.write(tenant_id) as session:
            change = await self._begin(session, tenant_id, knowledge_base_id)
            known = {faq.question: faq for faq in await change.faqs.all_of(knowledge_base_id)}
            changed: list[tuple[Faq, FaqContent]] = []
            ids = sorted(new_id() for _ in contents)  # lists go by id: in the order of the table
            for content, identifier in zip(contents, ids, strict=True):
                faq = known.get(content.question)
                if faq is None:
                    changed.append((change.add(content, identifier), content))
                    added += 1
                elif (kept := replace(content, is_enabled=faq.is_enabled)) != FaqContent.of(faq):
                    write_content(faq, kept)
                    changed.append((faq, kept))
                    updated += 1
            await change.store(changed, encoded)
            await session.flush()
        return FaqImport(added, updated, len(contents) - added - updated)

    async def embed_again(self, tenant_id: str, knowledge_base_id: str) -> int:
        """Give the questions vectors of the models that are configured now; how many FAQs there are."""
        async with self._database.read(tenant_id) as session:
            seen = await FaqRepository(session, tenant_id).all_of(knowledge_base_id)
        encoded = await self._encode({text for faq in seen for text in FaqContent.of(faq).asked()})
        async with self._database.write(tenant_id) as session:
            change = await self._begin(session, tenant_id, knowledge_base_id)
            present = [(faq, FaqContent.of(faq)) for faq in await change.faqs.all_of(knowledge_base_id)]
            # One that was edited since has been embedded then.
            await change.store([one for one in present if encoded.keys() >= set(one[1].asked())], encoded)
        return len(seen)

    async def _begin(self, session: AsyncSession, tenant_id: str, knowledge_base_id: str) -> _Change:
        revision = await KnowledgeBaseRepository(session, tenant_id).next_revision(knowledge_base_id)
        return _Change(session, tenant_id, knowledge_base_id, revision)

    async def _encode(self, texts: Collection[str]) -> dict[str, _Encoded]:
        by_language: dict[str, list[str]] = {}
        for text in texts:
            by_language.setdefault(detect_language(text), []).append(text)
        encoded: dict[str, _Encoded] = {}
        for language, listed in by_language.items():
            for start in range(0, len(listed), EMBEDDED_AT_ONCE):
                batch = listed[start : start + EMBEDDED_AT_ONCE]
                encoded |= await self._threads.run(self._encode_batch, batch, language)
        return encoded

    def _encode_batch(self, texts: Sequence[str], language: str) -> dict[str, _Encoded]:
        vectors = self._embedder.encode(texts, language=language).astype(np.dtype("<f2"))
        space = self._embedder.space(language)
        return {text: _Encoded(language, space, vector.tobytes()) for text, vector in zip(texts, vectors, strict=True)}


class _Change:
    """One transaction that changes FAQs of a knowledge base, at its next revision."""

    def __init__(self, session: AsyncSession, tenant_id: str, knowledge_base_id: str, revision: int) -> None:
        self.faqs = FaqRepository(session, tenant_id)
        self.chunks = ChunkRepository(session, tenant_id)
        self.revision = revision
        self._knowledge_base_id = knowledge_base_id
        self._new: set[str] = set()

    async def refuse_taken(self, question: str) -> None:
        if await self.faqs.with_question(self._knowledge_base_id, question) is not None:
            raise Conflict("This knowledge base answers that question already.")

    def add(self, content: FaqContent, identifier: str) -> Faq:
        faq = Faq(id=identifier, knowledge_base_id=self._knowledge_base_id)
        write_content(faq, content)
        self._new.add(faq.id)
        return self.faqs.add(faq)

    async def store(self, changed: Sequence[tuple[Faq, FaqContent]], encoded: dict[str, _Encoded]) -> None:
        """Bring the chunks of these FAQs to what they ask now; those that ask the same stay as they are."""
        written: list[tuple[str, NewChunk]] = []
        for faq, content in changed:
            asked = content.asked() if content.is_enabled else ()
            stored = {} if faq.id in self._new else await self.chunks.stored(faq.id)
            for ordinal, text in enumerate(asked):
                found, question = stored.get(ordinal), encoded[text]
                content_hash = hashlib.sha256(text.encode()).hexdigest()
                if found is None or not found.says(content_hash, {question.space}):
                    chunk = NewChunk(
                        id=found.id if found is not None else None,
                        ordinal=ordinal,
                        text=text,
                        heading="",
                        locator={"faq": True},
                        language=question.language,
                        content_hash=content_hash,
                        vectors={question.space: question.vector},
                    )
                    written.append((faq.id, chunk))
            if len(stored) > len(asked):
                await self.chunks.tombstone(faq.id, revision=self.revision, from_ordinal=len(asked))
        await self.chunks.write_of_many(self._knowledge_base_id, written, revision=self.revision, kind=QUESTION)


def write_content(faq: Faq, content: FaqContent) -> None:
    """The row says what the content says."""
    faq.question, faq.answer = content.question, content.answer
    faq.alternatives, faq.tags = list(content.alternatives), list(content.tags)
    faq.is_enabled = content.is_enabled
    faq.language = detect_language(content.question)
