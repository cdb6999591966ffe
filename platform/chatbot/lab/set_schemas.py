"""Bodies of test sets, their questions and runs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from chatbot.edge.fields import Identifier, Name, Sentence, StrictBody, body_of
from chatbot.lab.comparison import Comparison
from chatbot.lab.repository import LabSetSize
from chatbot.lab.sets import QuestionView
from chatbot.models import LabSet
from knowledge.measuring.question_table import LONGEST_QUESTION, MOST_EXPECTED
from nlu.language import Language

Question = Annotated[Sentence, Field(max_length=LONGEST_QUESTION)]
Expected = Annotated[
    list[Identifier],
    Field(max_length=MOST_EXPECTED, description="Documents or FAQs that answer; none: it must be refused."),
]


class NewLabSet(StrictBody):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Questions of new employees"}]})

    name: Name


class LabSetBody(BaseModel):
    """Drafts are questions that nobody has reviewed; runs leave them out."""

    id: Identifier
    knowledge_base_id: Identifier
    name: str
    question_count: int
    draft_count: int
    created_at: datetime

    @classmethod
    def of(cls, row: LabSet, size: LabSetSize) -> LabSetBody:
        return body_of(cls, row, question_count=size.questions, draft_count=size.drafts)


class NewQuestion(StrictBody):
    model_config = ConfigDict(json_schema_extra={"examples": [{"question": "How many days of leave?", "expected": []}]})

    question: Question
    expected: Expected = Field(default=[])
    language: Language | None = Field(default=None, description="Detected when missing.")


class QuestionPatch(StrictBody):
    """What is missing stays."""

    question: Question | None = None
    expected: Expected | None = None
    language: Language | None = None
    is_draft: bool | None = None


class ExpectedBody(BaseModel):
    """`kind` "gone" and no title: it was deleted since."""

    id: Identifier
    title: str | None
    kind: Literal["document", "faq", "gone"]


class QuestionBody(BaseModel):
    id: Identifier
    question: str
    language: str
    expected: list[ExpectedBody]
    is_draft: bool
    created_at: datetime

    @classmethod
    def of(cls, view: QuestionView) -> QuestionBody:
        expected = [
            view.named.get(each) or ExpectedBody(id=each, title=None, kind="gone") for each in view.row.expected
        ]
        return body_of(cls, view.row, expected=expected)


class Approved(BaseModel):
    approved: int


class QuestionsImported(BaseModel):
    """`unchanged` stood there already."""

    added: int
    unchanged: int


class DraftOrder(StrictBody):
    limit: int = Field(default=50, ge=1, le=200)


class Drafted(BaseModel):
    added: int


class RunBody(BaseModel):
    """`settings` are those of the moment it was carried out; `metrics` are empty until it is done."""

    model_config = ConfigDict(from_attributes=True)

    id: Identifier
    test_set_id: Identifier
    status: Literal["queued", "running", "done", "failed"]
    settings: dict[str, JsonValue]
    metrics: dict[str, JsonValue]
    created_at: datetime


class FoundBody(BaseModel):
    id: Identifier
    title: str
    score: float


class ResultBody(BaseModel):
    """`rank` is that of the first expected among ten; `right`: answered from it, or refused where it must be."""

    question_id: Identifier
    question: str
    language: str
    expected: list[Identifier]
    rank: int | None
    score: float
    answered: bool
    right: bool
    found: list[FoundBody]


class RunWithResults(RunBody):
    results: list[ResultBody]


class RunSummary(BaseModel):
    id: Identifier
    created_at: datetime
    settings: dict[str, JsonValue]
    metrics: dict[str, JsonValue]


class PairedCountsBody(BaseModel):
    """`p_value`: McNemar's exact test, two-sided."""

    a: int
    b: int
    only_a: int
    only_b: int
    p_value: float


class PairedMeansBody(BaseModel):
    """`difference` is b less a, from `low` to `high` with 95 %; `p_value` of a randomisation test."""

    a: float
    b: float
    difference: float
    low: float
    high: float
    p_value: float


class VerdictText(BaseModel):
    en: str
    zh: str


class ChangedBody(BaseModel):
    question_id: Identifier
    question: str
    rank_a: int | None
    rank_b: int | None
    right_a: bool
    right_b: bool


class ComparisonBody(BaseModel):
    """Over the questions that both runs asked alike."""

    a: RunSummary
    b: RunSummary
    questions: int
    hit_at_1: PairedCountsBody
    right: PairedCountsBody
    mrr: PairedMeansBody
    verdict: Literal["a_better", "b_better", "no_difference", "too_few"]
    text: VerdictText
    changed: list[ChangedBody]

    @classmethod
    def of(cls, found: Comparison) -> ComparisonBody:
        return body_of(cls, found, verdict=found.verdict.code, text=found.verdict)
