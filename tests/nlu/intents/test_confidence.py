from __future__ import annotations

import numpy as np

from nlu.intents.confidence import (
    HIGHEST_THRESHOLD,
    LOWEST_THRESHOLD,
    ConfidenceCurve,
    choose_threshold,
    evidence,
    fit_curve,
)


def _seen(count: int, *, strong: bool) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    random = np.random.default_rng(1 if strong else 2)
    best = np.clip(random.normal(0.9 if strong else 0.4, 0.08, count), 0.05, 0.99).astype(np.float32)
    probabilities = np.column_stack([best, (1 - best) / 2, (1 - best) / 2])
    closeness = random.normal(1.0 if strong else 0.1, 0.2, count).astype(np.float32)
    return evidence(probabilities, closeness, np.full(count, 0.5, np.float32))


def test_a_fitted_curve_tells_right_answers_from_wrong_ones() -> None:
    seen = np.vstack([_seen(100, strong=True), _seen(100, strong=False)])
    right = np.arange(200) < 100
    curve = fit_curve(seen, right, np.ones(200))
    confidence = curve.probability(seen)
    assert confidence[:100].mean() > 0.9
    assert confidence[100:].mean() < 0.1


def test_more_evidence_never_means_less_confidence() -> None:
    seen = np.vstack([_seen(50, strong=True), _seen(50, strong=False)])
    upside_down = fit_curve(seen, np.arange(100) >= 50, np.ones(100))
    assert min(upside_down.weights) >= 0


def test_a_few_observations_move_the_typical_curve_only_a_little() -> None:
    fitted = fit_curve(_seen(2, strong=True), np.array([False, False]), np.ones(2))
    typical = ConfidenceCurve.typical()
    assert np.abs(np.array(fitted.weights) - np.array(typical.weights)).max() < 1.5


def test_the_threshold_parts_what_can_be_parted_and_stays_within_limits() -> None:
    confidence = np.concatenate([np.full(100, 0.6), np.full(100, 0.4)])
    inside = np.arange(200) < 100
    chosen = choose_threshold(confidence, inside, inside, np.ones(200), refusal_value=0.5)
    assert 0.4 < chosen <= 0.6
    hopeless = choose_threshold(np.full(200, 0.9), inside, inside, np.ones(200), refusal_value=0.5)
    assert LOWEST_THRESHOLD <= hopeless <= HIGHEST_THRESHOLD


def test_too_few_observations_keep_the_usual_threshold() -> None:
    inside = np.array([True, False])
    assert choose_threshold(np.array([0.9, 0.1]), inside, inside, np.ones(2), refusal_value=0.5) == 0.5
