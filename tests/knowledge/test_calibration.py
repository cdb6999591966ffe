"""Thresholds and corrections fitted to one knowledge base, and the probes they are fitted with."""

from __future__ import annotations

import random

import pytest

from knowledge.calibration import (
    Calibration,
    Case,
    Curve,
    brier,
    calibration_error,
    choose_threshold,
    corrected,
    corrected_out_of_fold,
    fit_curve,
    reliability,
    trade,
    trade_off,
)
from knowledge.measuring.probes import HEADING, OFF_TOPIC, SENTENCE, Source, off_topic_probes, probes_from, question_of


def overconfident(count: int, *, seed: int = 0) -> list[Case]:
    """Scores well above the share of right ones: said .8, true about .5."""
    dice = random.Random(seed)
    cases = []
    for group in range(count):
        score = dice.random()
        truth = Curve(1.0, -1.4)(score)
        is_right = dice.random() < truth
        cases.append(Case(score, is_right or group % 2 == 0, is_right, group))
    return cases


def test_scores_that_promise_too_much_are_brought_down() -> None:
    curve = fit_curve(overconfident(600))
    assert curve is not None
    assert curve(0.8) < 0.65
    assert calibration_error(corrected_out_of_fold(overconfident(600))) < calibration_error(overconfident(600)) / 2
    assert brier(corrected_out_of_fold(overconfident(600))) < brier(overconfident(600))


def test_a_correction_keeps_the_order_of_scores() -> None:
    curve = fit_curve(overconfident(300))
    assert curve is not None
    scores = [curve(step / 100) for step in range(101)]
    assert scores == sorted(scores)
    assert scores[0] >= 0 and scores[-1] <= 1


def test_a_curve_that_would_fall_is_held_growing() -> None:
    backwards = [Case(0.9, False, False, n) for n in range(40)] + [Case(0.1, True, True, n) for n in range(40)]
    curve = fit_curve(backwards)
    assert curve is not None
    assert curve(0.2) < curve(0.8)


def test_few_cases_leave_the_shared_curve_alone() -> None:
    assert fit_curve(overconfident(20)) is None
    assert fit_curve([Case(0.9, True, True, n) for n in range(100)]) is None
    assert fit_curve([]) is None


def test_the_fewer_the_cases_the_nearer_to_no_correction() -> None:
    few, many = fit_curve(overconfident(40)), fit_curve(overconfident(2000))
    assert few is not None and many is not None
    assert abs(few(0.8) - 0.8) < abs(many(0.8) - 0.8) + 0.1
    assert many(0.8) == pytest.approx(Curve(1.0, -1.4)(0.8), abs=0.08)


def test_the_threshold_separates_what_can_be_separated() -> None:
    cases = [Case(0.7 + n / 200, True, True, n) for n in range(40)]
    cases += [Case(0.2 - n / 400, False, False, n) for n in range(40)]
    threshold, reached = choose_threshold(corrected(cases, fit_curve(cases)), 0.05)
    assert reached
    found = trade(corrected(cases, fit_curve(cases)), threshold)
    assert (found.refused_answerable, found.wrong_of_answered) == (0.0, 0.0)


def test_a_stricter_rate_answers_less() -> None:
    cases = corrected(overconfident(800), fit_curve(overconfident(800)))
    strict, _ = choose_threshold(cases, 0.2)
    lax, _ = choose_threshold(cases, 0.5)
    assert strict > lax
    assert trade(cases, strict).wrong_of_answered <= 0.23


def test_a_rate_out_of_reach_is_said_to_be() -> None:
    hopeless = [Case(0.5, True, n % 2 == 0, n) for n in range(100)]
    _, reached = choose_threshold(hopeless, 0.01)
    assert not reached
    threshold, reached = choose_threshold([], 0.05)
    assert not reached and 0 < threshold < 1


def test_questions_without_answer_count_as_much_as_all_others() -> None:
    cases = [Case(0.9, True, True, n) for n in range(90)] + [Case(0.8, False, False, n) for n in range(10)]
    assert trade(cases, 0.5).wrong_of_answered == pytest.approx(0.5)


