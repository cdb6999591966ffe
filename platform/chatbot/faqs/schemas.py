"""Bodies of the FAQ routes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from chatbot.edge.fields import Identifier, StrictBody, storable
from chatbot.faqs.faqs import FaqChange, FaqContent
from chatbot.models import Faq
from knowledge.faqs.table import LONGEST_ANSWER, LONGEST_QUESTION, LONGEST_TAG, MOST_ALTERNATIVES, MOST_TAGS


def _distinct(texts: list[str]) -> list[str]:
    return list(dict.fromkeys(texts))


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
    list[QuestionText],
    Field(max_length=MOST_ALTERNATIVES, description="Other ways of asking the same."),
    AfterValidator(_distinct),
]
Tags = Annotated[list[Tag], Field(max_length=MOST_TAGS), AfterValidator(_distinct)]


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
    alternatives: Alternatives = Field(default_factory=list)
    tags: Tags = Field(default_factory=list)
    is_enabled: bool = True

    def content(self) -> FaqContent:
        return FaqContent(
            question=self.question,
            answer=self.answer,
            alternatives=tuple(one for one in self.alternatives if one != self.question),
            tags=tuple(self.tags),
            is_enabled=self.is_enabled,
        )


class FaqPatch(StrictBody):
    """What is missing stays; `alternatives` and `tags` replace what was there."""

    question: QuestionText | None = None
    answer: AnswerText | None = None
    alternatives: Alternatives | None = None
    tags: Tags | None = None
    is_enabled: bool | None = None

    def change(self) -> FaqChange:
        return FaqChange(
            question=self.question,
            answer=self.answer,
            alternatives=None if self.alternatives is None else tuple(self.alternatives),
            tags=None if self.tags is None else tuple(self.tags),
            is_enabled=self.is_enabled,
        )


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

    @classmethod
    def of(cls, row: Faq) -> FaqBody:
        return cls.model_validate(row, from_attributes=True)


class FaqImportBody(BaseModel):
    """An FAQ whose question was there already is updated, unless the table says the same."""

    added: int
    updated: int
    unchanged: int
