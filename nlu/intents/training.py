"""Examples to an `IntentModel`: features, a linear head, and cross-validation that teaches it what it does not know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlu.intents.confidence import ConfidenceCurve, choose_threshold, evidence, fit_curve
from nlu.intents.corpus import BACKGROUND, EXAMPLE, NAME, OUTSIDE, Sentence, build_corpus, corpus_hash
from nlu.intents.features import build_features, usable_slots
from nlu.intents.landmarks import choose_landmarks
from nlu.intents.linear_problem import LinearProblem
from nlu.intents.model import IntentModel
from nlu.intents.ngrams import NgramVocabulary
from nlu.intents.rehearsal import Rehearsal, rehearse
from nlu.intents.training_settings import TrainingSettings
from nlu.understanding import Example
from nlu.vectors import Encoders, Floats, encode_all

_MANY = 1500  # from here an n-gram seen once is noise, and dropping it halves the model
_ENCODING_SHARE = 0.5
_BACKGROUND_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class _Material:
    sentences: list[Sentence]
    vectors: dict[str, Floats]
    intents: tuple[str, ...]
    classes: npt.NDArray[np.int64]  # the last class is "none of them"


def train_model(
    examples: Sequence[Example],
    encoders: Encoders,
    settings: TrainingSettings = TrainingSettings(),
    progress: Callable[[float], None] = lambda _: None,
) -> IntentModel:
    """Seconds of CPU: call it in a thread. `progress` is told shares from 0 to 1.

    Examples of the intent "", "oos" or "out_of_scope" teach what to refuse. Without examples the model refuses
    everything. The same examples and encoder give the same model.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it ships no types

    # One core: the other goes on answering, and threads of small matrices lose much by waiting for each other.
    with threadpool_limits(1, user_api="blas"):
        return _train(examples, encoders, settings, progress)


def _train(
    examples: Sequence[Example], encoders: Encoders, settings: TrainingSettings, progress: Callable[[float], None]
) -> IntentModel:
    if not any(line.kind == EXAMPLE for line in build_corpus(examples)):
        progress(1.0)
        return _untaught(examples, settings)
    material = _gather(examples, encoders, lambda share: progress(share * _ENCODING_SHARE))
    sentences = material.sentences
    slots = usable_slots(sentences, tuple(encoders.spaces()))
    slots = tuple(slot for slot in slots if slot in material.vectors)
    vocabulary = NgramVocabulary.fit(
        [line.text for line in sentences], min_documents=2 if len(sentences) > _MANY else 1
    )
    features = build_features(sentences, material.vectors, slots, vocabulary)
    problem = LinearProblem(
        features,
        material.classes,
        _importance(sentences, len(material.intents)),
        class_count=len(material.intents) + 1,
        strength=settings.strength,
        seed=settings.seed,
    )
    progress(_ENCODING_SHARE + 0.05)
    rehearsal = rehearse(problem, features, sentences, material.classes, settings)
    progress(0.8)
    head = problem.fit(np.arange(len(sentences)), max_iterations=settings.max_iterations)
    curve, threshold, metrics = _judge(rehearsal, settings)
    progress(1.0)
    return IntentModel(
        intents=material.intents,
        slots=slots,
        widths=tuple(material.vectors[slot].shape[1] for slot in slots),
        spaces={slot: name for slot, name in encoders.spaces().items() if slot in slots},
        dense=head.dense.astype(np.float16),
        sparse=head.sparse.astype(np.float16),
        bias=head.bias,
        vocabulary=vocabulary,
        landmarks=choose_landmarks(
            sentences, material.intents, features.vectors, rehearsal.scales, per_intent=settings.landmarks_per_intent
        ),
        languages=tuple(sorted({line.language for line in sentences if line.kind == EXAMPLE})),
        usual_coverage=float(rehearsal.coverage[rehearsal.right].mean()) if rehearsal.right.any() else 0.5,
        curve=curve,
        threshold=threshold if settings.threshold is None else settings.threshold,
        data_hash=corpus_hash(examples),
        metrics=metrics,
        settings=settings,
    )


