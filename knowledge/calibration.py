"""How far the scores of one knowledge base can be trusted, and from which score on it should answer.

The shared curve of `knowledge.fusion` makes a probability of a score for knowledge bases in general. From questions put
to one of them a small correction is fitted, held back towards no correction at all by a prior, and a threshold chosen
by how many of the answers given may be wrong. Questions that have an answer and questions that have none count the
same, however many there are of each.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

LEAST_CASES = 30  # below this many the shared curve stays as it is
_LEAST_OF_EACH = 8  # right ones and wrong ones among them
_PRIOR_CASES = 12.0  # how many cases the shared curve counts for
_LEAST_SLOPE = 0.2
_LOWEST, _HIGHEST = 0.05, 0.95  # thresholds
_FOLDS = 5
_BINS = 10
_STEPS = tuple(step / 20 for step in range(1, 20))


@dataclass(frozen=True, slots=True)
class Case:
    """One question put to the knowledge base: the score of the best passage, and whether that passage answers.

    Cases of one `group` are variants of each other: a fit never sees one variant and is measured on another.
    """

    score: float
    is_answerable: bool
    is_right: bool
    group: int = 0


@dataclass(frozen=True, slots=True)
class Curve:
    """A growing correction of a probability; slope 1 and bias 0 change nothing."""

    slope: float
    bias: float

    def __call__(self, score: float) -> float:
        return sigmoid(self.bias + self.slope * log_odds(score))


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a knowledge base keeps of it. `curve` is None where the shared one is used as it is."""

    threshold: float
    wrong_answer_rate: float
    curve: Curve | None
    cases: int
    made_at: str  # ISO 8601, UTC
    revision: int  # the knowledge base's

    def score(self, raw: float) -> float:
        return raw if self.curve is None else self.curve(raw)

    def to_json(self) -> dict[str, object]:
        return {
            "threshold": self.threshold,
            "wrong_answer_rate": self.wrong_answer_rate,
            "curve": None if self.curve is None else {"slope": self.curve.slope, "bias": self.curve.bias},
            "cases": self.cases,
            "made_at": self.made_at,
            "revision": self.revision,
        }

    @classmethod
    def of(cls, settings: Mapping[str, object]) -> Calibration | None:
        """That of a knowledge base's settings; None where it was never calibrated."""
        kept = settings.get("calibration")
        if not isinstance(kept, Mapping):
            return None
        curve = kept.get("curve")
        return cls(
            threshold=float(kept["threshold"]),
            wrong_answer_rate=float(kept["wrong_answer_rate"]),
            curve=Curve(float(curve["slope"]), float(curve["bias"])) if isinstance(curve, Mapping) else None,
            cases=int(kept["cases"]),
            made_at=str(kept["made_at"]),
            revision=int(kept["revision"]),
        )


@dataclass(frozen=True, slots=True)
class Bin:
    """Cases whose scores lie from `low` to `high`: how sure on average, and what share was right."""

    low: float
    high: float
    count: int
    score: float
    right: float


@dataclass(frozen=True, slots=True)
class Trade:
    """What a threshold costs: fractions of the answerable questions, of the answers given, of those without answer."""

    threshold: float
    refused_answerable: float
    wrong_of_answered: float
    answered_unanswerable: float


def fit_curve(cases: Sequence[Case]) -> Curve | None:
    """None where there are too few cases, or too few of either outcome, to say anything."""
    right = sum(case.is_right for case in cases)
    if len(cases) < LEAST_CASES or right < _LEAST_OF_EACH or len(cases) - right < _LEAST_OF_EACH:
        return None
    weighted = [
        (log_odds(case.score), float(case.is_right), weight) for case, weight in zip(cases, weights(cases), strict=True)
    ]
    slope, bias = 1.0, 0.0
    for _ in range(100):  # Newton's steps, halved while they lead uphill
        gradient_slope, gradient_bias = _PRIOR_CASES * (slope - 1.0), _PRIOR_CASES * bias / 4
        curved_slope, curved_both, curved_bias = _PRIOR_CASES, 0.0, _PRIOR_CASES / 4
        for logit, target, weight in weighted:
            guess = sigmoid(bias + slope * logit)
            gradient_slope += weight * (guess - target) * logit
            gradient_bias += weight * (guess - target)
            spread = weight * guess * (1 - guess)
            curved_slope += spread * logit * logit
            curved_both += spread * logit
            curved_bias += spread
        determinant = curved_slope * curved_bias - curved_both * curved_both
        step_slope = (curved_bias * gradient_slope - curved_both * gradient_bias) / determinant
        step_bias = (curved_slope * gradient_bias - curved_both * gradient_slope) / determinant
        size = 1.0
        before = _loss(weighted, slope, bias)
        while size > 1e-4 and _loss(weighted, slope - size * step_slope, bias - size * step_bias) > before:
            size /= 2
        slope, bias = slope - size * step_slope, bias - size * step_bias
        if size * (abs(step_slope) + abs(step_bias)) < 1e-9:
            break
    return Curve(round(max(slope, _LEAST_SLOPE), 4), round(bias, 4))


