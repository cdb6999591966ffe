"""Bodies of the routes about a bot's understanding."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from chatbot.edge.fields import Identifier, StrictBody, Text, body_of, without_defaults
from chatbot.edge.job_body import JobBody
from chatbot.understanding.settings import SplitSettings
from chatbot.understanding.versions.gate import GateResult
from chatbot.understanding.versions.versions import UnderstandingState, VersionView

Message = Annotated[Text, Field(max_length=4000, examples=["今天北京天气怎么样？"])]


class VersionBody(BaseModel):
    """`share` of the users that a split sends to it; `metrics` are those of its training."""

    id: Identifier
    number: int
    data_hash: str
    settings: dict[str, JsonValue]
    metrics: dict[str, JsonValue]
    size: int
    created_by: str | None
    created_at: datetime
    is_active: bool
    is_shadow: bool
    share: float | None

    @classmethod
    def of(cls, version: VersionView) -> VersionBody:
        return body_of(cls, version.row, is_active=version.is_active, is_shadow=version.is_shadow, share=version.share)


class SplitBody(StrictBody):
    """`share` of the users, always the same ones, is served by the version."""

    version_id: Identifier
    share: Annotated[float, Field(gt=0, lt=1)] = 0.5

    def settings(self) -> SplitSettings:
        return SplitSettings(self.version_id, self.share)


class StatePatch(StrictBody):
    """What is missing stays; null ends a split or a shadow."""

    model_config = ConfigDict(json_schema_extra=without_defaults)

    small_talk: bool = True
    split: SplitBody | None = None
    shadow_version_id: Identifier | None = None


class StateBody(BaseModel):
    """`needs_training`: the examples are others than those of the active version."""

    active: VersionBody | None
    needs_training: bool
    example_count: int
    intent_count: int
    training: JobBody | None
    small_talk: bool
    small_talk_intents: list[str]
    split: SplitBody | None
    shadow_version_id: Identifier | None
    can_roll_back: bool

    @classmethod
    def of(cls, state: UnderstandingState, language: str) -> StateBody:
        split = state.settings.split
        return body_of(
            cls,
            state,
            active=VersionBody.of(state.active) if state.active else None,
            training=JobBody.of(state.training, language) if state.training else None,
            small_talk=state.settings.small_talk,
            split=SplitBody(version_id=split.version_id, share=split.share) if split else None,
            shadow_version_id=state.settings.shadow,
            can_roll_back=bool(state.settings.previous),
        )


class TrainingOrder(StrictBody):
    """`activate`: let the new version answer as soon as it is trained, if the quality gate lets it pass."""

    activate: bool = False


class Activation(StrictBody):
    """`force` overrules the quality gate."""

    force: bool = False


class ChangedAnswerBody(BaseModel):
    """null: out of scope."""

    text: str
    expected: str | None
    active: str | None
    candidate: str | None


class GateBody(BaseModel):
    """How a version does on the regression set beside the active one; figures are null where nothing was compared."""

    passes: bool
    reason: dict[str, str]
    examples: int
    candidate_accuracy: float | None
    active_accuracy: float | None
    gained: int
    lost: int
    p_value: float | None
    changed: list[ChangedAnswerBody]

    @classmethod
    def of(cls, result: GateResult) -> GateBody:
        return cls.model_validate(result.to_json())
