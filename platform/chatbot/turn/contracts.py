"""What one turn carries through the pipeline, and what the pipeline asks of the parts it orchestrates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dialogue.actions import Action, CallOutcome
from dialogue.state import DialogueState
from knowledge.faqs.index import FaqMatch
from knowledge.question import Question
from knowledge.retrieval import Answer, Hit, Passage
from nlu.understanding import Understanding


class Interpreter(Protocol):
    """`nlu.interpreter.Interpreter` by shape. Blocking: called in a thread."""

    def parse(self, text: str, *, now: datetime, language: str | None = None) -> Understanding: ...


class Engine(Protocol):
    """`dialogue.engine.DialogueEngine` by shape. Pure."""

    def start(self, state: DialogueState, understanding: Understanding) -> tuple[DialogueState, Action]: ...

    def resume(self, state: DialogueState, outcome: CallOutcome) -> tuple[DialogueState, Action]: ...


@dataclass(frozen=True, slots=True)
class Reranked:
    """What a reranker did: which, to how many passages, in how long; `error` is None, "failed" or "resting".

    With an error the passages stand as the search ordered them.
    """

    reranker: str
    candidates: int
    milliseconds: float
    error: str | None


@dataclass(frozen=True, slots=True)
class Hits:
    """What the indexes of knowledge bases have for a question: each hit with its knowledge base, best first.

    `searched` is the question as it was looked for: with what the talk is about, where it leans on that. `revisions`:
    how far each index had come.
    """

    best: Sequence[tuple[Hit, str]]
    searched: str
    revisions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Found:
    """What is at hand for a question: None for a kind that was not looked for, or whose search ended in `failure`."""

    question: Question
    faqs: Hits | None
    passages: Hits | None
    milliseconds: float
    failure: Exception | None


Look = Callable[[Question], Found]  # blocking: called in a thread


@dataclass(frozen=True, slots=True)
class Consulted:
    """What knowledge bases have on a question, each best first. No passages where an FAQ is sure to answer.

    `searched` as in `Hits`.
    """

    faqs: Sequence[FaqMatch]
    passages: Sequence[Passage]
    searched: str
    reranked: Reranked | None = None  # None where there is no reranker, or nothing for it


class KnowledgeSource(Protocol):
    """A tenant's knowledge bases."""

    def at_hand(self, tenant_id: str, knowledge_base_ids: Sequence[str]) -> Look:
        """A look at what of them is in memory, as it is."""
        ...

    async def consult(
        self, tenant_id: str, knowledge_base_ids: Sequence[str], question: Question, found: Found | None = None
    ) -> Consulted:
        """Passages with the scores of retrieval. `found` at hand is taken where nothing has changed since."""
        ...

    def judged(self, question: Question, consulted: Consulted) -> Consulted:
        """With the probability that each passage answers for its score. Blocking: called in a thread."""
        ...


class Answerer(Protocol):
    """Turns passages into an answer or a refusal. Blocking: called in a thread."""

    def answer(self, question: str, passages: Sequence[Passage], *, language: str, threshold: float) -> Answer: ...


class ConnectorCalls(Protocol):
    """Calls a tenant's connection; whatever the other side does comes back as an outcome."""

    async def call(
        self, tenant_id: str, connection: str, operation: str, arguments: Mapping[str, str], *, language: str
    ) -> CallOutcome: ...
