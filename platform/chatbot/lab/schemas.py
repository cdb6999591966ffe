"""Bodies of the retrieval lab and of calibration."""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from chatbot.documents.schemas import Locator
from chatbot.edge.fields import Identifier, StrictBody
from chatbot.edge.job_body import JobBody
from chatbot.lab.lab import LabPassage, LabResult
from chatbot.search.schemas import SearchQuery
from knowledge.answering import DEFAULT_THRESHOLD
from knowledge.calibration import Calibration
from knowledge.question import Question
from knowledge.retrieval import Answer


class LabQuery(SearchQuery):
    limit: int = Field(default=10, ge=1, le=50)


class RanksBody(BaseModel):
    """From 1; `dense` and `lexical` are null where that side alone did not find it among its first forty."""

    fused: int
    dense: int | None
    lexical: int | None


class ContributionsBody(BaseModel):
    """What the cosine, the words of the text, those of the title, and their being there add to the sum; and their
    standing in one sentence, and side by side."""

    dense: float
    body: float
    title: float
    presence: float
    sentence: float
    pairs: float


class LabPassageBody(BaseModel):
    """`score` is the probability after calibration, `raw_score` before; `passes` the threshold.

    `relevance` is what a reranker gave it, null where none has read it: those that one has read stand in its order.
    """

    chunk_id: Identifier
    document_id: Identifier
    document_title: str
    text: str
    locator: Locator
    language: str
    score: float
    raw_score: float
    relevance: float | None
    passes: bool
    ranks: RanksBody
    cosine: float
    lexical: float
    contributions: ContributionsBody

    @classmethod
    def of(cls, one: LabPassage, threshold: float) -> LabPassageBody:
        hit = one.explained.hit
        return cls(
            chunk_id=one.passage.chunk_id,
            document_id=one.passage.document_id,
            document_title=one.passage.document_title,
            text=one.passage.text,
            locator=one.passage.locator,  # type: ignore[arg-type]  # checked by Pydantic
            language=one.passage.language,
            score=round(one.passage.score, 6),
            raw_score=round(hit.score, 6),
            relevance=one.passage.relevance,
            passes=one.passage.score >= threshold,
            ranks=RanksBody(fused=one.rank, dense=one.explained.dense_rank, lexical=one.explained.lexical_rank),
            cosine=round(hit.dense, 6),
            lexical=round(hit.lexical, 6),
            contributions=ContributionsBody(**asdict(one.explained.contributions)),
        )


class SideHitBody(BaseModel):
    rank: int
    chunk_id: Identifier
    document_title: str
    score: float


class LabCitationBody(BaseModel):
    number: int
    document_id: Identifier
    title: str
    locator: Locator
    url: str | None
    snippet: str
    score: float


class LabAnswerBody(BaseModel):
    """`text` is null for a refusal."""

    text: str | None
    answered: bool
    confidence: float
    citations: list[LabCitationBody]

    @classmethod
    def of(cls, answer: Answer) -> LabAnswerBody:
        return cls(
            text=answer.text,
            answered=answer.text is not None,
            confidence=answer.confidence,
            citations=[LabCitationBody.model_validate(one, from_attributes=True) for one in answer.citations],
        )


class LabFaqBody(BaseModel):
    """`score`: the probability that it asks the same; `answers`: its approved answer is the answer."""

    id: Identifier
    question: str
    score: float
    answers: bool


class RerankedBody(BaseModel):
    """With an `error` the items stand in the order of the search: it "failed", or is "resting" after it failed."""

    reranker: str
    candidates: int
    milliseconds: float
    error: Literal["failed", "resting"] | None


class LabBody(BaseModel):
    """`items` in the order of a search; `dense` and `lexical` are each side alone, best first.

    `searched` is the question with what it leans on in `history`; each side alone is asked the question as it stands.

    Where one of `faqs` answers, `answer` is its approved one. `milliseconds.consult` is all that a turn asks at once;
    the steps after it are asked again, one by one.
    """

    question: str
    searched: str
    reranker: RerankedBody | None
    language: str
    revision: int
    threshold: float
    threshold_source: Literal["knowledge_base", "default"]
    answer: LabAnswerBody
    faqs: list[LabFaqBody]
    items: list[LabPassageBody]
    dense: list[SideHitBody]
    lexical: list[SideHitBody]
    milliseconds: dict[str, float]

    @classmethod
    def of(cls, question: Question, result: LabResult) -> LabBody:
        sides = result.explanation
        approved = {one.document_id for one in result.answer.citations if one.locator.get("faq")}
        return cls(
            question=question.text,
            searched=result.searched,
            reranker=None if result.reranked is None else RerankedBody(**asdict(result.reranked)),
            language=question.language,
            revision=result.revision,
            threshold=result.threshold,
            threshold_source="default" if result.calibration is None else "knowledge_base",
            answer=LabAnswerBody.of(result.answer),
            faqs=[
                LabFaqBody(id=faq.faq_id, question=faq.question, score=faq.score, answers=faq.faq_id in approved)
                for faq in result.faqs
            ],
            items=[LabPassageBody.of(one, result.threshold) for one in result.passages],
            dense=_side(() if sides is None else sides.dense, result),
            lexical=_side(() if sides is None else sides.lexical, result),
            milliseconds=result.milliseconds,
        )


class CalibrationOrder(StrictBody):
    """`wrong_answer_rate`: how many of the answers given may be wrong."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"wrong_answer_rate": 0.05}]})

    wrong_answer_rate: float = Field(ge=0.01, le=0.5)


class CurveBody(BaseModel):
    slope: float
    bias: float


class CalibrationBody(BaseModel):
    """`curve` is null where the shared one is used as it is."""

    threshold: float
    wrong_answer_rate: float
    curve: CurveBody | None
    cases: int
    made_at: str
    revision: int

    @classmethod
    def of(cls, calibration: Calibration) -> CalibrationBody:
        return cls.model_validate(calibration.to_json())


class CalibrationState(BaseModel):
    """What is in use, and the last job with its report; each null where there is none."""

    current: CalibrationBody | None
    default_threshold: float = DEFAULT_THRESHOLD
    job: JobBody | None


def _side(found: tuple[tuple[str, float], ...], result: LabResult) -> list[SideHitBody]:
    return [
        SideHitBody(rank=rank, chunk_id=chunk_id, document_title=result.titles[chunk_id], score=round(score, 6))
        for rank, (chunk_id, score) in enumerate(found, 1)
        if chunk_id in result.titles
    ]
