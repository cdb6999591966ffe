"""What one turn carries through the pipeline, and what the pipeline asks of the parts it orchestrates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import perf_counter
from typing import Protocol

from dialogue.actions import Action, CallOutcome, QuickReply
from dialogue.flow import Flow
from dialogue.state import DialogueState, JsonValue
from knowledge.faq import FaqMatch
from knowledge.followups import Topic
from knowledge.retrieval import Answer, Citation, Passage, PassageFilter
from nlu.understanding import Understanding


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a turn: what decided, with its figures."""

    name: str
    milliseconds: float
    detail: Mapping[str, JsonValue]


class Trace:
    """Collects hops while a turn runs."""

    def __init__(self) -> None:
        self.hops: list[Hop] = []

    @contextmanager
    def hop(self, name: str) -> Iterator[dict[str, JsonValue]]:
        """Times the block; the block fills the dictionary with what it decided."""
        detail: dict[str, JsonValue] = {}
        started = perf_counter()
        try:
            yield detail
        finally:
            self.hops.append(Hop(name, round((perf_counter() - started) * 1000, 3), detail))

    def to_json(self) -> list[dict[str, JsonValue]]:
        return [{"hop": hop.name, "milliseconds": hop.milliseconds, **hop.detail} for hop in self.hops]

    def timings(self) -> dict[str, float]:
        """Milliseconds by hop; hops of one name add up."""
        totals: dict[str, float] = {}
        for hop in self.hops:
            totals[hop.name] = round(totals.get(hop.name, 0.0) + hop.milliseconds, 3)
        return totals


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
class Consulted:
    """What knowledge bases have on a question, each best first. No passages where an FAQ is sure to answer.

    `searched` is the question as it was looked for: with what the talk is about, where it leans on that.
    """

    faqs: Sequence[FaqMatch]
    passages: Sequence[Passage]
    searched: str
    reranked: Reranked | None = None  # None where there is no reranker, or nothing for it


class KnowledgeSource(Protocol):
    """A tenant's knowledge bases."""

    async def consult(
        self,
        tenant_id: str,
        knowledge_base_ids: Sequence[str],
        question: str,
        *,
        language: str,
        only: PassageFilter = PassageFilter(),
        topic: Topic = Topic(),
    ) -> Consulted: ...


class Answerer(Protocol):
    """Turns passages into an answer or a refusal. Blocking: called in a thread."""

    def answer(self, question: str, passages: Sequence[Passage], *, language: str, threshold: float) -> Answer: ...


class ConnectorCalls(Protocol):
    """Calls a tenant's connection; whatever the other side does comes back as an outcome."""

    async def call(
        self, tenant_id: str, connection: str, operation: str, arguments: Mapping[str, str], *, language: str
    ) -> CallOutcome: ...


@dataclass(frozen=True, slots=True)
class ServedVersion:
    """A trained version at work; `number` is None where the bot has none and every message is out of scope."""

    number: int | None
    interpreter: Interpreter


@dataclass(frozen=True, slots=True)
class Split:
    """A `share` of the users hears another version. `salt` makes each experiment draw its users anew."""

    version: ServedVersion
    share: float
    salt: str

    def holds(self, user_id: str) -> bool:
        """Always the same for a user; who is in stays in when the share grows."""
        digest = hashlib.blake2b(f"{self.salt}:{user_id}".encode("utf-8", "replace"), digest_size=8).digest()
        return int.from_bytes(digest, "big") < self.share * 2**64


@dataclass(frozen=True, slots=True)
class BotRuntime:
    """A bot ready to talk, built once for each of its revisions."""

    tenant_id: str
    bot_id: str
    revision: int
    default_language: str
    timezone: str
    answer_threshold: float | None
    knowledge_base_ids: tuple[str, ...]
    interpreter: Interpreter
    engine: Engine
    version: int | None = None  # the number of the interpreter's
    split: Split | None = None
    shadow: ServedVersion | None = None  # hears every message too, and decides nothing
    only: PassageFilter = field(default_factory=PassageFilter)  # of its knowledge
    wishes: frozenset[str] = frozenset()  # intents that ask for something, as a greeting does not
    separable: frozenset[str] = frozenset()  # intents of its own, of which one message may hold several
    refusal: Flow | None = None  # says in the bot's own words that it can't help
    single_entities: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by intent: what it has one slot for

    def serving(self, user_id: str) -> BotRuntime:
        """The bot as this user meets it."""
        if self.split is None or not self.split.holds(user_id):
            return self
        return self.with_version(self.split.version)

    def with_version(self, version: ServedVersion) -> BotRuntime:
        """The same bot with another version to hear with."""
        return replace(self, interpreter=version.interpreter, version=version.number)


@dataclass(frozen=True, slots=True)
class WishServed:
    """One of several wishes in a message. `action` is "later" for one that waits until another is settled."""

    text: str
    intent: str
    confidence: float
    action: str


@dataclass(frozen=True, slots=True)
class TurnResult:
    """What a turn came to; `state` is what the next turn starts from."""

    reply: str
    state: DialogueState
    intent: str
    confidence: float
    language: str
    action: str
    trace: Trace
    citations: tuple[Citation, ...] = ()
    quick_replies: tuple[QuickReply, ...] = ()
    slots: Mapping[str, str] = field(default_factory=dict)
    understanding: Understanding | None = None
    handoff: bool = False
    error: str | None = None
    wishes: tuple[WishServed, ...] = ()  # two or more, or none
