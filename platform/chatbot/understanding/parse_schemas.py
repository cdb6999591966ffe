"""Bodies of the routes that tell what a bot makes of a message, and why."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chatbot.edge.fields import Identifier, StrictBody, body_of
from chatbot.foundation.rounding import rounded
from chatbot.understanding.desk import Parsed
from chatbot.understanding.schemas import Message
from nlu.language import Language
from nlu.measuring.explanation import Explanation
from nlu.understanding import Entity


class ParseQuery(StrictBody):
    """`version_id` asks another version than the active one."""

    text: Message
    language: Language | None = None
    version_id: Identifier | None = None


class ParseBatch(StrictBody):
    texts: Annotated[list[Message], Field(min_length=1, max_length=64)]
    language: Language | None = None
    version_id: Identifier | None = None


class ScoreBody(BaseModel):
    name: str
    confidence: float


class ReadingBody(BaseModel):
    """What the words of an entity say besides: a moment names a day, an amount a number."""

    name: str
    value: str


class FoundEntity(BaseModel):
    """`start` and `end` are characters of the text as it was sent; `role` and `group` are "" where none is known."""

    name: str
    value: str
    text: str
    start: int
    end: int
    confidence: float
    source: str
    role: str
    group: str
    also: list[ReadingBody]

    @classmethod
    def of(cls, entity: Entity) -> FoundEntity:
        return body_of(cls, entity, also=[ReadingBody(name=name, value=value) for name, value in entity.also])


class PartBody(BaseModel):
    """One of several wishes in a message."""

    text: str
    start: int
    end: int
    intent: str
    confidence: float


class ParsedBody(BaseModel):
    """`intent` is null out of scope; `confidence` is that of the decision either way."""

    text: str
    language: str
    intent: str | None
    confidence: float
    ranking: list[ScoreBody]
    entities: list[FoundEntity]
    parts: list[PartBody]
    version: int | None

    @classmethod
    def of(cls, parsed: Parsed) -> ParsedBody:
        whole = parsed.hearing.understanding
        return body_of(
            cls,
            whole,
            confidence=rounded(whole.confidence),
            ranking=rounded(whole.ranking),
            entities=[FoundEntity.of(entity) for entity in whole.entities],
            parts=[
                body_of(
                    PartBody,
                    part,
                    intent=part.understanding.intent or "",
                    confidence=rounded(part.understanding.confidence),
                )
                for part in parsed.hearing.wishes
            ],
            version=parsed.version,
        )


class ParsedBatch(BaseModel):
    """In the order of the request."""

    items: list[ParsedBody]


class WordBody(BaseModel):
    """`effect`: how much of the confidence would be missing without the word; below 0 it speaks against."""

    model_config = ConfigDict(from_attributes=True)

    text: str
    start: int
    end: int
    effect: float


class NearestBody(BaseModel):
    """A training example and how near it is, up to 1."""

    model_config = ConfigDict(from_attributes=True)

    text: str
    intent: str
    similarity: float


class ExplanationBody(BaseModel):
    parsed: ParsedBody
    words: list[WordBody]
    nearest: list[NearestBody]

    @classmethod
    def of(cls, parsed: Parsed, why: Explanation) -> ExplanationBody:
        return body_of(cls, why, parsed=ParsedBody.of(parsed))
