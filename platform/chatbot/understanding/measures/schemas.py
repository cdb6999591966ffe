"""Bodies of the routes that measure a bot's understanding."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, cast

from pydantic import BaseModel, Field, JsonValue

from chatbot.edge.fields import Identifier, Label, Sentence, StrictBody
from chatbot.models import DriftReport, MessageCluster, NluEvaluation, RegressionExample
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
    def of(cls, row: NluEvaluation) -> EvaluationSummary:
        return cls.model_validate(_about(row))


class EvaluationBody(EvaluationSummary):
    """`report` holds every figure; in it, an intent that is null is out of scope."""

    report: dict[str, JsonValue] | None

    @classmethod
    def of(cls, row: NluEvaluation) -> EvaluationBody:
        report = cast(dict[str, JsonValue], row.report) if row.status == "done" else None
        return cls.model_validate({**_about(row), "report": report})


class RegressionBody(BaseModel):
    id: Identifier
    text: str
    intent: str | None
    language: str

    @classmethod
    def of(cls, row: RegressionExample) -> RegressionBody:
        return cls(id=row.id, text=row.text, intent=row.intent, language=row.language)


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

    id: Identifier
    created_at: datetime
    window_start: datetime
    window_end: datetime
    is_alert: bool
    report: dict[str, JsonValue]

    @classmethod
    def of(cls, row: DriftReport) -> DriftBody:
        return cls(
            id=row.id,
            created_at=row.created_at,
            window_start=row.window_start,
            window_end=row.window_end,
            is_alert=row.is_alert,
            report=cast(dict[str, JsonValue], row.report),
        )


class ClusterOrder(StrictBody):
    days: Days = 30


class ClusteredMessage(BaseModel):
    id: Identifier
    text: str


class ClusterBody(BaseModel):
    """`status`: open, assigned, knowledge_gap, dismissed. `suggestion` is the nearest intent, if any is near."""

    id: Identifier
    title: str
    language: str
    size: int
    messages: list[ClusteredMessage]
    suggestion: str | None
    status: str
    assigned_intent: str | None
    created_at: datetime

    @classmethod
    def of(cls, row: MessageCluster) -> ClusterBody:
        return cls(
            id=row.id,
            title=row.title,
            language=row.language,
            size=row.size,
            messages=[ClusteredMessage(id=str(each["id"]), text=str(each["text"])) for each in row.messages],
            suggestion=row.suggestion,
            status=row.status,
            assigned_intent=row.assigned_intent,
            created_at=row.created_at,
        )


class Decision(StrictBody):
    """`intent` for the actions "intent" and "new_intent"; `excluded` are ids of messages that don't belong."""

    action: Literal["intent", "new_intent", "knowledge_gap", "dismiss"] = Field(examples=["dismiss"])
    intent: Label | None = None
    excluded: Annotated[list[Identifier], Field(max_length=4000)] = Field(default_factory=list)


class DecisionBody(BaseModel):
    """`regression_added`: of five messages or more, every fifth asks the next version instead of teaching it."""

    cluster: ClusterBody
    examples_added: int
    regression_added: int


def _about(row: NluEvaluation) -> dict[str, object]:
    summary = {name: row.report[name] for name in SUMMARY} if row.status == "done" else None
    return {
        "id": row.id,
        "kind": row.kind,
        "status": row.status,
        "version_id": row.model_id,
        "job_id": row.job_id,
        "created_at": row.created_at,
        "summary": summary,
    }
