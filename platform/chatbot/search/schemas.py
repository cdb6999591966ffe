"""Bodies of the routes that search."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from chatbot.documents.schemas import Attributes, Locator
from chatbot.edge.fields import Identifier, Name, Sentence, StrictBody
from knowledge.followups import Topic
from knowledge.question import Question
from knowledge.retrieval import Passage, PassageFilter
from nlu.language import Language, detect_language


class SearchFilter(StrictBody):
    """Which documents are searched; what is missing does not narrow."""

    document_ids: Annotated[list[Identifier], Field(max_length=100)] = Field(default_factory=list)
    tags: Annotated[list[Name], Field(max_length=50, description="Any of them.")] = Field(default_factory=list)
    attributes: Attributes = Field(default_factory=dict, description="All of them.")
    language: Language | None = None

    def read(self) -> PassageFilter:
        return PassageFilter(tuple(self.document_ids), tuple(self.tags), self.attributes, self.language or "")


class SaidBody(StrictBody):
    """A message before the question."""

    role: Literal["user", "bot"]
    text: Annotated[Sentence, Field(max_length=4000)]


class SearchQuery(StrictBody):
    model_config = ConfigDict(json_schema_extra={"examples": [{"question": "How many days of leave?", "limit": 5}]})

    question: Annotated[Sentence, Field(max_length=4000)]
    language: Language | None = Field(default=None, description="Detected when missing.")
    limit: int = Field(default=8, ge=1, le=50)
    filter: SearchFilter = Field(default_factory=SearchFilter)
    history: Annotated[
        list[SaidBody],
        Field(max_length=20, description="The talk so far, oldest first: what a follow-up question leans on."),
    ] = Field(default_factory=list)

    def read(self) -> Question:
        return Question(
            self.question,
            self.language or detect_language(self.question),
            limit=self.limit,
            only=self.filter.read(),
            topic=Topic.of([(said.role, said.text) for said in self.history]),
        )


class PassageBody(BaseModel):
    """`score` is the probability that the passage answers, from 0 to 1."""

    chunk_id: Identifier
    document_id: Identifier
    document_title: str
    text: str
    locator: Locator
    language: str
    score: float

    @classmethod
    def of(cls, passage: Passage) -> PassageBody:
        return cls.model_validate(passage, from_attributes=True)


class SearchResult(BaseModel):
    """Best first. `searched` is the question as it was looked for: with what it leans on in `history`."""

    items: list[PassageBody]
    searched: str
