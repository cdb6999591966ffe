"""Comparing two runs over the same questions."""

from __future__ import annotations

import random

import pytest

from knowledge.measuring.significance import compare_means, compare_outcomes, mcnemar, verdict


def test_the_exact_test_gives_the_textbook_figures() -> None:
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(5, 5) == 1.0
    assert mcnemar(0, 5) == pytest.approx(0.0625)
    assert mcnemar(1, 9) == pytest.approx(0.021484375)
    assert mcnemar(9, 1) == mcnemar(1, 9)


def test_only_differing_questions_count() -> None:
    found = compare_outcomes([True, True, False, False], [True, False, True, True])
    assert (found.a, found.b, found.only_a, found.only_b) == (2, 3, 1, 2)
    with pytest.raises(ValueError, match="zip"):
        compare_outcomes([True], [True, False])


def test_a_steady_gain_is_significant_and_noise_is_not() -> None:
    dice = random.Random(1)
    base = [dice.random() for _ in range(200)]
    better = [min(1.0, value + 0.05 + dice.gauss(0, 0.05)) for value in base]
    shuffled = [value + dice.gauss(0, 0.2) for value in base]
    gain = compare_means(base, better)
    assert gain.p_value < 0.01 and gain.low > 0
    noise = compare_means(base, shuffled)
    assert noise.p_value > 0.05 and noise.low < 0 < noise.high
    assert compare_means(base, better) == gain


def test_the_same_run_never_differs_from_itself() -> None:
    same = compare_means([0.5, 1.0, 0.0], [0.5, 1.0, 0.0])
    assert (same.difference, same.p_value) == (0.0, 1.0)
    assert compare_means([], []).p_value == 1.0


def judged(a: list[bool], b: list[bool]) -> str:
    ranks = compare_means([float(one) for one in a], [float(one) for one in b])
    found = verdict(len(a), compare_outcomes(a, b), ranks)
    assert found.en and found.zh and found.en.isascii()
    return found.code


def test_verdicts_are_plain() -> None:
    good, bad = [True] * 30, [True] * 10 + [False] * 20
    assert judged(good, bad) == "a_better"
    assert judged(bad, good) == "b_better"
    assert judged(good, good) == "no_difference"
    assert judged(good, [*good[:-1], False]) == "no_difference"
    assert judged([True] * 5, [False] * 5) == "too_few"


def test_ranks_decide_where_as_many_are_right() -> None:
    outcomes = compare_outcomes([True] * 40, [True] * 40)
    ranks = compare_means([0.5] * 40, [1.0] * 40)
    found = verdict(40, outcomes, ranks)
    assert found.code == "b_better" and "MRR" in found.zh
