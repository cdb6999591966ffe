"""Many texts put to a model at once, and what it says of each: the raw material of evaluation, drift and clusters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nlu.intents.corpus import is_out_of_scope
from nlu.intents.model import IntentModel
from nlu.language import LANGUAGES, detect_language
from nlu.normalise import normalise
from nlu.rereading.second_reading import read_again
from nlu.understanding import Example
from nlu.vectors import Encoders, Floats, encode_all

_MAX_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Judged:
    """`best` with its `confidence` is what the model would say without a threshold; `predicted` is None below it."""

    text: str
    language: str
    predicted: str | None
    best: str | None
    confidence: float  # that `best` is right
    coverage: float  # share of the text's n-grams that the model has seen, 0 to 1
    expected: str | None = None

    @property
    def is_right(self) -> bool:
        return self.predicted == self.expected


def judge(
    model: IntentModel,
    examples: Sequence[Example],
    encoders: Encoders,
    progress: Callable[[float], None] = lambda _share: None,
) -> list[Judged]:
    """In the order given. Blocking; vectors are made in batches, which costs a third of message by message."""
    plain = [normalise(example.text[:_MAX_CHARACTERS]).text.strip() for example in examples]
    languages = [
        example.language if example.language in LANGUAGES else detect_language(text)
        for example, text in zip(examples, plain, strict=True)
    ]
    vectors = encode_all(encoders, plain, languages, progress) if plain and model.intents else {}
    return [
        _judged(model, example, text, language, _vectors_of(model, vectors, row, language), encoders)
        for row, (example, text, language) in enumerate(zip(examples, plain, languages, strict=True))
    ]


def _vectors_of(model: IntentModel, vectors: dict[str, Floats], row: int, language: str) -> dict[str, Floats]:
    """Those that the model was taught with and that a text of the language has."""
    return {slot: vectors[slot][row] for slot in model.slots if slot in vectors and (slot == language or slot == "*")}


def _judged(
    model: IntentModel, example: Example, text: str, language: str, vectors: dict[str, Floats], encoders: Encoders
) -> Judged:
    verdict = model.decide(text, vectors, language=language)
    verdict = read_again(model, text, verdict, language=language, encoders=encoders)
    best = verdict.ranking[0] if verdict.ranking else None
    return Judged(
        text=example.text,
        language=language,
        predicted=verdict.intent,
        best=best.name if best else None,
        confidence=best.confidence if best else 0.0,
        coverage=model.vocabulary.row(text).coverage,
        expected=None if is_out_of_scope(example.intent) else example.intent,
    )
