"""A bot ready to talk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chatbot.turn.contracts import Engine, Interpreter
from dialogue.flow import Flow
from knowledge.retrieval import PassageFilter


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
