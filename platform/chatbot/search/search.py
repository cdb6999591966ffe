"""Search over a tenant's knowledge bases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from chatbot.documents.repository import DocumentRepository
from chatbot.foundation.database import Database
from chatbot.foundation.errors import KnowledgeBaseNotFound
from chatbot.foundation.threads import Threads
from chatbot.search.indexes import KnowledgeIndexes
from chatbot.search.look import find_faqs, find_passages, look
from chatbot.search.reranking import Reranking
from chatbot.search.rows import KnowledgeBaseRevision, SearchedRows
from chatbot.turn.contracts import Consulted, Found, Hits, Look
from knowledge.answering.answerability import Answerability
from knowledge.faqs.index import FaqMatch, answer_from
from knowledge.question import Question
from knowledge.rerankers.ordering import handed_out
from knowledge.retrieval import Hit, Passage

Bases = Sequence[KnowledgeBaseRevision]


class KnowledgeSearch:
    """Process-wide. Every search sees all that was committed before it began, on whichever replica."""

    def __init__(
        self,
        database: Database,
        indexes: KnowledgeIndexes,
        questions: KnowledgeIndexes,
        *,
        answerability: Answerability,
        threads: Threads,
        reranking: Reranking | None = None,
    ) -> None:
        """`indexes` hold passages, `questions` the ways of asking of FAQs."""
        self._database = database
        self._indexes = indexes
        self._questions = questions
        self.answerability = answerability
        self._threads = threads
        self.reranking = reranking
        self._depth = 0 if reranking is None else reranking.candidates

    def at_hand(self, tenant_id: str, knowledge_base_ids: Sequence[str]) -> Look:
        """A look at what of them is in memory, as it is. `consult` takes what it finds where nothing has changed."""
        questions = self._questions.in_memory(tenant_id, knowledge_base_ids)
        return partial(look, questions, self._indexes.in_memory(tenant_id, knowledge_base_ids), self._depth)

    async def consult(
        self, tenant_id: str, knowledge_base_ids: Sequence[str], question: Question, at_hand: Found | None = None
    ) -> Consulted:
        """FAQs first: where one is sure to be what was asked, no passage is read. Passages have the scores of retrieval
        until they are `judged`.
        """
        bases = [base for base in await self._known(tenant_id, knowledge_base_ids) if base.revision]
        if at_hand is None or at_hand.question != question:
            at_hand = Found(question, None, None, 0.0, None)
        faqs, searched = await self._faqs(tenant_id, bases, question, at_hand.faqs)
        if answer_from(faqs) is not None:
            return Consulted(faqs, (), searched)
        if at_hand.failure is not None:
            raise at_hand.failure
        return replace(await self._passages(tenant_id, bases, question, at_hand.passages), faqs=faqs)

    def judged(self, question: Question, consulted: Consulted) -> Consulted:
        """With the probability that each passage answers for its score; no more than are asked for. Blocking."""
        asked = question.text if consulted.searched == question.text else question.topic.judged(question.text)
        passages = self.answerability.rank(asked, consulted.passages, language=question.language)
        return replace(consulted, passages=handed_out(passages)[: question.limit])

    async def search(self, tenant_id: str, knowledge_base_ids: Sequence[str], question: Question) -> Consulted:
        """The best passages of all these knowledge bases, judged. Ids that are not this tenant's find nothing."""
        return await self._read(tenant_id, await self._known(tenant_id, knowledge_base_ids), question)

    async def read_one(self, tenant_id: str, knowledge_base_id: str, question: Question) -> Consulted:
        """As `search`, in one knowledge base. Raises KnowledgeBaseNotFound."""
        known = await self._known(tenant_id, [knowledge_base_id])
        if not known:
            raise KnowledgeBaseNotFound("knowledge base", knowledge_base_id)
        return await self._read(tenant_id, known, question)

    async def forget(self, tenant_id: str, knowledge_base_id: str) -> None:
        """Give back what is kept of a knowledge base that was deleted."""
        await self._indexes.forget(tenant_id, knowledge_base_id)
        await self._questions.forget(tenant_id, knowledge_base_id)

    async def stop(self) -> None:
        await self._indexes.stop()
        await self._questions.stop()

    async def _read(self, tenant_id: str, known: Bases, question: Question) -> Consulted:
        bases = [base for base in known if base.revision]
        if not bases:
            return Consulted((), (), question.text)
        found = await self._passages(tenant_id, bases, question)
        return await self._threads.run(self.judged, question, found)

    async def _known(self, tenant_id: str, knowledge_base_ids: Sequence[str]) -> list[KnowledgeBaseRevision]:
        known = await self._rows(tenant_id).revisions(knowledge_base_ids)
        for gone in set(knowledge_base_ids) - {base.knowledge_base_id for base in known}:
            self._indexes.drop(tenant_id, gone)
            self._questions.drop(tenant_id, gone)
        return known

    async def _faqs(
        self, tenant_id: str, bases: Bases, question: Question, hits: Hits | None
    ) -> tuple[list[FaqMatch], str]:
        """A filter by document or attribute leaves FAQs out: they have neither."""
        if question.only.document_ids or question.only.attributes:
            return [], question.text
        if hits is None or not _are_current(hits, bases):
            indexes = {base.knowledge_base_id: await self._questions.at(tenant_id, base) for base in bases}
            hits = await self._threads.run(find_faqs, indexes, question)
        if not hits.best:
            return [], question.text
        asked = await self._rows(tenant_id).asked([hit.chunk_id for hit, _ in hits.best], question.only)
        matches = [
            FaqMatch(faq.faq_id, faq.question, faq.answer, hit.score)
            for hit, _ in hits.best
            if (faq := asked.get(hit.chunk_id)) is not None
        ]
        return matches, hits.searched

    async def _passages(self, tenant_id: str, bases: Bases, question: Question, hits: Hits | None = None) -> Consulted:
        if hits is None or not _are_current(hits, bases):
            document_ids: frozenset[str] | None = None
            if question.only:
                async with self._database.read(tenant_id) as session:
                    ids = [base.knowledge_base_id for base in bases]
                    document_ids = await DocumentRepository(session, tenant_id).matching(ids, question.only)
            if document_ids == frozenset():
                return Consulted((), (), question.text)
            indexes = {base.knowledge_base_id: await self._indexes.at(tenant_id, base) for base in bases}
            hits = await self._threads.run(find_passages, indexes, question, self._depth, document_ids)
        passages = await self._with_texts(tenant_id, bases, hits.best[: max(question.limit, self._depth)])
        if self.reranking is None or not passages:
            return Consulted((), passages, hits.searched)
        asked = question.text if hits.searched == question.text else question.topic.about(question.text)
        passages, reranked = await self.reranking.apply(asked, passages)
        return Consulted((), passages, hits.searched, reranked)

    async def _with_texts(self, tenant_id: str, bases: Bases, hits: Sequence[tuple[Hit, str]]) -> list[Passage]:
        if not hits:
            return []
        texts = await self._rows(tenant_id).texts([hit.chunk_id for hit, _ in hits])
        calibrations = {base.knowledge_base_id: base.calibration for base in bases}
        return [
            Passage(
                chunk_id=text.id,
                document_id=text.document_id,
                document_title=text.document_title,
                text=text.text,
                locator=text.locator,
                language=text.language,
                score=hit.score,
                url=text.url,
                calibration=calibrations[knowledge_base_id],
                rarity=hit.rarity,
            )
            for hit, knowledge_base_id in hits
            if (text := texts.get(hit.chunk_id)) is not None  # None: deleted since the search began
        ]

    def _rows(self, tenant_id: str) -> SearchedRows:
        return SearchedRows(self._database.statements(tenant_id), tenant_id)


def _are_current(hits: Hits, bases: Bases) -> bool:
    """Whether they are of these knowledge bases, and nothing has changed there since."""
    wanted = {base.knowledge_base_id: base.revision for base in bases}
    return hits.revisions.keys() == wanted.keys() and all(hits.revisions[one] >= wanted[one] for one in wanted)
