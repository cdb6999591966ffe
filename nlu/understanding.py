"""What the NLU says of one message, and what it learns from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt


class SentenceEncoder(Protocol):
    """Texts of one language to unit vectors, float32 (n, dimension). `space` names the model with its digest."""

    def space(self, language: str) -> str: ...

    def encode(self, texts: Sequence[str], *, language: str) -> npt.NDArray[np.float32]: ...


TokenStates = tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]


@runtime_checkable
class TokenEncoder(Protocol):
    """An encoder that also shows what it makes of each token, which a learned tagger reads better with."""

    def space(self, language: str) -> str: ...

    def token_states(self, texts: Sequence[str], *, language: str) -> list[TokenStates] | None:
        """For each text its tokens' (n, 2) offsets in characters and (n, dimension) states; None where unknown."""
        ...


@dataclass(frozen=True, slots=True)
class Example:
    """One training sentence of an intent; `language` is detected when empty."""

    text: str
    intent: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """A value found in the user's text: text[start:end] in characters of the text as the user wrote it.

    `also` holds (name, value) of what the same words say besides: a moment names a day and a time, an amount a number.
    """

    name: str  # city, order_id, number, date, datetime, amount, ...
    value: str  # normalised: canonical gazetteer value, ISO 8601 for dates and times, plain number, "199 CNY"
    text: str
    start: int
    end: int
    confidence: float
    source: str  # pattern, gazetteer, number, date, duration, name, tagger
    role: str = ""  # "from" and "to" of a way or a range, or what the bot's annotated examples call it
    group: str = ""  # of those that belong together, as the bot's annotated examples call it: one of two pizzas
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class IntentScore:
    """One line of the ranking."""

    name: str
    confidence: float  # calibrated probability, 0 to 1


@dataclass(frozen=True, slots=True)
class Understanding:
    """`intent` is None out of scope; `confidence` is that of the decision either way, `ranking` is best first."""

    text: str
    language: str  # "zh" or "en"
    intent: str | None
    confidence: float
    ranking: tuple[IntentScore, ...] = ()
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class EntityDefinition:
    """What a tenant declares: a gazetteer (`values`: canonical value to synonyms), a pattern, or a built-in kind."""

    name: str
    kind: str  # "gazetteer", "pattern", or one of nlu.entities.recognisers.BUILT_IN
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    pattern: str = ""
    personal: bool = False  # values say who somebody is: to be masked wherever messages are kept
