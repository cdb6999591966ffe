"""Test sets of the retrieval lab, their questions and runs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Integer, Select, cast, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from chatbot.documents.chunks.repository import PASSAGE
from chatbot.foundation.database.repository import TenantRepository
from chatbot.foundation.errors import NotFound
from chatbot.models import Chunk, Document, Faq, TestQuestion, TestRun, TestSet
from knowledge.measuring.probes import Source


class TestSetNotFound(NotFound):
    __test__ = False
    code = "test_set_not_found"


class TestQuestionNotFound(NotFound):
    __test__ = False
    code = "test_question_not_found"


class TestRunNotFound(NotFound):
    __test__ = False
    code = "test_run_not_found"


@dataclass(frozen=True, slots=True)
class TestSetSize:
    """How many questions a set has, and how many of them nobody has reviewed."""

    __test__ = False
    questions: int = 0
    drafts: int = 0


class TestSetRepository(TenantRepository[TestSet]):
    __test__ = False
    model = TestSet
    not_found = TestSetNotFound
    noun = "test set"

    async def in_knowledge_base(self, knowledge_base_id: str, test_set_id: str) -> TestSet:
        """Raises TestSetNotFound also for a set of another knowledge base."""
        row = await self.find(test_set_id)
        if row is None or row.knowledge_base_id != knowledge_base_id:
            raise TestSetNotFound(self.noun, test_set_id)
        return row

    async def page_of(
        self, knowledge_base_id: str, *, limit: int, cursor: str | None
    ) -> tuple[Sequence[TestSet], str | None]:
        """Newest first."""
        query = self.scoped().where(TestSet.knowledge_base_id == knowledge_base_id)
        return await self.page(query, limit=limit, cursor=cursor)

    async def with_name(self, knowledge_base_id: str, name: str) -> TestSet | None:
        query = self.scoped().where(TestSet.knowledge_base_id == knowledge_base_id, TestSet.name == name)
        return (await self.session.scalars(query)).one_or_none()

    async def sizes(self, test_set_ids: Sequence[str]) -> dict[str, TestSetSize]:
        """In one statement; empty sets are left out."""
        query = (
            select(TestQuestion.test_set_id, func.count(), func.sum(cast(TestQuestion.is_draft, Integer)))
            .where(TestQuestion.tenant_id == self.tenant_id, TestQuestion.test_set_id.in_(test_set_ids))
            .group_by(TestQuestion.test_set_id)
        )
        return {row[0]: TestSetSize(row[1], int(row[2])) for row in await self.session.execute(query)}


class TestQuestionRepository(TenantRepository[TestQuestion]):
    __test__ = False
    model = TestQuestion
    not_found = TestQuestionNotFound
    noun = "test question"

    async def in_set(self, test_set_id: str, question_id: str) -> TestQuestion:
        """Raises TestQuestionNotFound also for a question of another set."""
        row = await self.find(question_id)
        if row is None or row.test_set_id != test_set_id:
            raise TestQuestionNotFound(self.noun, question_id)
        return row

    async def page_of(
        self, test_set_id: str, *, is_draft: bool | None, limit: int, cursor: str | None
    ) -> tuple[Sequence[TestQuestion], str | None]:
        """Newest first."""
        query = self.scoped().where(TestQuestion.test_set_id == test_set_id)
        if is_draft is not None:
            query = query.where(TestQuestion.is_draft.is_(is_draft))
        return await self.page(query, limit=limit, cursor=cursor)

    async def all_of(self, test_set_id: str, *, reviewed: bool = False) -> Sequence[TestQuestion]:
        """Oldest first."""
        query = self.scoped().where(TestQuestion.test_set_id == test_set_id).order_by(TestQuestion.id)
        if reviewed:
            query = query.where(TestQuestion.is_draft.is_(False))
        return (await self.session.scalars(query)).all()

    async def reviewed_of_base(self, knowledge_base_id: str, *, limit: int) -> Sequence[TestQuestion]:
        """Of all its sets, oldest first."""
        query = (
            self.scoped()
            .join(TestSet, TestSet.id == TestQuestion.test_set_id)
            .where(TestSet.knowledge_base_id == knowledge_base_id, TestQuestion.is_draft.is_(False))
            .order_by(TestQuestion.id)
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def approve(self, test_set_id: str) -> int:
        """Every draft of the set counts as reviewed; how many there were."""
        changed = await self.session.scalars(
            update(TestQuestion)
            .where(
                TestQuestion.tenant_id == self.tenant_id,
                TestQuestion.test_set_id == test_set_id,
                TestQuestion.is_draft.is_(True),
            )
            .values(is_draft=False)
            .returning(TestQuestion.id)
            .execution_options(synchronize_session=False)
        )
        return len(changed.all())


class TestRunRepository(TenantRepository[TestRun]):
    __test__ = False
    model = TestRun
    not_found = TestRunNotFound
    noun = "test run"

    async def in_set(self, test_set_id: str, run_id: str) -> TestRun:
        """Raises TestRunNotFound also for a run of another set."""
        row = await self.find(run_id)
        if row is None or row.test_set_id != test_set_id:
            raise TestRunNotFound(self.noun, run_id)
        return row

    async def page_of(
        self, test_set_id: str, *, limit: int, cursor: str | None
    ) -> tuple[Sequence[TestRun], str | None]:
        """Newest first, without their results."""
        query = self.scoped().where(TestRun.test_set_id == test_set_id).options(defer(TestRun.results))
        return await self.page(query, limit=limit, cursor=cursor)


@dataclass(frozen=True, slots=True)
class Target:
    """A document or FAQ that a test question may expect."""

    id: str
    title: str
    kind: str  # "document" or "faq"


class TestedContent:
    """What a knowledge base holds, as far as tests speak of it."""

    __test__ = False

    def __init__(self, session: AsyncSession, tenant_id: str, knowledge_base_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._knowledge_base_id = knowledge_base_id

    async def targets(self) -> list[Target]:
        """Every document and FAQ."""
        documents = select(Document.id, Document.title).where(
            Document.tenant_id == self._tenant_id, Document.knowledge_base_id == self._knowledge_base_id
        )
        faqs = select(Faq.id, Faq.question).where(
            Faq.tenant_id == self._tenant_id, Faq.knowledge_base_id == self._knowledge_base_id
        )
        found = [Target(*row, "document") for row in await self._session.execute(documents.order_by(Document.id))]
        return found + [Target(*row, "faq") for row in await self._session.execute(faqs.order_by(Faq.id))]

    async def named(self, identifiers: Collection[str]) -> dict[str, Target]:
        """Those of these ids that are there."""
        if not identifiers:
            return {}
        documents = select(Document.id, Document.title).where(
            Document.tenant_id == self._tenant_id,
            Document.knowledge_base_id == self._knowledge_base_id,
            Document.id.in_(identifiers),
        )
        faqs = select(Faq.id, Faq.question).where(
            Faq.tenant_id == self._tenant_id,
            Faq.knowledge_base_id == self._knowledge_base_id,
            Faq.id.in_(identifiers),
        )
        found = {row[0]: Target(row[0], row[1], "document") for row in await self._session.execute(documents)}
        return found | {row[0]: Target(row[0], row[1], "faq") for row in await self._session.execute(faqs)}

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
