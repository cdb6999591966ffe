"""Cross-validation: the model meets held-out examples, whole intents it was never told of, and background talk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlu.intents.corpus import BACKGROUND, EXAMPLE, NAME, OUTSIDE, Sentence
from nlu.intents.features import Features
from nlu.intents.landmarks import landmark_rows
from nlu.intents.linear_problem import LinearProblem
from nlu.intents.training_settings import TrainingSettings
from nlu.vectors import Floats, softmax

_LARGE = 3000  # from here one fold tells enough
_LARGE_FOLDS = 7
_LEAST_FOLDS, _MOST_FOLDS = 3, 5
# How much each sort of outsider counts beside all held-out examples together (= 1).
_OUTSIDERS = {BACKGROUND: 0.15, OUTSIDE: 0.25, EXAMPLE: 0.05}


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One row an answer. `inside`: of an intent that was taught; `right`: inside, and its best intent is true."""

    probabilities: Floats  # (n, intents + 1)
    closeness: Floats
    coverage: Floats
    right: npt.NDArray[np.bool_]
    inside: npt.NDArray[np.bool_]
    importance: npt.NDArray[np.float64]
    scales: dict[str, tuple[float, float]]  # slot to mean similarity (background, own)


@dataclass(frozen=True, slots=True)
class _Answers:
    """Of one fold."""

    asked: npt.NDArray[np.int64]
    hidden: npt.NDArray[np.bool_]
    probabilities: Floats
    similarities: dict[str, Floats]


def rehearse(
    problem: LinearProblem,
    features: Features,
    sentences: Sequence[Sentence],
    classes: npt.NDArray[np.int64],
    settings: TrainingSettings,
) -> Rehearsal:
    """The same folds for the same examples: nothing here is left to chance."""
    kinds = np.array([line.kind for line in sentences])
    landmarks = landmark_rows(sentences, per_intent=settings.landmarks_per_intent)
    intent_count = int(classes.max()) if len(classes) else 0
    examples = int((kinds == EXAMPLE).sum())
    folds, groups = _folds(kinds, classes, examples, settings.seed)
    answers: list[_Answers] = []
    fold_count = int(folds.max()) + 1 if examples >= 2 * _LEAST_FOLDS and intent_count else 0
    for fold in range(1 if examples > _LARGE else fold_count):
        hidden = np.isin(classes, np.flatnonzero(groups == fold)) & (kinds != BACKGROUND) & (kinds != OUTSIDE)
        asked = np.flatnonzero((hidden & (kinds == EXAMPLE)) | ((folds == fold) & (kinds != NAME)))
        taught = np.flatnonzero(~hidden & ((folds != fold) | (kinds == NAME)))
        scores = problem.scores_after_fit(taught, asked, max_iterations=settings.rehearsal_iterations)
        scores[:, np.flatnonzero(groups == fold)] = -30
        probabilities = softmax(scores)
        # Only what the model will keep: with more to be near to, held-out examples would seem nearer than later ones.
        known = taught[landmarks[taught]]
        similarities = _similarities(features, classes, known, asked, probabilities)
        answers.append(_Answers(asked, hidden[asked], probabilities, similarities))
    return _pool(answers, features, kinds, classes)


def _folds(
    kinds: npt.NDArray[np.str_], classes: npt.NDArray[np.int64], examples: int, seed: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Fold of each row, every intent spread evenly; and the fold in which each intent is left out whole (-1: never)."""
    random = np.random.default_rng(seed)
    count = _LARGE_FOLDS if examples > _LARGE else int(np.clip(examples // 6, _LEAST_FOLDS, _MOST_FOLDS))
    folds = np.zeros(len(classes), np.int64)
    for key in sorted({(int(c), str(kind)) for c, kind in zip(classes, kinds, strict=True)}):
        rows = np.flatnonzero((classes == key[0]) & (kinds == key[1]))
        folds[rows] = (random.permutation(len(rows)) + random.integers(count)) % count
    intents = int(classes.max()) if len(classes) else 0
    groups = np.full(intents, -1, np.int64)
    if intents >= 3:
        groups = random.permutation(intents) % max(count, 3)
    return folds, groups


def _similarities(
    features: Features,
    classes: npt.NDArray[np.int64],
    known: npt.NDArray[np.int64],
    asked: npt.NDArray[np.int64],
    probabilities: Floats,
) -> dict[str, Floats]:
    """Slot to the similarity to the nearest known example of the best intent; NaN where there is none."""
    best = probabilities[:, :-1].argmax(axis=1)
    found: dict[str, Floats] = {}
    for slot, block in features.vectors.items():
        present = np.abs(block).sum(axis=1) > 0
        values = np.full(len(asked), np.nan, np.float32)
        for intent in np.unique(best):
            own = known[(classes[known] == intent) & present[known]]
            rows = np.flatnonzero((best == intent) & present[asked])
            if len(own) and len(rows):
                values[rows] = (block[asked[rows]] @ block[own].T).max(axis=1)
        found[slot] = values
    return found


def _pool(
    answers: Sequence[_Answers],
    features: Features,
    kinds: npt.NDArray[np.str_],
    classes: npt.NDArray[np.int64],
) -> Rehearsal:
    if not answers:
        nothing, never = np.zeros(0, np.float32), np.zeros(0, np.bool_)
        return Rehearsal(np.zeros((0, 1), np.float32), nothing, nothing, never, never, np.zeros(0), {})
    asked = np.concatenate([answer.asked for answer in answers])
    hidden = np.concatenate([answer.hidden for answer in answers])
    probabilities = np.concatenate([answer.probabilities for answer in answers])
    similarities = {
        slot: np.concatenate([answer.similarities[slot] for answer in answers]) for slot in features.vectors
    }
    inside = (kinds[asked] == EXAMPLE) & ~hidden
    right = inside & (probabilities[:, :-1].argmax(axis=1) == classes[asked])
    scales: dict[str, tuple[float, float]] = {}
    parts: list[Floats] = []
    for slot, values in similarities.items():
        far = values[(kinds[asked] == BACKGROUND) & ~np.isnan(values)]
        near = values[right & ~np.isnan(values)]
        if len(far) >= 5 and len(near) >= 5:
            scales[slot] = (float(far.mean()), max(float(near.mean()), float(far.mean()) + 0.05))
            parts.append(((values - scales[slot][0]) / (scales[slot][1] - scales[slot][0])).astype(np.float32))
    closeness = np.zeros(len(asked), np.float32)
    if parts:
        stacked = np.stack(parts)
        counts = (~np.isnan(stacked)).sum(axis=0)
        closeness = (np.nansum(stacked, axis=0) / np.maximum(counts, 1)).astype(np.float32)
    importance = np.zeros(len(asked))
    importance[inside] = 1.0 / max(1, inside.sum())
    for kind, share in _OUTSIDERS.items():
        rows = (kinds[asked] == kind) & ~inside
        importance[rows] = share / max(1, rows.sum())
    return Rehearsal(probabilities, closeness, features.coverage[asked], right, inside, importance, scales)
