"""Bodies of the FAQ routes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from chatbot.edge.fields import Identifier, StrictBody, storable
from chatbot.faqs.faqs import FaqChange, FaqContent
from knowledge.faqs.table import LONGEST_ANSWER, LONGEST_QUESTION, LONGEST_TAG, MOST_ALTERNATIVES, MOST_TAGS


def _distinct(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


QuestionText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_QUESTION), AfterValidator(storable)
]
AnswerText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_ANSWER), AfterValidator(storable)
]
Tag = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TAG), AfterValidator(storable)
]
Alternatives = Annotated[
    tuple[QuestionText, ...],
    Field(max_length=MOST_ALTERNATIVES, description="Other ways of asking the same."),
    AfterValidator(_distinct),
]
Tags = Annotated[tuple[Tag, ...], Field(max_length=MOST_TAGS), AfterValidator(_distinct)]


class NewFaq(StrictBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "question": "How do I reset my password?",
                    "answer": "Open Settings, choose Password, then Reset.",
                    "alternatives": ["I forgot my password"],
                }
            ]
        }
    )

    question: QuestionText
    answer: AnswerText
    alternatives: Alternatives = Field(default_factory=tuple)
    tags: Tags = Field(default_factory=tuple)
    is_enabled: bool = True

    def content(self) -> FaqContent:
        others = tuple(one for one in self.alternatives if one != self.question)
        return FaqContent(self.question, self.answer, others, self.tags, self.is_enabled)


class FaqPatch(StrictBody):
    """What is missing stays; `alternatives` and `tags` replace what was there."""

    question: QuestionText | None = None
    answer: AnswerText | None = None
    alternatives: Alternatives | None = None
    tags: Tags | None = None
    is_enabled: bool | None = None

    def change(self) -> FaqChange:
        return FaqChange(**dict(self))


class FaqBody(BaseModel):
    """A question with its approved answer, which is given word for word to whoever asks it in any of these ways."""

    id: Identifier
    knowledge_base_id: Identifier
    question: str
    answer: str
    alternatives: list[str]
    language: str = Field(description="Of the question.", examples=["en"])
    tags: list[str]
    is_enabled: bool
    created_at: datetime
    updated_at: datetime


class FaqImportBody(BaseModel):
    """An FAQ whose question was there already is updated, unless the table says the same."""

    added: int
    updated: int
    unchanged: int
