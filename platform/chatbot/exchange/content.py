"""What a bot consists of here, as plain values: what an import makes, and what an export writes."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from nlu.exchange.bot import Annotation

MOST_EXAMPLES = 100_000
LONGEST_INTENT = 100
LONGEST_TEXT = 2000
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class ContentExample:
    """`entities` have our names; offsets are characters of `text`."""

    text: str
    intent: str
    language: str
    entities: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True)
class ContentTest:
    """A sentence that every version must understand; `intent` is None when it must be out of scope."""

    text: str
    intent: str | None
    language: str


@dataclass(frozen=True, slots=True)
class BotContent:
    """`settings` are columns of Bot; `entities` are definitions by name; `flows` are what `parse_flow` takes."""

    settings: Mapping[str, object] = field(default_factory=dict)
    examples: tuple[ContentExample, ...] = ()
    entities: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    flows: tuple[Mapping[str, object], ...] = ()
    tests: tuple[ContentTest, ...] = ()

    def counts(self) -> dict[str, int]:
        """How much of everything there is."""
        return {
            "intents": len({example.intent for example in self.examples}),
            "examples": len(self.examples),
            "annotations": sum(len(example.entities) for example in self.examples),
            "entities": len(self.entities),
            "flows": len(self.flows),
            "tests": len(self.tests),
        }


def identifier(name: str) -> str:
    """A name that flows and entities may have, the same for the same name: "amount-of-money" is amount_of_money."""
    made = _NOT_IN_A_NAME.sub("_", name).strip("_")
    if not made or not name.isascii():  # names in other scripts would all look alike
        made = f"{made}_{zlib.crc32(name.encode()):08x}".strip("_")
    return (f"x_{made}" if made[0].isdigit() else made)[:64]
