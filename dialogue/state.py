"""What a conversation remembers between turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Self

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]

_VERSION = 1  # of the JSON form


@dataclass(frozen=True, slots=True)
class DialogueState:
    """Immutable; `to_json` and `from_json` round-trip it.

    `flow` is the flow in progress or last finished, and `slots` belong to it.
    """

    language: str = ""  # of the reply
    flow: str | None = None
    requested_slot: str | None = None  # set while a flow waits for the user
    attempts: int = 0  # how often the requested slot was asked again
    slots: Mapping[str, str] = field(default_factory=dict)
    intent: str | None = None  # what the last turn served; None when it was no flow
    said: str | None = None  # the flow whose words came last; None when something else did
    last_question: str | None = None  # last question put to knowledge; None once a flow is talked about again
    last_answer: str | None = None  # how the answer to it began; None where there was none
    handed_over: bool = False
    turn: int = 0

    def without_flow(self) -> Self:
        """With nothing to carry on."""
        return replace(self, flow=None, slots={}, requested_slot=None, attempts=0)

    def to_json(self) -> dict[str, JsonValue]:
        """Plain data for storage."""
        return {"version": _VERSION, **asdict(self), "slots": dict(self.slots)}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Self:
        """The state that `data` holds. Never fails: what is missing, unknown or of a wrong type counts as unset.

        So a state survives an upgrade, and also the rollback of one.
        """
        slots = data.get("slots")
        return cls(
            language=_text(data, "language") or "",
            flow=_text(data, "flow"),
            requested_slot=_text(data, "requested_slot"),
            attempts=_count(data, "attempts"),
            slots={key: value for key, value in slots.items() if isinstance(key, str) and isinstance(value, str)}
            if isinstance(slots, Mapping)
            else {},
            intent=_text(data, "intent"),
            said=_text(data, "said"),
            last_question=_text(data, "last_question"),
            last_answer=_text(data, "last_answer"),
            handed_over=data.get("handed_over") is True,
            turn=_count(data, "turn"),
        )


def _text(data: Mapping[str, object], key: str) -> str | None:
    value = data.get(key)
    return value if isinstance(value, str) else None


def _count(data: Mapping[str, object], key: str) -> int:
    value = data.get(key)
    return value if type(value) is int and value >= 0 else 0
