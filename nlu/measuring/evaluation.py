"""How well a model understands: figures over judged examples, and whether one model is worse than another."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from nlu.intents.corpus import is_out_of_scope
from nlu.intents.training import train_model
from nlu.intents.training_settings import TrainingSettings
from nlu.measuring.judging import Judged, judge
from nlu.understanding import Example
from nlu.vectors import Encoders

BINS = 10  # of the calibration curve; the error itself is counted in 15, as is usual
_ERROR_BINS = 15
_THRESHOLDS = np.linspace(0.0, 0.95, 20)
_EXAMPLES_SHOWN = 3
_WORST_SHOWN = 50
_CONFUSIONS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class IntentFigures:
    intent: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Confusion:
    """`None` stands for out of scope on either side."""

    expected: str | None
    predicted: str | None
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScopePoint:
    """What another threshold would have done."""

    threshold: float
    in_scope_accuracy: float
    out_of_scope_recall: float | None


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Messages whose best intent had a confidence within [low, high): how often it was right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Shares from 0 to 1. `out_of_scope_recall` is None where no example was out of scope."""

    total: int
    accuracy: float
    macro_f1: float
    in_scope_accuracy: float
    out_of_scope_recall: float | None
    calibration_error: float
    calibration: tuple[CalibrationBin, ...]
    intents: tuple[IntentFigures, ...]
    confusions: tuple[Confusion, ...]
    out_of_scope_curve: tuple[ScopePoint, ...]
    worst: tuple[Judged, ...]
    by_language: dict[str, tuple[int, float]]  # language to (count, accuracy)


def evaluate(judged: Sequence[Judged]) -> Evaluation:
    """Figures over examples that the model was not taught with."""
    intents = _by_intent(judged)
    inside = [line for line in judged if line.expected is not None]
    outside = [line for line in judged if line.expected is None]
    languages = sorted({line.language for line in judged})
    return Evaluation(
        total=len(judged),
        accuracy=_share(judged),
        macro_f1=_macro_f1(intents),
        in_scope_accuracy=_share(inside),
        out_of_scope_recall=_share(outside) if outside else None,
        calibration_error=_calibration_error(judged),
        calibration=tuple(_bins(judged, BINS)),
        intents=tuple(intents),
        confusions=tuple(_confusions(judged)),
        out_of_scope_curve=tuple(_scope_point(inside, outside, float(at)) for at in _THRESHOLDS),
        worst=tuple(_worst(judged)),
        by_language={
            language: (len(own), _share(own))
            for language in languages
            for own in [[line for line in judged if line.language == language]]
        },
    )


def cross_validate(
    examples: Sequence[Example],
    encoders: Encoders,
    settings: TrainingSettings,
    *,
    folds: int,
    progress: Callable[[float], None] = lambda _share: None,
) -> list[Judged]:
    """Every example judged by a model that has not seen it. Trains `folds` models: blocking, seconds each.

    An intent keeps an example in every model where it has two, since a model knows nothing of an intent it never met.
    """
    places = _folds(examples, folds)
    judged: list[tuple[int, Judged]] = []
    for fold in range(folds):
        asked = [row for row, place in enumerate(places) if place == fold]
        taught = [example for row, example in enumerate(examples) if places[row] != fold]
        if not asked:
            continue
        model = train_model(taught, encoders, settings, _part_of(progress, fold, folds))
        judged += zip(asked, judge(model, [examples[row] for row in asked], encoders), strict=True)
    progress(1.0)
    return [line for _, line in sorted(judged, key=lambda pair: pair[0])]


def _part_of(progress: Callable[[float], None], fold: int, folds: int) -> Callable[[float], None]:
    """Judging takes the last tenth of a fold."""
    return lambda share: progress((fold + 0.9 * share) / folds)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on the same examples. `p_value`: how likely so many losses are if neither is better."""

    total: int
    candidate_accuracy: float
    active_accuracy: float
    gained: int  # wrong before, right now
    lost: int  # right before, wrong now
    p_value: float

    @property
    def is_worse(self) -> bool:
        return self.lost > self.gained and self.p_value < SIGNIFICANT


SIGNIFICANT = 0.05


def compare(candidate: Sequence[Judged], active: Sequence[Judged]) -> Comparison:
    """McNemar's exact test, one-sided: only examples on which the two differ can tell them apart."""
    gained = sum(new.is_right and not old.is_right for new, old in zip(candidate, active, strict=True))
    lost = sum(old.is_right and not new.is_right for new, old in zip(candidate, active, strict=True))
    return Comparison(
        total=len(candidate),
        candidate_accuracy=_share(candidate),
        active_accuracy=_share(active),
        gained=gained,
        lost=lost,
        p_value=_at_least(lost, gained + lost),
    )