def _untaught(examples: Sequence[Example], settings: TrainingSettings) -> IntentModel:
    """The model of a bot without intents."""
    empty = np.zeros((0, 1), np.float16)
    return IntentModel(
        intents=(),
        slots=(),
        widths=(),
        spaces={},
        dense=empty,
        sparse=empty,
        bias=np.zeros(1, np.float32),
        vocabulary=NgramVocabulary.fit([], min_documents=1),
        landmarks={},
        languages=(),
        usual_coverage=0.0,
        curve=ConfidenceCurve.typical(),
        threshold=0.5,
        data_hash=corpus_hash(examples),
        settings=settings,
    )


def _gather(examples: Sequence[Example], encoders: Encoders, progress: Callable[[float], None]) -> _Material:
    sentences = build_corpus(examples)
    taught = {line.language for line in sentences if line.kind == EXAMPLE}
    # A language known only as background talk would be taken for a reason to refuse.
    sentences = [line for line in sentences if line.kind != BACKGROUND or line.language in taught]
    vectors = encode_all(encoders, [line.text for line in sentences], [line.language for line in sentences], progress)
    keep = ~_too_close(sentences, vectors)
    sentences = [line for line, kept in zip(sentences, keep, strict=True) if kept]
    vectors = {slot: block[keep] for slot, block in vectors.items()}
    intents = tuple(sorted({line.intent for line in sentences if line.intent is not None}))
    number = {intent: k for k, intent in enumerate(intents)}
    classes = np.array([len(intents) if line.intent is None else number[line.intent] for line in sentences], np.int64)
    return _Material(sentences, vectors, intents, classes)


def _too_close(sentences: Sequence[Sentence], vectors: dict[str, Floats]) -> npt.NDArray[np.bool_]:
    """Background sentences that this bot may be meant to understand: nearer to an example than examples often are."""
    close = np.zeros(len(sentences), np.bool_)
    kinds = np.array([line.kind for line in sentences])
    examples, background = np.flatnonzero(kinds == EXAMPLE), np.flatnonzero(kinds == BACKGROUND)
    if not len(examples):
        return close
    labels = np.array([line.intent or "" for line in sentences])
    for block in vectors.values():
        present = np.abs(block).sum(axis=1) > 0
        own = examples[present[examples]]
        asked = background[present[background]]
        if not len(own) or not len(asked):
            continue
        sample = own[:: max(1, len(own) // 500)]
        similar = block[sample] @ block[own].T
        similar[sample[:, None] == own[None, :]] = -1
        similar[labels[sample][:, None] != labels[own][None, :]] = -1
        nearest = similar.max(axis=1)
        nearest = nearest[nearest > -1]
        limit = float(np.quantile(nearest, 0.6)) if len(nearest) >= 10 else 0.7
        close[asked] |= (block[asked] @ block[own].T).max(axis=1) >= limit
    return close


def _importance(sentences: Sequence[Sentence], intent_count: int) -> Floats:
    """Background talk weighs a quarter of the examples together, or two intents, however many sentences it has."""
    counts = {kind: sum(line.kind == kind for line in sentences) for kind in (EXAMPLE, NAME, OUTSIDE, BACKGROUND)}
    total = max(_BACKGROUND_SHARE * counts[EXAMPLE], 2 * counts[EXAMPLE] / max(1, intent_count), 1.0)
    each = min(1.0, total / max(1, counts[BACKGROUND]))
    return np.array([each if line.kind == BACKGROUND else 1.0 for line in sentences], np.float32)


def _judge(rehearsal: Rehearsal, settings: TrainingSettings) -> tuple[ConfidenceCurve, float, dict[str, float]]:
    """Curve and threshold from what cross-validation saw, and what it says of the model to come."""
    if not len(rehearsal.right):
        return ConfidenceCurve.typical(), 0.5, {}
    seen = evidence(rehearsal.probabilities, rehearsal.closeness, rehearsal.coverage)
    curve = fit_curve(seen, rehearsal.right, rehearsal.importance)
    confidence = curve.probability(seen)
    threshold = choose_threshold(
        confidence, rehearsal.right, rehearsal.inside, rehearsal.importance, refusal_value=settings.refusal_value
    )
    inside, believed = rehearsal.inside, confidence >= threshold
    metrics = {
        "cv_accuracy": float(rehearsal.right[inside].mean()) if inside.any() else 0.0,
        "cv_in_scope_accuracy": float((rehearsal.right & believed)[inside].mean()) if inside.any() else 0.0,
        "cv_refused_outside": float((~believed)[~inside].mean()) if (~inside).any() else 0.0,
    }
    return curve, threshold, metrics
