"""Bodies of the routes that measure a bot's understanding."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from chatbot.edge.fields import Identifier, Label, Sentence, StrictBody, body_of
from chatbot.models import Evaluation
from chatbot.understanding.measures.evaluation import SUMMARY, AskedExample
from nlu.language import Language

Days = Annotated[int, Field(ge=1, le=90)]


class SentenceToAsk(StrictBody):
    """`intent` null: it must be out of scope."""

    text: Annotated[Sentence, Field(max_length=4000)]
    intent: Label | None
    language: Language | None = None

    def asked(self) -> AskedExample:
        return AskedExample(self.text, self.intent, self.language or "")


class EvaluationOrder(StrictBody):
    """`folds` trains on parts of the examples and asks the rest; the other kinds ask a version."""

    kind: Literal["folds", "regression", "test_set"] = "folds"
    folds: Annotated[int, Field(ge=2, le=10)] = 5
    version_id: Identifier | None = None
    examples: Annotated[list[SentenceToAsk], Field(max_length=2000)] = Field(default_factory=list)


class EvaluationSummary(BaseModel):
    """`status`: queued, done, failed. `summary` is there when it is done."""

    id: Identifier
    kind: str
    status: str
    version_id: Identifier | None
    job_id: Identifier | None
    created_at: datetime
    summary: dict[str, JsonValue] | None

    @classmethod
    def of(cls, row: Evaluation) -> Self:
        """`report` is of the whole evaluation's body."""
        is_done = row.status == "done"
        summary = {name: row.report[name] for name in SUMMARY} if is_done else None
        return body_of(cls, row, summary=summary, report=row.report if is_done else None)


class EvaluationBody(EvaluationSummary):
    """`report` holds every figure; in it, an intent that is null is out of scope."""

    report: dict[str, JsonValue] | None


class RegressionBody(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: Identifier
    text: str
    intent: str | None
    language: str


class NewRegression(StrictBody):
    examples: Annotated[list[SentenceToAsk], Field(min_length=1, max_length=500)]


class RegressionAdded(BaseModel):
    """Sentences that were there already got the intent they were sent with."""

    added: int


class DriftOrder(StrictBody):
    """The last `days`, beside as many before them and beside the training data."""

    days: Days = 7


class DriftBody(BaseModel):
    """`is_alert`: what users say has changed significantly, and by more than a little."""

    model_config = ConfigDict(from_attributes=True)

    id: Identifier
    created_at: datetime
    window_start: datetime
    window_end: datetime
    is_alert: bool
    report: dict[str, JsonValue]


class ClusterOrder(StrictBody):
    days: Days = 30


class ClusteredMessage(BaseModel):
    id: Identifier
    text: str


class ClusterBody(BaseModel):
    """`status`: open, assigned, knowledge_gap, dismissed. `suggestion` is the nearest intent, if any is near."""

    model_config = ConfigDict(from_attributes=True)

    id: Identifier
    title: str
    language: str
    size: int
    messages: list[ClusteredMessage]
    suggestion: str | None
    status: str
    assigned_intent: str | None
    created_at: datetime


class Decision(StrictBody):
    """`intent` for the actions "intent" and "new_intent"; `excluded` are ids of messages that don't belong."""

    action: Literal["intent", "new_intent", "knowledge_gap", "dismiss"] = Field(examples=["dismiss"])
    intent: Label | None = None
    excluded: Annotated[list[Identifier], Field(max_length=4000)] = Field(default_factory=list)


class DecisionBody(BaseModel):
    """`regression_added`: of five messages or more, every fifth asks the next version instead of teaching it."""

    model_config = ConfigDict(from_attributes=True)

    cluster: ClusterBody
    examples_added: int
    regression_added: int