def _at_least(heads: int, tosses: int) -> float:
    """The chance of that many heads of a fair coin, or more."""
    from scipy.stats import binom

    return float(binom.sf(heads - 1, tosses, 0.5)) if tosses else 1.0


def _share(judged: Sequence[Judged]) -> float:
    return sum(line.is_right for line in judged) / len(judged) if judged else 0.0


def _by_intent(judged: Sequence[Judged]) -> list[IntentFigures]:
    names = {line.expected for line in judged if line.expected} | {line.predicted for line in judged if line.predicted}
    expected, predicted = Counter(line.expected for line in judged), Counter(line.predicted for line in judged)
    right = Counter(line.expected for line in judged if line.is_right)
    figures = []
    for name in sorted(names):
        precision = right[name] / predicted[name] if predicted[name] else 0.0
        recall = right[name] / expected[name] if expected[name] else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        figures.append(IntentFigures(name, precision, recall, f1, expected[name]))
    return figures


def _macro_f1(intents: Sequence[IntentFigures]) -> float:
    """Over intents that were asked for; one that was only predicted costs the others their recall already."""
    asked = [line.f1 for line in intents if line.support]
    return float(np.mean(asked)) if asked else 0.0


def _confusions(judged: Sequence[Judged]) -> Iterator[Confusion]:
    """The most frequent first."""
    pairs: dict[tuple[str | None, str | None], list[str]] = defaultdict(list)
    for line in judged:
        if not line.is_right:
            pairs[line.expected, line.predicted].append(line.text)
    order = sorted(pairs.items(), key=lambda pair: (-len(pair[1]), pair[0][0] or "", pair[0][1] or ""))
    for (expected, predicted), texts in order[:_CONFUSIONS_SHOWN]:
        yield Confusion(expected, predicted, len(texts), tuple(texts[:_EXAMPLES_SHOWN]))


def _scope_point(inside: Sequence[Judged], outside: Sequence[Judged], threshold: float) -> ScopePoint:
    understood = sum(line.best == line.expected and line.confidence >= threshold for line in inside)
    refused = sum(line.confidence < threshold for line in outside)
    return ScopePoint(
        round(threshold, 4),
        understood / len(inside) if inside else 0.0,
        refused / len(outside) if outside else None,
    )


def _bins(judged: Sequence[Judged], count: int) -> Iterator[CalibrationBin]:
    """Only those that hold a message."""
    for number in range(count):
        low, high = number / count, (number + 1) / count
        own = [line for line in judged if low <= line.confidence < high or (high == 1.0 and line.confidence == 1.0)]
        if own:
            confidence = float(np.mean([line.confidence for line in own]))
            accuracy = sum(line.best == line.expected for line in own) / len(own)
            yield CalibrationBin(low, high, len(own), confidence, accuracy)


def _calibration_error(judged: Sequence[Judged]) -> float:
    """The mean distance between confidence and truth, weighted by how many messages had it."""
    bins = list(_bins(judged, _ERROR_BINS))
    return sum(each.count * abs(each.confidence - each.accuracy) for each in bins) / len(judged) if judged else 0.0


def _worst(judged: Sequence[Judged]) -> list[Judged]:
    """Wrong ones, the surest mistakes first."""
    wrong = [line for line in judged if not line.is_right]
    sure = {id(line): line.confidence if line.predicted is not None else 1 - line.confidence for line in wrong}
    return sorted(wrong, key=lambda line: -sure[id(line)])[:_WORST_SHOWN]


def _folds(examples: Sequence[Example], folds: int) -> list[int]:
    """The fold in which each example is asked, every intent spread evenly; -1, always taught: an only example."""
    random = np.random.default_rng(0)
    rows: dict[str, list[int]] = defaultdict(list)
    for row, example in enumerate(examples):
        rows["" if is_out_of_scope(example.intent) else example.intent].append(row)
    places = [-1] * len(examples)
    for intent in sorted(rows):
        own = rows[intent]
        if len(own) < 2:
            continue
        start = int(random.integers(folds))
        for turn, position in enumerate(random.permutation(len(own))):
            places[own[position]] = (start + turn) % folds
    return places
