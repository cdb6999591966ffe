"""Whether two ways of searching differ, judged on the same questions asked of both."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEAST_QUESTIONS = 10  # below this nothing is said
SIGNIFICANT = 0.05
_RESAMPLED = 4000


@dataclass(frozen=True, slots=True)
class PairedCounts:
    """Of questions that both or one got right. `p_value`: McNemar's exact test, two-sided."""

    a: int
    b: int
    only_a: int
    only_b: int
    p_value: float


@dataclass(frozen=True, slots=True)
class PairedMeans:
    """`difference` is b less a, with the interval that holds it 95 times of 100; `p_value` by swapping pairs."""

    a: float
    b: float
    difference: float
    low: float
    high: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """`code`: a_better, b_better, no_difference or too_few."""

    code: str
    en: str
    zh: str


def compare_outcomes(a: Sequence[bool], b: Sequence[bool]) -> PairedCounts:
    """Raises ValueError unless both have an outcome for each question."""
    only_a = sum(left and not right for left, right in zip(a, b, strict=True))
    only_b = sum(right and not left for left, right in zip(a, b, strict=True))
    return PairedCounts(sum(a), sum(b), only_a, only_b, mcnemar(only_a, only_b))


def mcnemar(only_a: int, only_b: int) -> float:
    """How likely it is that as many or more of the differing questions fall to one side by chance."""
    differing = only_a + only_b
    if not differing:
        return 1.0
    tail = sum(math.comb(differing, count) for count in range(min(only_a, only_b) + 1))
    return min(1.0, float(2 * tail / 2**differing))


def compare_means(a: Sequence[float], b: Sequence[float], *, seed: int = 0) -> PairedMeans:
    """A randomisation test for the p-value, a bootstrap for the interval; the same figures for the same seed."""
    difference = np.asarray(b, dtype=np.float64) - np.asarray(a, dtype=np.float64)
    if not len(difference):
        return PairedMeans(0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
    observed = float(difference.mean())
    random = np.random.default_rng(seed)
    resampled = np.empty(_RESAMPLED)
    swapped = np.empty(_RESAMPLED)
    for turn in range(_RESAMPLED):  # row by row: a matrix of all would be large for large sets
        resampled[turn] = difference[random.integers(0, len(difference), len(difference))].mean()
        swapped[turn] = (difference * random.choice((-1.0, 1.0), len(difference))).mean()
    extreme = int(np.sum(np.abs(swapped) >= abs(observed) - 1e-12))
    low, high = (float(one) for one in np.quantile(resampled, (0.025, 0.975)))
    return PairedMeans(
        a=float(np.mean(a)),
        b=float(np.mean(b)),
        difference=observed,
        low=low,
        high=high,
        p_value=(extreme + 1) / (_RESAMPLED + 1),
    )


def verdict(questions: int, right: PairedCounts, mrr: PairedMeans) -> Verdict:
    """One sentence for people. What is right decides; the ranks decide where that says nothing."""
    if questions < LEAST_QUESTIONS:
        return Verdict(
            "too_few",
            f"Only {questions} questions are in both runs; at least {LEAST_QUESTIONS} are needed to tell them apart.",
            f"两次运行共有的问题只有 {questions} 个，至少需要 {LEAST_QUESTIONS} 个才能比较。",
        )
    if right.p_value < SIGNIFICANT and right.only_a != right.only_b:
        better = "a" if right.only_a > right.only_b else "b"
        more, fewer = max(right.only_a, right.only_b), min(right.only_a, right.only_b)
        name = better.upper()
        return Verdict(
            f"{better}_better",
            f"{name} is better: {more} questions only {name} gets right, {fewer} the other way round "
            f"(p = {_p(right.p_value)}).",
            f"{name} 更好：有 {more} 个问题只有 {name} 答对，反过来只有 {fewer} 个（p = {_p(right.p_value)}）。",
        )
    if mrr.p_value < SIGNIFICANT and mrr.difference:
        name = "B" if mrr.difference > 0 else "A"
        gain = abs(mrr.difference)
        return Verdict(
            f"{name.lower()}_better",
            f"{name} ranks the expected documents higher: MRR differs by {gain:.3f} (p = {_p(mrr.p_value)}).",
            f"{name} 把应有的文档排得更靠前：MRR 相差 {gain:.3f}（p = {_p(mrr.p_value)}）。",
        )
    return Verdict(
        "no_difference",
        f"No significant difference over {questions} questions "
        f"(p = {_p(right.p_value)} for right answers, {_p(mrr.p_value)} for ranks).",
        f"在 {questions} 个问题上没有显著差异（答对情况 p = {_p(right.p_value)}，排名 p = {_p(mrr.p_value)}）。",
    )


def _p(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"
