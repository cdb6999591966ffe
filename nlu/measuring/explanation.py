"""Why a message was understood as it was: the words that tipped the scales, and the examples it resembles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import rjieba

from nlu.intents.model import IntentModel, Verdict
from nlu.language import HAN, LANGUAGES, detect_language, is_chinese
from nlu.normalise import normalise
from nlu.vectors import Encoders, Floats

_WORD = re.compile(rf"[{HAN}]+|[^\W{HAN}]+(?:['\-][^\W{HAN}]+)*")
_MOST_WORDS = 64
_NEAREST = 8


@dataclass(frozen=True, slots=True)
class WordEffect:
    """`effect`: how much of the confidence would be missing without text[start:end] of the user's own text."""

    text: str
    start: int
    end: int
    effect: float


@dataclass(frozen=True, slots=True)
class NearExample:
    """A training example and its cosine to the message."""

    text: str
    intent: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Explanation:
    words: tuple[WordEffect, ...]
    nearest: tuple[NearExample, ...]


def explain(model: IntentModel, text: str, encoders: Encoders, *, language: str | None = None) -> Explanation:
    """Leaves out one word at a time, Chinese ones as segmented, and asks the model again. Blocking."""
    plain = normalise(text)
    spoken = language if language in LANGUAGES else detect_language(plain.text)
    spans = _words(plain.text)
    variants = [plain.text, *(plain.text[:start] + plain.text[end:] for start, end in spans)]
    if not model.intents or not plain.text.strip():
        return Explanation((), ())
    vectors = _encode(model, [variant.strip() for variant in variants], spoken, encoders)
    verdicts = [
        model.decide(variant.strip(), {slot: block[row] for slot, block in vectors.items()}, language=spoken)
        for row, variant in enumerate(variants)
    ]
    whole = verdicts[0]
    words = []
    for (start, end), verdict in zip(spans, verdicts[1:], strict=True):
        first, last = plain.span(start, end)
        effect = _support(whole, whole) - _support(whole, verdict)
        words.append(WordEffect(text[first:last], first, last, round(effect, 4)))
    return Explanation(tuple(words), _nearest(model, {slot: block[0] for slot, block in vectors.items()}))


def _words(text: str) -> list[tuple[int, int]]:
    """Spans of the first words, in their order."""
    spans: list[tuple[int, int]] = []
    for match in _WORD.finditer(text):
        start = match.start()
        if is_chinese(match.group()):
            spans += [(start + first, start + last) for _, first, last in rjieba.tokenize(match.group())]
        else:
            spans.append(match.span())
    return spans[:_MOST_WORDS]


def _encode(model: IntentModel, texts: Sequence[str], language: str, encoders: Encoders) -> dict[str, Floats]:
    return {
        slot: encoders.encode(texts, slot=slot, language=language)
        for slot in model.slots
        if slot in encoders.slots(language)
    }


def _support(decision: Verdict, verdict: Verdict) -> float:
    """How sure `verdict` is of what `decision` decided."""
    if decision.intent is None:
        return 1.0 - verdict.ranking[0].confidence if verdict.ranking else 1.0
    return next((line.confidence for line in verdict.ranking if line.name == decision.intent), 0.0)


def _nearest(model: IntentModel, vectors: dict[str, Floats]) -> tuple[NearExample, ...]:
    found = {
        (text, model.intents[intent]): similarity
        for slot, vector in vectors.items()
        if slot in model.landmarks and len(model.landmarks[slot].vectors)
        for text, intent, similarity in model.landmarks[slot].nearest(vector, limit=_NEAREST)
    }
    best = sorted(found.items(), key=lambda pair: -pair[1])[:_NEAREST]
    return tuple(NearExample(text, intent, round(similarity, 4)) for (text, intent), similarity in best)
