"""What the dialogue decides to do next; the pipeline carries it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialogue.state import JsonValue


@dataclass(frozen=True, slots=True)
class QuickReply:
    """A button under a reply."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Say:
    """Reply with this text; the turn is over."""

    text: str
    quick_replies: tuple[QuickReply, ...] = ()


@dataclass(frozen=True, slots=True)
class AskSlot:
    """Ask the user for a slot's value; the turn is over and the flow waits."""

    slot: str
    text: str
    quick_replies: tuple[QuickReply, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerFromKnowledge:
    """Answer `question` from the bot's knowledge bases; `then` (a waiting flow's question) is said after it."""

    question: str
    then: str | None = None


@dataclass(frozen=True, slots=True)
class CallConnector:
    """Call an operation of a named connection, then hand the `CallOutcome` to `DialogueEngine.resume`."""

    connection: str
    operation: str
    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HandOver:
    """Pass the conversation to a human."""

    text: str
    reason: str


Action = Say | AskSlot | AnswerFromKnowledge | CallConnector | HandOver


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """What came of a `CallConnector`. `error` is None on success, else "not_found", "invalid", "unavailable"."""

    data: Mapping[str, JsonValue] = field(default_factory=dict)
    error: str | None = None


def buttons(titles: Mapping[str, tuple[str, ...]], language: str) -> tuple[QuickReply, ...]:
    """Quick replies that send their own title."""
    return tuple(QuickReply(title, title) for title in titles.get(language, ()))
