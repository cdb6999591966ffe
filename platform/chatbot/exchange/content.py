"""What a bot consists of here, as plain values: what an import makes, and what an export writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nlu.exchange.bot import Annotation

MOST_EXAMPLES = 100_000
LONGEST_INTENT = 100
LONGEST_TEXT = 2000


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
