"""One question put to a knowledge base for people who want to know why: ranks, scores, steps, and the answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Protocol, cast

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.documents.repository import DocumentRepository
from chatbot.foundation.database import Database
from chatbot.foundation.errors import DocumentNotFound, KnowledgeBaseNotFound
from chatbot.foundation.threads import Threads
from chatbot.lab.content_repository import LabContent
from chatbot.search.indexes import KnowledgeIndexes
from chatbot.search.rows import KnowledgeBaseRevision, SearchedRows
from chatbot.search.search import EVERYTHING, NOTHING_SAID, KnowledgeSearch
from chatbot.turn.contracts import Answerer, Reranked
from knowledge.answering import DEFAULT_THRESHOLD, answer_threshold
from knowledge.calibration import Calibration
from knowledge.faqs.index import FaqMatch, answer_from
from knowledge.followups import POOLED, Topic, read_in_context
from knowledge.index.explanation import ExplainedHit, Explainer, Explanation, IndexSides
from knowledge.retrieval import Answer, Hit, Passage, PassageFilter

RANKED = 10  # documents that a test looks at
_CHUNKS_ASKED = 40  # so that ten documents are found where several chunks of one come first


class ExplainableIndex(Protocol):
    """As knowledge.index.KnowledgeIndex."""

    def sides(self) -> IndexSides: ...

    def search(
        self, question: str, *, language: str, limit: int, document_ids: Collection[str] | None = None
    ) -> list[Hit]: ...


@dataclass(frozen=True, slots=True)
class LabPassage:
    """`passage.score` is what a turn would see, `explained.hit.score` that of retrieval alone.

    `rank` is that of the index, from 1.
    """

    passage: Passage
    rank: int
    explained: ExplainedHit


@dataclass(frozen=True, slots=True)
class LabResult:
    """`calibration` is None where the shared curve and threshold hold. `titles`: of every chunk of both sides.

    `searched` is the question as it was looked for; the sides and the contributions are those of it as it stands.
    """

    searched: str
    reranked: Reranked | None
    revision: int
    calibration: Calibration | None
    threshold: float
    answer: Answer
    passages: tuple[LabPassage, ...]
    explanation: Explanation | None
    titles: dict[str, str]
    milliseconds: dict[str, float]
    faqs: tuple[FaqMatch, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A document or FAQ with the score of its best chunk."""

    id: str
    title: str
    score: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What a bot without a threshold of its own would do with a question. `sources`: what it would cite."""

    ranking: tuple[Found, ...]
    answered: bool
    sources: frozenset[str]
    score: float


class RetrievalLab:
    """Process-wide. Asks the indexes that turns ask, through the same search."""

    def __init__(
        self,
        database: Database,
        search: KnowledgeSearch,
        indexes: KnowledgeIndexes,
        explainer: Explainer,
        answerer: Answerer,
        *,
        threads: Threads,
    ) -> None:
        self._database = database
        self._search = search
        self.answerability = search.answerability
        self.reranking = search.reranking
        self._indexes = indexes
        self._explainer = explainer
        self._answerer = answerer
        self._threads = threads

    async def explain(
        self,
        tenant_id: str,
        knowledge_base_id: str,
        question: str,
        *,
        language: str,
        limit: int,
        only: PassageFilter = EVERYTHING,
        topic: Topic = NOTHING_SAID,
    ) -> LabResult:
        """How documents are ranked; FAQs, which are asked first, have a ranking of their own beside it.

        Raises DocumentNotFound for a filter by documents that are not there.
        """
        started = perf_counter()
        wanted = await self.revision(tenant_id, knowledge_base_id)
        threshold = DEFAULT_THRESHOLD if wanted.calibration is None else wanted.calibration.threshold
        document_ids: frozenset[str] | None = None
        if only:
            async with self._database.read(tenant_id) as session:
                await _refuse_unknown(session, tenant_id, knowledge_base_id, only)
                document_ids = await DocumentRepository(session, tenant_id).matching([knowledge_base_id], only)
        if wanted.revision == 0 or document_ids == frozenset():
            nothing = Answer(text=None, confidence=0.0)
            return LabResult(question, None, wanted.revision, wanted.calibration, threshold, nothing, (), None, {}, {})
        at = perf_counter()
        asked = await self._search.consult(
            tenant_id, [knowledge_base_id], question, language=language, limit=limit, only=only, topic=topic
        )
        consulted = _since(at)
        read = asked
        if answer_from(asked.faqs) is not None:
            read = await self._search.read_one(
                tenant_id, knowledge_base_id, question, language=language, limit=limit, only=only, topic=topic
            )
        index = cast(ExplainableIndex, await self._indexes.at(tenant_id, wanted))

        def search(text: str, limit: int) -> list[Hit]:
            return index.search(text, language=language, limit=limit, document_ids=document_ids)

        explanation = await self._threads.run(
            partial(
                self._explainer.explain,
                index.sides(),
                lambda: read_in_context(search, question, topic, limit=max(limit, POOLED))[0],
                question,
                language=language,
                document_ids=document_ids,
            )
        )
        milliseconds = {"consult": consulted, **explanation.milliseconds}
        at = perf_counter()
        ids = {chunk_id for chunk_id, _ in (*explanation.dense, *explanation.lexical)}
        texts = await self._rows(tenant_id).texts(sorted(ids))
        milliseconds["texts"] = _since(at)
        explained = {one.hit.chunk_id: (rank, one) for rank, one in enumerate(explanation.hits, 1)}
        passages = tuple(
            LabPassage(passage, *explained[passage.chunk_id])
            for passage in read.passages
            if passage.chunk_id in explained  # not there: changed between the two searches
        )
        at = perf_counter()
        answer = answer_from(asked.faqs) or await self._answer(question, [one.passage for one in passages], language)
        milliseconds["answer"] = _since(at)
        milliseconds["total"] = _since(started)
        titles = {identifier: text.document_title for identifier, text in texts.items()}
        return LabResult(
            read.searched,
            read.reranked,
            wanted.revision,
            wanted.calibration,
            threshold,
            answer,
            passages,
            explanation,
            titles,
            milliseconds,
            tuple(asked.faqs),
        )

    async def ask(self, tenant_id: str, knowledge_base_id: str, question: str, *, language: str) -> Asked:
        """FAQs first, as in a turn; the ranking holds what each found, by document."""
        found = await self._search.consult(
            tenant_id, [knowledge_base_id], question, language=language, limit=_CHUNKS_ASKED
        )
        passages = list(found.passages)
        approved = answer_from(found.faqs)
        if approved is not None:
            passages = await self._search.search(
                tenant_id, [knowledge_base_id], question, language=language, limit=_CHUNKS_ASKED
            )
        answer = approved or await self._answer(question, passages, language)
        return Asked(
            ranking=tuple(_ranking(found.faqs, passages, approved is not None)[:RANKED]),
            answered=answer.text is not None,
            sources=frozenset(citation.document_id for citation in answer.citations),
            score=answer.confidence,
        )

    async def raw_hits(self, tenant_id: str, wanted: KnowledgeBaseRevision, question: str, language: str) -> list[Hit]:
        """What the documents' index finds, with the scores of retrieval alone."""
        index = await self._indexes.at(tenant_id, wanted)
        return await self._threads.run(index.search, question, language=language, limit=_CHUNKS_ASKED)

    async def revision(self, tenant_id: str, knowledge_base_id: str) -> KnowledgeBaseRevision:
        """Raises KnowledgeBaseNotFound."""
        found = await self._rows(tenant_id).revisions([knowledge_base_id])
        if not found:
            raise KnowledgeBaseNotFound("knowledge base", knowledge_base_id)
        return found[0]

    def _rows(self, tenant_id: str) -> SearchedRows:
        return SearchedRows(self._database.statements(tenant_id), tenant_id)

    async def _answer(self, question: str, passages: Sequence[Passage], language: str) -> Answer:
        threshold = answer_threshold(None, passages)
        return await self._threads.run(
            self._answerer.answer, question, passages, language=language, threshold=threshold
        )


async def _refuse_unknown(session: AsyncSession, tenant_id: str, knowledge_base_id: str, only: PassageFilter) -> None:
    known = await LabContent(session, tenant_id, knowledge_base_id).named(only.document_ids)
    for document_id in only.document_ids:
        if document_id not in known or known[document_id].kind != "document":
            raise DocumentNotFound("document", document_id)


def _ranking(faqs: Sequence[FaqMatch], passages: Sequence[Passage], faq_answers: bool) -> list[Found]:
    """An FAQ that answers stands first; others, like documents, by their score."""
    found = [Found(faq.faq_id, faq.question, faq.score) for faq in faqs]
    best: dict[str, Found] = {}
    for passage in passages:
        best.setdefault(passage.document_id, Found(passage.document_id, passage.document_title, passage.score))
    first = found[:1] if faq_answers else []
    return first + sorted([*found[len(first) :], *best.values()], key=lambda one: -one.score)


def _since(started: float) -> float:
    return round((perf_counter() - started) * 1000, 3)
