"""Test sets of the retrieval lab, their questions and runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import defer

from chatbot.foundation.database.repository import ChildRepository
from chatbot.foundation.errors import NotFound
from chatbot.models import LabQuestion, LabRun, LabSet


class LabSetNotFound(NotFound):
    code = "test_set_not_found"


class LabQuestionNotFound(NotFound):
    code = "test_question_not_found"


class LabRunNotFound(NotFound):
    code = "test_run_not_found"


@dataclass(frozen=True, slots=True)
class LabSetSize:
    """How many questions a set has, and how many of them nobody has reviewed."""

    questions: int = 0
    drafts: int = 0


class LabSetRepository(ChildRepository[LabSet]):
    model = LabSet
    parent = "knowledge_base_id"
    not_found = LabSetNotFound
    noun = "test set"

    async def with_name(self, knowledge_base_id: str, name: str) -> LabSet | None:
        return (await self.session.scalars(self.of(knowledge_base_id).where(LabSet.name == name))).one_or_none()

    async def sizes(self, test_set_ids: Sequence[str]) -> dict[str, LabSetSize]:
        """In one statement; empty sets are left out."""
        query = (
            select(LabQuestion.test_set_id, func.count(), func.sum(cast(LabQuestion.is_draft, Integer)))
            .where(LabQuestion.tenant_id == self.tenant_id, LabQuestion.test_set_id.in_(test_set_ids))
            .group_by(LabQuestion.test_set_id)
        )
        return {row[0]: LabSetSize(row[1], int(row[2])) for row in await self.session.execute(query)}


class LabQuestionRepository(ChildRepository[LabQuestion]):
    model = LabQuestion
    parent = "test_set_id"
    not_found = LabQuestionNotFound
    noun = "test question"

    async def reviewed_of(self, test_set_id: str) -> Sequence[LabQuestion]:
        """Oldest first."""
        query = self.of(test_set_id).where(LabQuestion.is_draft.is_(False))
        return (await self.session.scalars(query.order_by(LabQuestion.id))).all()

    async def reviewed_of_base(self, knowledge_base_id: str, *, limit: int) -> Sequence[LabQuestion]:
        """Of all its sets, oldest first."""
        query = (
            self.scoped()
            .join(LabSet, LabSet.id == LabQuestion.test_set_id)
            .where(LabSet.knowledge_base_id == knowledge_base_id, LabQuestion.is_draft.is_(False))
            .order_by(LabQuestion.id)
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def approve(self, test_set_id: str) -> int:
        """Every draft of the set counts as reviewed; how many there were."""
        return await self.change_all(
            LabQuestion.test_set_id == test_set_id, LabQuestion.is_draft.is_(True), is_draft=False
        )


class LabRunRepository(ChildRepository[LabRun]):
    model = LabRun
    parent = "test_set_id"
    not_found = LabRunNotFound
    noun = "test run"

    async def page_of(self, parent_id: str, *, limit: int, cursor: str | None) -> tuple[Sequence[LabRun], str | None]:
        """Newest first, without their results."""
        return await self.page(self.of(parent_id).options(defer(LabRun.results)), limit=limit, cursor=cursor)
