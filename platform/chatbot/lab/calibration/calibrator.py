"""Questions put to a knowledge base, and the answer threshold fitted to what came of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from chatbot.documents.knowledge_bases.repository import KnowledgeBaseRepository
from chatbot.foundation.bilingual import Text
from chatbot.foundation.database import Database
from chatbot.foundation.jobs import JobFailed
from chatbot.lab.calibration.report import report
from chatbot.lab.content_repository import LabContent
from chatbot.lab.lab import RetrievalLab
from chatbot.lab.repository import LabQuestionRepository
from chatbot.models import LabQuestion, utc_now
from chatbot.search.rows import KnowledgeBaseRevision
from knowledge.answering.answerability import Evidence
from knowledge.calibration import (
    Calibration,
    Case,
    choose_threshold,
    corrected,
    fit_curve,
)
from knowledge.measuring.probes import (
    HEADING,
    OFF_TOPIC,
    Probe,
    Source,
    content_words,
    holds,
    off_topic_probes,
    probes_from,
)
from knowledge.retrieval import Hit, searchable_text
from nlu.language import detect_language

NOTHING_TO_ASK = Text("The knowledge base has no searchable documents yet.", "知识库中还没有可检索的文档。")
MOST_SAMPLED = 2000  # chunks that probes are made from
MOST_PROBES, FEWEST_PROBES = 60, 20  # of headings, and of sentences; fewer where people have reviewed questions
MOST_FAQS = 100
MOST_TEST_QUESTIONS = 500
OFF_TOPIC_ASKED = 40  # in each language that the knowledge base speaks
_SAYS_SOMETHING_ELSE = 0.2  # share of an answer's words below which a passage is no answer

Progress = Callable[[float], Awaitable[None]]


@dataclass(slots=True)
class _Collected:
    cases: list[Case] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    groups: int = 0

    def group(self) -> int:
        self.groups += 1
        return self.groups

    def add(self, kind: str, score: float, *, is_answerable: bool, is_right: bool, group: int) -> None:
        self.counts[kind] += 1
        self.cases.append(Case(score, is_answerable, is_right, group))


class Calibrator:
    def __init__(self, database: Database, lab: RetrievalLab) -> None:
        self._database = database
        self._lab = lab

    async def run(self, tenant_id: str, knowledge_base_id: str, rate: float, progress: Progress) -> dict[str, object]:
        """Asks, fits, keeps the outcome, and reports. Raises JobFailed and KnowledgeBaseNotFound."""
        wanted = await self._lab.revision(tenant_id, knowledge_base_id)
        collected = await self._collect(tenant_id, wanted, progress)
        cases = collected.cases
        curve = fit_curve(cases)
        threshold, reached = choose_threshold(corrected(cases, curve), rate)
        calibration = Calibration(
            threshold=threshold,
            wrong_answer_rate=rate,
            curve=curve,
            cases=len(cases),
            made_at=utc_now().isoformat(),
            revision=wanted.revision,
        )
        async with self._database.write(tenant_id) as session:
            row = await KnowledgeBaseRepository(session, tenant_id).lock(knowledge_base_id)
            row.settings = {**row.settings, "calibration": calibration.to_json()}
        return report(calibration, collected.cases, collected.counts, reached=reached)

    async def _collect(self, tenant_id: str, wanted: KnowledgeBaseRevision, progress: Progress) -> _Collected:
        async with self._database.read(tenant_id) as session:
            content = LabContent(session, tenant_id, wanted.knowledge_base_id)
            sources = await content.sample(limit=MOST_SAMPLED)
            faqs = [(row.question, row.answer, row.language) for row in (await content.faqs())[:MOST_FAQS]]
            questions = await LabQuestionRepository(session, tenant_id).reviewed_of_base(
                wanted.knowledge_base_id, limit=MOST_TEST_QUESTIONS
            )
            known = {target.id for target in await content.targets() if target.kind == "document"}
        if not sources:
            raise JobFailed(NOTHING_TO_ASK, "nothing_to_calibrate")
        answerable = sum(bool(known.intersection(question.expected)) for question in questions)
        probes = probes_from(sources, max(FEWEST_PROBES, MOST_PROBES - answerable))
        for language in sorted({source.language for source in sources}):
            probes += [probe for probe in off_topic_probes() if probe.language == language][:OFF_TOPIC_ASKED]
        collected = _Collected()
        total = len(probes) + len(faqs) + len(questions)
        for done, probe in enumerate(probes):
            await self._put(tenant_id, wanted, probe, collected)
            if done % 10 == 0:
                await progress(0.95 * done / total)
        for question, answer, language in faqs:
            await self._put_faq(tenant_id, wanted, question, answer, language, collected)
        for asked in questions:
            await self._put_question(tenant_id, wanted, asked, known, collected)
        await progress(0.95)
        return collected

    async def _hits(
        self, tenant_id: str, wanted: KnowledgeBaseRevision, question: str, language: str
    ) -> list[tuple[Hit, Source]]:
        hits = await self._lab.raw_hits(tenant_id, wanted, question, language)
        async with self._database.read(tenant_id) as session:
            content = LabContent(session, tenant_id, wanted.knowledge_base_id)
            found = await content.sources([hit.chunk_id for hit in hits])
        kept = [(hit, found[hit.chunk_id]) for hit in hits if hit.chunk_id in found]
        if self._lab.reranking is None:
            return kept
        texts = [searchable_text(source.heading, source.text) for _, source in kept]
        relevance, _ = await self._lab.reranking.relevance(question, texts)
        order = sorted(range(len(relevance)), key=lambda place: -relevance[place])
        return [*(kept[place] for place in order), *kept[len(order) :]]

    def _best(self, question: str, language: str, hits: Sequence[tuple[Hit, Source]]) -> tuple[float, Source] | None:
        """The passage that a reply would rest on, of these, and how sure it would be."""
        evidence = [
            Evidence(source.heading, source.text, source.language, hit.score, hit.rarity) for hit, source in hits
        ]
        judged = self._lab.answerability.judge(question, evidence, language=language)
        if self._lab.reranking is not None and judged:  # its first passage, with the best of the probabilities
            return max(judged), hits[0][1]
        return max(zip(judged, (source for _, source in hits), strict=True), key=lambda one: one[0], default=None)

    async def _put(self, tenant_id: str, wanted: KnowledgeBaseRevision, probe: Probe, collected: _Collected) -> None:
        """An own probe counts twice: as it is, and as if what answers it were not there."""
        hits = await self._hits(tenant_id, wanted, probe.question, probe.language)
        group = collected.group()
        best = self._best(probe.question, probe.language, hits)
        if probe.kind == OFF_TOPIC:
            # Where the words of the question stand there together, the knowledge base may treat the subject after all.
            if best is None or not holds(best[1], probe.words):
                collected.add(OFF_TOPIC, _score(best), is_answerable=False, is_right=False, group=group)
            return
        kind = "headings" if probe.kind == HEADING else "sentences"
        is_right = best is not None and probe.is_answered_by(best[1])
        collected.add(kind, _score(best), is_answerable=True, is_right=is_right, group=group)
        if is_right:  # else what would be left is what came first already
            others = [one for one in hits if not probe.may_be_answered_by(one[1])]
            left = _score(self._best(probe.question, probe.language, others))
            collected.add("taken_out", left, is_answerable=False, is_right=False, group=group)

    async def _put_faq(
        self,
        tenant_id: str,
        wanted: KnowledgeBaseRevision,
        question: str,
        answer: str,
        language: str,
        collected: _Collected,
    ) -> None:
        """Whether the documents say what the approved answer says; left out where that can't be told."""
        found = self._best(question, language, await self._hits(tenant_id, wanted, question, language))
        words = content_words(answer)
        if found is None or not words:
            return
        score, best = found
        is_right = holds(best, words)
        held = words.intersection(content_words(f"{best.heading}\n{best.text}"))
        if is_right or len(held) < _SAYS_SOMETHING_ELSE * len(words):
            collected.add("faqs", score, is_answerable=is_right, is_right=is_right, group=collected.group())

    async def _put_question(
        self,
        tenant_id: str,
        wanted: KnowledgeBaseRevision,
        asked: LabQuestion,
        known: set[str],
        collected: _Collected,
    ) -> None:
        """Questions that only an FAQ answers say nothing of the documents."""
        expected = known.intersection(asked.expected)
        if asked.expected and not expected:
            return
        language = asked.language or detect_language(asked.question)
        hits = await self._hits(tenant_id, wanted, asked.question, language)
        best = self._best(asked.question, language, hits)
        is_right = best is not None and best[1].document_id in expected
        collected.add(
            "test_questions",
            _score(best),
            is_answerable=bool(expected),
            is_right=is_right,
            group=collected.group(),
        )


def _score(best: tuple[float, Source] | None) -> float:
    return 0.0 if best is None else best[0]