def test_reliability_holds_every_case_once() -> None:
    cases = [*overconfident(200), Case(1.0, True, True), Case(0.0, False, False)]
    bins = reliability(cases)
    assert sum(one.count for one in bins) == len(cases)
    assert all(one.low <= one.score <= one.high + 1e-9 for one in bins)
    steps = trade_off(cases)
    assert [one.refused_answerable for one in steps] == sorted(one.refused_answerable for one in steps)


@pytest.mark.parametrize("curve", [None, Curve(0.8, -0.2)])
def test_a_calibration_survives_being_kept(curve: Curve | None) -> None:
    kept = Calibration(0.4, 0.05, curve, 120, "2026-01-02T03:04:05+00:00", 7)
    assert Calibration.of({"calibration": kept.to_json(), "chunking": {}}) == kept
    assert Calibration.of({}) is None
    assert kept.score(0.6) == (0.6 if curve is None else curve(0.6))


HANDBOOK = Source(
    "c1",
    "d1",
    "Handbook / 3.1 Annual leave",
    "Every full-time employee receives twenty-five days of paid annual leave in each calendar year.",
    "en",
)
MANUAL = Source("c2", "d2", "员工手册 / 第三章 年假", "正式员工入职满一年后，每年享有十五天带薪年假，当年有效。", "zh")


def test_probes_ask_in_the_language_of_their_source() -> None:
    probes = probes_from([HANDBOOK, MANUAL], 10)
    assert {(probe.kind, probe.language) for probe in probes} == {
        (HEADING, "en"),
        (HEADING, "zh"),
        (SENTENCE, "en"),
        (SENTENCE, "zh"),
    }
    assert all("{" not in probe.question for probe in probes)
    assert probes == probes_from([MANUAL, HANDBOOK], 10)


def test_a_probe_does_not_quote_the_whole_sentence() -> None:
    for probe in probes_from([HANDBOOK, MANUAL], 10):
        if probe.kind == SENTENCE:
            assert probe.source is not None
            assert len(probe.question) < len(probe.source.text) + 12
            assert not probe.words <= set(probe.question.lower().split())


def test_a_probe_is_answered_where_it_comes_from_and_by_what_says_the_same() -> None:
    elsewhere = Source("c9", "d9", "Canteen", "The canteen opens at noon and closes at two.", "en")
    copy = Source("c8", "d8", "Leave", HANDBOOK.text, "en")
    for probe in probes_from([HANDBOOK], 10):
        assert probe.is_answered_by(HANDBOOK)
        assert not probe.may_be_answered_by(elsewhere)
        assert probe.may_be_answered_by(MANUAL) and not probe.is_answered_by(MANUAL)  # it may be a translation
        if probe.kind == SENTENCE:
            assert probe.is_answered_by(copy)


@pytest.mark.parametrize(
    ("heading", "language", "named"),
    [
        ("Handbook / 3.2 Annual leave", "en", "annual leave"),
        ("Handbook / GDPR Requests", "en", "GDPR Requests"),
        ("手册 / 第三章 年假", "zh", "年假"),
        ("手册 / 二、报销流程", "zh", "报销流程"),
        ("Help / How do I pay?", "en", "How do I pay?"),
    ],
)
def test_a_heading_becomes_a_question(heading: str, language: str, named: str) -> None:
    question = question_of(heading, language)
    assert question is not None and named in question
    assert question.endswith(("?", "？"))


@pytest.mark.parametrize("heading", ["Handbook / Introduction", "手册 / 概述", "Handbook / 12.3", "x" * 90, "—"])
def test_a_heading_that_names_nothing_is_left_out(heading: str) -> None:
    assert question_of(heading, "en") is None


def test_off_topic_questions_are_many_in_both_languages_and_answered_by_nothing() -> None:
    probes = off_topic_probes()
    assert min(sum(probe.language == language for probe in probes) for language in ("zh", "en")) >= 40
    assert {probe.kind for probe in probes} == {OFF_TOPIC}
    assert len({probe.question for probe in probes}) == len(probes)
    assert not any(probe.is_answered_by(HANDBOOK) for probe in probes)
