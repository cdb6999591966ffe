"""Search over a tenant's knowledge bases."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial

from chatbot.documents.repository import DocumentRepository
from chatbot.foundation.database import Database
from chatbot.foundation.errors import KnowledgeBaseNotFound, ServiceUnavailable
from chatbot.foundation.threads import Threads
from chatbot.search.indexes import NO_VECTORS, KnowledgeIndexes
from chatbot.search.reranking import Reranking
from chatbot.search.rows import KnowledgeBaseRevision, SearchedRows
from chatbot.search.searchable_index import SearchableIndex
from chatbot.turn.contracts import Consulted
from knowledge.answering.answerability import Answerability
from knowledge.errors import VectorStoreUnavailable
from knowledge.faqs.index import MOST_SUGGESTED, FaqMatch, answer_from
from knowledge.followups import POOLED, Topic, leans_back, needs_context, pooled
from knowledge.rerankers.ordering import handed_out
from knowledge.retrieval import Hit, Passage, PassageFilter

EVERYTHING = PassageFilter()
NOTHING_SAID = Topic()


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

    async def consult(
        self,
        tenant_id: str,
        knowledge_base_ids: Sequence[str],
        question: str,
        *,
        language: str,
        limit: int = 8,
        only: PassageFilter = EVERYTHING,
        topic: Topic = NOTHING_SAID,
    ) -> Consulted:
        """FAQs first: where one is sure to be what was asked, no passage is looked for."""
        if not knowledge_base_ids or not question.strip():
            return Consulted((), (), question)
        wanted = await self._revisions(tenant_id, knowledge_base_ids)
        faqs, searched = await self._faqs(tenant_id, wanted, question, language, only, topic)
        if answer_from(faqs) is not None:
            return Consulted(faqs, (), searched)
        found = await self._passages(tenant_id, wanted, question, language, limit, only, topic)
        return replace(found, faqs=faqs)

    async def search(
        self,
        tenant_id: str,
        knowledge_base_ids: Sequence[str],
        question: str,
        *,
        language: str,
        limit: int = 8,
        only: PassageFilter = EVERYTHING,
    ) -> list[Passage]:
        """The best passages of all these knowledge bases, best first. Ids that are not this tenant's find nothing."""
        if not knowledge_base_ids or not question.strip():
            return []
        wanted = await self._revisions(tenant_id, knowledge_base_ids)
        found = await self._passages(tenant_id, wanted, question, language, limit, only, NOTHING_SAID)
        return list(found.passages)

    async def read_one(
        self,
        tenant_id: str,
        knowledge_base_id: str,
        question: str,
        *,
        language: str,
        limit: int,
        only: PassageFilter,
        topic: Topic,
    ) -> Consulted:
        """The best passages of one knowledge base; `topic` is the talk before. Raises KnowledgeBaseNotFound."""
        wanted = await self._known(tenant_id, [knowledge_base_id])
        if not wanted:
            raise KnowledgeBaseNotFound("knowledge base", knowledge_base_id)
        if not question.strip() or not wanted[0].revision:
            return Consulted((), (), question)
        return await self._passages(tenant_id, wanted, question, language, limit, only, topic)

    async def forget(self, tenant_id: str, knowledge_base_id: str) -> None:
        """Give back what is kept of a knowledge base that was deleted."""
        await self._indexes.forget(tenant_id, knowledge_base_id)
        await self._questions.forget(tenant_id, knowledge_base_id)

    async def stop(self) -> None:
        await self._indexes.stop()
        await self._questions.stop()

    async def _revisions(self, tenant_id: str, knowledge_base_ids: Sequence[str]) -> list[KnowledgeBaseRevision]:
        """Of those that ever held anything."""
        return [one for one in await self._known(tenant_id, knowledge_base_ids) if one.revision > 0]

    async def _known(self, tenant_id: str, knowledge_base_ids: Sequence[str]) -> list[KnowledgeBaseRevision]:
        wanted = await self._rows(tenant_id).revisions(knowledge_base_ids)
        for gone in set(knowledge_base_ids) - {one.knowledge_base_id for one in wanted}:
            self._indexes.drop(tenant_id, gone)
            self._questions.drop(tenant_id, gone)
        return wanted

    async def _faqs(
        self,
        tenant_id: str,
        wanted: Sequence[KnowledgeBaseRevision],
        question: str,
        language: str,
        only: PassageFilter,
        topic: Topic,
    ) -> tuple[list[FaqMatch], str]:
        """A filter by document or attribute leaves FAQs out: they have neither."""
        if only.document_ids or only.attributes:
            return [], question
        indexes = [index for one in wanted if len(index := await self._questions.at(tenant_id, one))]
        about = topic.about(question) if topic and leans_back(question) else ""
        found, searched = await self._read(indexes, question, about, language, MOST_SUGGESTED, None)
        hits = sorted((hit for hits in found for hit in hits), key=lambda hit: -hit.score)
        if not hits:
            return [], question
        asked = await self._rows(tenant_id).asked([hit.chunk_id for hit in hits], only)
        matches = [
            FaqMatch(faq.faq_id, faq.question, faq.answer, hit.score)
            for hit in hits
            if (faq := asked.get(hit.chunk_id)) is not None
        ]
        return matches, searched

    async def _passages(
        self,
        tenant_id: str,
        wanted: Sequence[KnowledgeBaseRevision],
        question: str,
        language: str,
        limit: int,
        only: PassageFilter,
        topic: Topic,
    ) -> Consulted:
        document_ids: frozenset[str] | None = None
        if only:
            async with self._database.read(tenant_id) as session:
                ids = [one.knowledge_base_id for one in wanted]
                document_ids = await DocumentRepository(session, tenant_id).matching(ids, only)
            if not document_ids:
                return Consulted((), (), question)
        depth = limit if self.reranking is None else max(limit, self.reranking.candidates)
        indexes = [await self._indexes.at(tenant_id, one) for one in wanted]
        around = topic.around(question) if topic else ""
        found, searched = await self._read(indexes, question, around, language, depth, document_ids)
        calibrations = [one.calibration for one in wanted]
        hits = sorted(
            ((hit, calibration) for hits, calibration in zip(found, calibrations, strict=True) for hit in hits),
            key=lambda one: -one[0].score,
        )[:depth]
        if not hits:
            return Consulted((), (), searched)
        texts = await self._rows(tenant_id).texts([hit.chunk_id for hit, _ in hits])
        passages = [
            Passage(
                chunk_id=text.id,
                document_id=text.document_id,
                document_title=text.document_title,
                text=text.text,
                locator=text.locator,
                language=text.language,
                score=hit.score,
                url=text.url,
                calibration=calibration,
                rarity=hit.rarity,
            )
            for hit, calibration in hits
            if (text := texts.get(hit.chunk_id)) is not None  # None: deleted since the search began
        ]
        placed = searched != question
        reranked = None
        if self.reranking is not None and passages:
            passages, reranked = await self.reranking.apply(topic.about(question) if placed else question, passages)
        asked = topic.judged(question) if placed else question
        passages = await self._threads.run(partial(self.answerability.rank, asked, passages, language=language))
        return Consulted((), handed_out(passages)[:limit], searched, reranked)

    async def _read(
        self,
        indexes: Sequence[SearchableIndex],
        question: str,
        in_context: str,
        language: str,
        limit: int,
        document_ids: Collection[str] | None,
    ) -> tuple[list[list[Hit]], str]:
        """Each index's hits, and what they were found by: the question, or both it and the text that places it."""
        depth = max(limit, POOLED) if in_context else limit
        alone = await asyncio.gather(
            *(self._in_thread(index, question, language, depth, document_ids) for index in indexes)
        )
        if not in_context or not needs_context(question, max((hit.score for hits in alone for hit in hits), default=0)):
            return [hits[:limit] for hits in alone], question
        placed = await asyncio.gather(
            *(self._in_thread(index, in_context, language, depth, document_ids) for index in indexes)
        )
        return [pooled(question, *both, limit=limit) for both in zip(alone, placed, strict=True)], in_context

    def _rows(self, tenant_id: str) -> SearchedRows:
        return SearchedRows(self._database.statements(tenant_id), tenant_id)

    async def _in_thread(
        self,
        index: SearchableIndex,
        question: str,
        language: str,
        limit: int,
        document_ids: Collection[str] | None,
    ) -> list[Hit]:
        def search() -> list[Hit]:
            return index.search(question, language=language, limit=limit, document_ids=document_ids)

        try:
            return await self._threads.run(search)
        except VectorStoreUnavailable as error:
            raise ServiceUnavailable(NO_VECTORS, headers={"Retry-After": "2"}) from error
