"""From raw evidence to the probability that the best intent is right, and from that to the threshold of scope."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlu.vectors import Floats

# What bots of many sizes have in common, for those too small to tell: log-odds of the best intent, its lead over the
# second, closeness to its nearest example (0 as far as background talk, 1 as near as its own), share of known n-grams.
_TYPICAL = np.array([0.55, 0.25, 1.6, 1.0])
_TYPICAL_BIAS = -1.6
_TRUST_IN_TYPICAL = 4.0  # as strong as a few weighted observations
LOWEST_THRESHOLD, HIGHEST_THRESHOLD = 0.2, 0.7
_USUAL_THRESHOLD = 0.5
_ENOUGH_TO_CHOOSE = 40
_HALF_TRUST = 500


def evidence(probabilities: Floats, closeness: Floats, coverage: Floats) -> npt.NDArray[np.float64]:
    """(n, 4) for `probabilities` (n, intents + 1), whose last column is "none of them"."""
    intents = probabilities[:, :-1].astype(np.float64)
    ordered = np.sort(intents, axis=1)
    best = np.clip(ordered[:, -1], 1e-6, 1 - 1e-6)
    second = np.clip(ordered[:, -2], 1e-6, 1) if intents.shape[1] > 1 else np.full(len(best), 1e-3)
    lead = np.clip(np.log(best / second), 0, 6)
    odds = np.clip(np.log(best / (1 - best)), -6, 6)
    return np.column_stack([odds, lead, np.clip(closeness, -1, 2), coverage])


@dataclass(frozen=True, slots=True)
class ConfidenceCurve:
    """A logistic function of the evidence; no weight is negative, so more evidence never means less confidence."""

    weights: tuple[float, ...]
    bias: float

    @classmethod
    def typical(cls) -> ConfidenceCurve:
        """For a model with too few examples to fit one."""
        return cls(tuple(_TYPICAL.tolist()), _TYPICAL_BIAS)

    def probability(self, seen: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """One probability a row."""
        return np.asarray(1 / (1 + np.exp(-(seen @ np.array(self.weights) + self.bias))))


def fit_curve(
    seen: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], importance: npt.NDArray[np.float64]
) -> ConfidenceCurve:
    """Weighted logistic regression, drawn towards the typical curve where observations are few."""
    from scipy.optimize import minimize

    if not len(seen):
        return ConfidenceCurve.typical()
    target = right.astype(np.float64)
    prior = np.append(_TYPICAL, _TYPICAL_BIAS)
    columns = np.column_stack([seen, np.ones(len(seen))])
    pull = _TRUST_IN_TYPICAL / len(seen)
    share = importance / importance.sum()

    def objective(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        scores = columns @ weights
        loss = float((share * (np.logaddexp(0, scores) - target * scores)).sum())
        gradient = columns.T @ (share * (1 / (1 + np.exp(-scores)) - target))
        away = weights - prior
        return loss + 0.5 * pull * float(away @ away), gradient + pull * away

    bounds = [(0.0, None)] * len(_TYPICAL) + [(None, None)]
    found = minimize(objective, prior, jac=True, method="L-BFGS-B", bounds=bounds)
    return ConfidenceCurve(tuple(float(weight) for weight in found.x[:-1]), float(found.x[-1]))


def choose_threshold(
    confidence: npt.NDArray[np.float64],
    right: npt.NDArray[np.bool_],
    inside: npt.NDArray[np.bool_],
    importance: npt.NDArray[np.float64],
    *,
    refusal_value: float,
) -> float:
    """The confidence from which an intent is believed.

    Maximises the share of in-scope messages understood plus `refusal_value` times the share of the others refused.
    """
    if inside.sum() < _ENOUGH_TO_CHOOSE or (~inside).sum() < _ENOUGH_TO_CHOOSE:
        return _USUAL_THRESHOLD
    grid = np.linspace(LOWEST_THRESHOLD, HIGHEST_THRESHOLD, 46)
    in_total, out_total = importance[inside].sum(), importance[~inside].sum()
    gains = np.array(
        [
            importance[inside & right & (confidence >= t)].sum() / in_total
            + refusal_value * importance[~inside & (confidence < t)].sum() / out_total
            for t in grid
        ]
    )
    # The middle of the best stretch: a lone peak is luck.
    best = np.flatnonzero(gains >= gains.max() - 0.002)
    chosen = float(grid[best[len(best) // 2]])
    # A small bot has seen few outsiders; it leaves the usual threshold only as far as its evidence carries.
    seen = int(inside.sum())
    return _USUAL_THRESHOLD + (chosen - _USUAL_THRESHOLD) * seen**2 / (seen**2 + _HALF_TRUST**2)
