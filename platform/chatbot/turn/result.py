"""What a turn came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chatbot.turn.hops import Trace
from dialogue.actions import QuickReply
from dialogue.state import DialogueState
from knowledge.retrieval import Citation
from nlu.understanding import Understanding


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
