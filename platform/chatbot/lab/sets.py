"""Test sets: questions with the documents or FAQs that answer them, written, imported, or drafted and then reviewed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.documents.knowledge_bases.repository import KnowledgeBaseRepository
from chatbot.foundation.errors import Conflict, InvalidInput
from chatbot.lab.content_repository import LabContent, Target
from chatbot.lab.repository import (
    LabQuestionRepository,
    LabSetRepository,
    LabSetSize,
)
from chatbot.models import LabQuestion, LabSet
from knowledge.bilingual import Text
from knowledge.faqs.table import FaqTableInvalid, TableFault
from knowledge.measuring.probes import question_of
from knowledge.measuring.question_table import FULL, MOST_QUESTIONS, QuestionRow
from nlu.language import detect_language

_HEADINGS_READ = 2000


@dataclass(frozen=True, slots=True)
class QuestionView:
    """`named` holds what of the expected is still there."""

    row: LabQuestion
    named: Mapping[str, Target]


class LabSetService:
    """Of the test sets of one knowledge base."""

    def __init__(self, session: AsyncSession, tenant_id: str, knowledge_base_id: str) -> None:
        self._session = session
        self._knowledge_base_id = knowledge_base_id
        self._knowledge_bases = KnowledgeBaseRepository(session, tenant_id)
        self._sets = LabSetRepository(session, tenant_id)
        self._questions = LabQuestionRepository(session, tenant_id)
        self._content = LabContent(session, tenant_id, knowledge_base_id)

    async def page(self, *, limit: int, cursor: str | None) -> tuple[list[tuple[LabSet, LabSetSize]], str | None]:
        """Newest first. Raises KnowledgeBaseNotFound."""
        await self._knowledge_bases.get(self._knowledge_base_id)
        rows, following = await self._sets.page_of(self._knowledge_base_id, limit=limit, cursor=cursor)
        sizes = await self._sets.sizes([row.id for row in rows])
        return [(row, sizes.get(row.id, LabSetSize())) for row in rows], following

    async def get(self, test_set_id: str) -> tuple[LabSet, LabSetSize]:
        row = await self._sets.get_of(self._knowledge_base_id, test_set_id)
        return row, (await self._sets.sizes([row.id])).get(row.id, LabSetSize())

    async def create(self, name: str) -> LabSet:
        """Raises Conflict when the name is taken."""
        await self._knowledge_bases.get(self._knowledge_base_id)
        await self._refuse_taken(name)
        row = self._sets.add(LabSet(knowledge_base_id=self._knowledge_base_id, name=name))
        await self._session.flush()
        return row

    async def rename(self, test_set_id: str, name: str) -> tuple[LabSet, LabSetSize]:
        row, size = await self.get(test_set_id)
        if name != row.name:
            await self._refuse_taken(name)
            row.name = name
            await self._session.flush()
        return row, size

    async def delete(self, test_set_id: str) -> None:
        """With its questions and runs."""
        await self._sets.delete((await self.get(test_set_id))[0])

    async def questions(
        self, test_set_id: str, *, is_draft: bool | None, limit: int, cursor: str | None
    ) -> tuple[list[QuestionView], str | None]:
        await self.get(test_set_id)
        query = self._questions.of(test_set_id)
        if is_draft is not None:
            query = query.where(LabQuestion.is_draft.is_(is_draft))
        rows, following = await self._questions.page(query, limit=limit, cursor=cursor)
        return await self._views(rows), following

    async def add_question(
        self, test_set_id: str, question: str, expected: Sequence[str], language: str | None
    ) -> QuestionView:
        """Raises InvalidInput for an id that is none of this knowledge base's documents and FAQs."""
        _, size = await self.get(test_set_id)
        if size.questions >= MOST_QUESTIONS:
            raise Conflict(FULL.en)
        await self._refuse_unknown(expected)
        row = self._add(test_set_id, question, expected, language)
        await self._session.flush()
        return (await self._views([row]))[0]

    async def change_question(
        self,
        test_set_id: str,
        question_id: str,
        *,
        question: str | None,
        expected: Sequence[str] | None,
        language: str | None,
        is_draft: bool | None,
    ) -> QuestionView:
        """None leaves a value as it is."""
        await self.get(test_set_id)
        row = await self._questions.get_of(test_set_id, question_id)
        if expected is not None:
            await self._refuse_unknown([one for one in expected if one not in row.expected])
            row.expected = list(dict.fromkeys(expected))
        row.question = question if question is not None else row.question
        row.language = language or row.language
        row.is_draft = is_draft if is_draft is not None else row.is_draft
        await self._session.flush()
        return (await self._views([row]))[0]

    async def delete_question(self, test_set_id: str, question_id: str) -> None:
        await self.get(test_set_id)
        await self._questions.delete(await self._questions.get_of(test_set_id, question_id))

    async def approve(self, test_set_id: str) -> int:
        """All drafts count as reviewed."""
        await self.get(test_set_id)
        return await self._questions.approve(test_set_id)

    async def add_rows(self, test_set_id: str, rows: Sequence[QuestionRow]) -> tuple[int, int]:
        """How many were added, and how many stood there already. Raises FaqTableInvalid, and then adds nothing."""
        _, size = await self.get(test_set_id)
        held = {row.question for row in await self._questions.all(test_set_id)}
        new = [row for row in rows if row.question not in held]
        by_name = _by_name(await self._content.targets())
        faults: list[TableFault] = []
        found = [(row, _expected(row, by_name, faults)) for row in new]
        if size.questions + len(new) > MOST_QUESTIONS:
            faults.append(TableFault(new[-1].number, FULL))
        if faults:
            raise FaqTableInvalid(*faults)
        for row, expected in found:
            self._add(test_set_id, row.question, expected, row.language)
        await self._session.flush()
        return len(new), len(rows) - len(new)

    async def rows(self, test_set_id: str) -> list[QuestionRow]:
        """As a table: titles where they name one document alone, ids elsewhere."""
        await self.get(test_set_id)
        targets = await self._content.targets()
        by_name = _by_name(targets)
        labels = {one.id: one.title if len(by_name[one.title.lower()]) == 1 else one.id for one in targets}
        return [
            QuestionRow(row.question, tuple(labels.get(one, one) for one in row.expected), row.language)
            for row in await self._questions.all(test_set_id)
        ]

    async def draft(self, test_set_id: str, limit: int) -> int:
        """Adds at most so many questions, made from FAQs and headings, for people to review; how many it added."""
        _, size = await self.get(test_set_id)
        asked = {row.question for row in await self._questions.all(test_set_id)}
        room = min(limit, MOST_QUESTIONS - size.questions)
        drafts: list[LabQuestion] = []
        for question, expected, language in await self._drafts():
            if question not in asked and len(drafts) < room:
                asked.add(question)
                drafts.append(self._add(test_set_id, question, [expected], language, is_draft=True))
        await self._session.flush()
        return len(drafts)

    async def _drafts(self) -> list[tuple[str, str, str]]:
        """(question, expected id, language): every second from FAQs while there are any."""
        faqs = [
            (asked, row.id, row.language)
            for row in await self._content.faqs()
            for asked in (row.alternatives or [row.question])[:1]
        ]
        headings = [
            (question, source.document_id, source.language)
            for source in await self._content.headings(limit=_HEADINGS_READ)
            if " / " in source.heading and (question := question_of(source.heading, source.language)) is not None
        ]
        mixed: list[tuple[str, str, str]] = []
        for at in range(max(len(faqs), len(headings))):
            mixed += faqs[at : at + 1] + headings[at : at + 1]
        return mixed

    def _add(
        self, test_set_id: str, question: str, expected: Sequence[str], language: str | None, *, is_draft: bool = False
    ) -> LabQuestion:
        return self._questions.add(
            LabQuestion(
                test_set_id=test_set_id,
                question=question,
                expected=list(dict.fromkeys(expected)),
                language=language or detect_language(question),
                is_draft=is_draft,
            )
        )

    async def _views(self, rows: Sequence[LabQuestion]) -> list[QuestionView]:
        named = await self._content.named({one for row in rows for one in row.expected})
        return [QuestionView(row, named) for row in rows]

    async def _refuse_unknown(self, expected: Collection[str]) -> None:
        known = await self._content.named(set(expected))
        unknown = [one for one in expected if one not in known]
        if unknown:
            raise InvalidInput(f"The knowledge base has no document or FAQ {unknown[0]!r}.", field="body.expected")

    async def _refuse_taken(self, name: str) -> None:
        if await self._sets.with_name(self._knowledge_base_id, name) is not None:
            raise Conflict(f"There is a test set named {name!r} already.")


def _by_name(targets: Sequence[Target]) -> dict[str, list[str]]:
    """Ids by title and by id, in lower case."""
    found: dict[str, list[str]] = {}
    for target in targets:
        found.setdefault(target.title.strip().lower(), []).append(target.id)
        found.setdefault(target.id, []).append(target.id)
    return found


def _expected(row: QuestionRow, by_name: Mapping[str, list[str]], faults: list[TableFault]) -> list[str]:
    """The ids that a row's names stand for; what is wrong with them goes to `faults`."""
    expected: list[str] = []
    for name in row.expected:
        ids = by_name.get(name.strip().lower(), [])
        if len(ids) == 1:
            expected += ids
        elif ids:
            several = Text(
                f"Several documents are called {name!r}: give the id.", f"有多个文档名为“{name}”，请填写 id。"
            )
            faults.append(TableFault(row.number, several))
        else:
            none = Text(f"There is no document or FAQ {name!r}.", f"没有名为“{name}”的文档或常见问题。")
            faults.append(TableFault(row.number, none))
    return list(dict.fromkeys(expected))