def choose_threshold(cases: Sequence[Case], rate: float) -> tuple[float, bool]:
    """The lowest threshold under which at most `rate` of the answers are wrong, and whether there is one.

    The scores are taken for probabilities worth a few cases, so that no run of luck in few of them decides. Where no
    threshold reaches the rate, that which comes nearest.
    """
    ranked = sorted(zip(cases, weights(cases), strict=True), key=lambda one: -one[0].score)
    answered = wrong = expected = 0.0
    best: tuple[float, float] | None = None
    lowest: float | None = None
    for place, (case, weight) in enumerate(ranked):
        answered += weight
        wrong += weight * (not case.is_right)
        expected += weight * (1 - case.score)
        following = ranked[place + 1][0].score if place + 1 < len(ranked) else 0.0
        if following == case.score:
            continue
        estimate = (wrong + _PRIOR_CASES / 2 * expected / answered) / (answered + _PRIOR_CASES / 2)
        between = (case.score + following) / 2
        if estimate <= rate and case.is_right:  # a lower threshold is worth something only for what is right
            lowest = between
        if best is None or estimate < best[0]:
            best = (estimate, between)
    chosen = lowest if lowest is not None else best[1] if best is not None else _HIGHEST
    return round(min(max(chosen, _LOWEST), _HIGHEST), 4), lowest is not None


def corrected(cases: Sequence[Case], curve: Curve | None) -> list[Case]:
    return list(cases) if curve is None else [replace(case, score=curve(case.score)) for case in cases]


def corrected_out_of_fold(cases: Sequence[Case]) -> list[Case]:
    """Each case corrected by a curve that was fitted without its group: what a correction does for new questions."""
    found: list[Case] = []
    for fold in range(_FOLDS):
        curve = fit_curve([case for case in cases if case.group % _FOLDS != fold])
        found += corrected([case for case in cases if case.group % _FOLDS == fold], curve)
    return found


def weights(cases: Sequence[Case]) -> list[float]:
    """Half for the answerable questions, half for the others; their sum is the number of cases."""
    answerable = sum(case.is_answerable for case in cases)
    if answerable in (0, len(cases)):
        return [1.0] * len(cases)
    shares = {True: len(cases) / 2 / answerable, False: len(cases) / 2 / (len(cases) - answerable)}
    return [shares[case.is_answerable] for case in cases]


def reliability(cases: Sequence[Case]) -> list[Bin]:
    """Ten bins of equal width; empty ones are left out."""
    held: dict[int, list[tuple[Case, float]]] = {}
    for case, weight in zip(cases, weights(cases), strict=True):
        held.setdefault(min(int(case.score * _BINS), _BINS - 1), []).append((case, weight))
    return [
        Bin(
            low=number / _BINS,
            high=(number + 1) / _BINS,
            count=len(inside),
            score=_mean([(case.score, weight) for case, weight in inside]),
            right=_mean([(float(case.is_right), weight) for case, weight in inside]),
        )
        for number, inside in sorted(held.items())
    ]


def calibration_error(cases: Sequence[Case]) -> float:
    """How far score and share of right ones lie apart, on average over the cases."""
    total, error = 0.0, 0.0
    held: dict[int, list[tuple[Case, float]]] = {}
    for case, weight in zip(cases, weights(cases), strict=True):
        held.setdefault(min(int(case.score * _BINS), _BINS - 1), []).append((case, weight))
    for inside in held.values():
        share = sum(weight for _, weight in inside)
        total += share
        error += share * abs(_mean([(case.score - case.is_right, weight) for case, weight in inside]))
    return error / total if total else 0.0


def brier(cases: Sequence[Case]) -> float:
    """The mean square of score less outcome."""
    return _mean(
        [((case.score - case.is_right) ** 2, weight) for case, weight in zip(cases, weights(cases), strict=True)]
    )


def trade_off(cases: Sequence[Case], steps: Sequence[float] = _STEPS) -> list[Trade]:
    return [trade(cases, step) for step in steps]


def trade(cases: Sequence[Case], threshold: float) -> Trade:
    """What happens when every passage scored at least `threshold` is given as the answer."""
    answerable = [case for case in cases if case.is_answerable]
    others = [case for case in cases if not case.is_answerable]
    given = [one for one in zip(cases, weights(cases), strict=True) if one[0].score >= threshold]
    return Trade(
        threshold=threshold,
        refused_answerable=_share([case.score < threshold for case in answerable]),
        wrong_of_answered=_mean([(float(not case.is_right), weight) for case, weight in given]),
        answered_unanswerable=_share([case.score >= threshold for case in others]),
    )


def _loss(weighted: Sequence[tuple[float, float, float]], slope: float, bias: float) -> float:
    loss = _PRIOR_CASES * ((slope - 1) ** 2 / 2 + bias**2 / 8)
    for logit, target, weight in weighted:
        exponent = bias + slope * logit
        loss += weight * (max(exponent, 0.0) - target * exponent + math.log1p(math.exp(-abs(exponent))))
    return loss


def _mean(weighted: Sequence[tuple[float, float]]) -> float:
    total = sum(weight for _, weight in weighted)
    return sum(value * weight for value, weight in weighted) / total if total else 0.0


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0


def log_odds(score: float) -> float:
    inside = min(max(score, 1e-9), 1 - 1e-9)
    return math.log(inside / (1 - inside))


def sigmoid(exponent: float) -> float:
    return 1.0 / (1.0 + math.exp(-min(max(exponent, -60.0), 60.0)))
