"""Figures over judged examples, checked by hand, and the test that holds two models against each other."""

from __future__ import annotations

import pytest

from nlu.intents.training import train_model
from nlu.intents.training_settings import TrainingSettings
from nlu.measuring.evaluation import compare, cross_validate, evaluate
from nlu.measuring.judging import Judged, judge
from nlu.understanding import Example
from nlu.vectors import Encoders
from tests.nlu.encoders import HashingEncoder
from tests.nlu.examples import shop_examples


def line(expected: str | None, predicted: str | None, confidence: float = 0.9, text: str = "text") -> Judged:
    """`predicted` None: refused, though `expected` or "a" came out best."""
    best = predicted or expected or "a"
    return Judged(text, "en", predicted, best, confidence, coverage=1.0, expected=expected)


def test_figures_are_those_of_the_confusion_matrix() -> None:
    report = evaluate([line("a", "a"), line("a", "a"), line("a", "b"), line("b", "b"), line(None, None, 0.1)])
    assert (report.total, report.accuracy, report.in_scope_accuracy) == (5, 0.8, 0.75)
    assert report.out_of_scope_recall == 1.0
    by_name = {each.intent: each for each in report.intents}
    assert (by_name["a"].precision, by_name["a"].support) == (1.0, 3)
    assert by_name["a"].recall == pytest.approx(2 / 3)
    assert (by_name["b"].precision, by_name["b"].recall) == (0.5, 1.0)
    assert report.macro_f1 == pytest.approx((0.8 + 2 / 3) / 2)


def test_an_intent_that_was_only_predicted_is_listed_but_has_no_part_in_the_mean() -> None:
    report = evaluate([line("a", "a"), line("a", "never_asked")])
    assert [each.support for each in report.intents] == [2, 0]
    assert report.macro_f1 == pytest.approx(2 / 3)


def test_confusions_come_with_examples_the_most_frequent_first() -> None:
    report = evaluate([line("a", "b", text=str(n)) for n in range(4)] + [line("b", None), line("a", "a")])
    first, second = report.confusions
    assert (first.expected, first.predicted, first.count, first.examples) == ("a", "b", 4, ("0", "1", "2"))
    assert (second.expected, second.predicted) == ("b", None)


def test_the_curve_shows_what_every_threshold_would_refuse() -> None:
    judged = [line("a", "a", 0.9), line("a", None, 0.3), line(None, None, 0.2), line(None, "a", 0.6)]
    curve = {point.threshold: point for point in evaluate(judged).out_of_scope_curve}
    assert (curve[0.0].in_scope_accuracy, curve[0.0].out_of_scope_recall) == (1.0, 0.0)
    assert (curve[0.5].in_scope_accuracy, curve[0.5].out_of_scope_recall) == (0.5, 0.5)
    assert (curve[0.95].in_scope_accuracy, curve[0.95].out_of_scope_recall) == (0.0, 1.0)


def test_the_curve_says_nothing_of_scope_where_nothing_was_out_of_it() -> None:
    report = evaluate([line("a", "a")])
    assert report.out_of_scope_recall is None
    assert all(point.out_of_scope_recall is None for point in report.out_of_scope_curve)


def test_confidence_that_keeps_its_word_has_no_calibration_error() -> None:
    honest = [line("a", "a", 0.75)] * 3 + [line("a", "b", 0.75)]
    boastful = [line("a", "b", 1.0)] * 4
    assert evaluate(honest).calibration_error == pytest.approx(0.0)
    assert evaluate(boastful).calibration_error == pytest.approx(1.0)


def test_the_surest_mistakes_are_the_worst() -> None:
    judged = [line("a", "b", 0.6, "unsure"), line("a", "b", 0.99, "sure"), line("a", "a", 1.0, "right")]
    assert [each.text for each in evaluate(judged).worst] == ["sure", "unsure"]


def test_nothing_at_all_is_evaluated_without_failing() -> None:
    report = evaluate([])
    assert (report.total, report.accuracy, report.macro_f1, report.calibration) == (0, 0.0, 0.0, ())


RIGHT, WRONG = line("a", "a"), line("a", "b")


@pytest.mark.parametrize(
    ("lost", "gained", "is_worse"),
    [(0, 0, False), (4, 0, False), (5, 0, True), (6, 5, False), (12, 3, True), (3, 12, False), (0, 9, False)],
)
def test_a_model_is_worse_when_chance_would_hardly_lose_so_much(lost: int, gained: int, is_worse: bool) -> None:
    same = 30
    active = [RIGHT] * lost + [WRONG] * gained + [RIGHT] * same
    candidate = [WRONG] * lost + [RIGHT] * gained + [RIGHT] * same
    found = compare(candidate, active)
    assert (found.lost, found.gained, found.is_worse) == (lost, gained, is_worse)


def test_the_p_value_is_that_of_the_exact_test() -> None:
    found = compare([WRONG] * 5, [RIGHT] * 5)
    assert found.p_value == pytest.approx(0.5**5)
    assert compare([RIGHT], [RIGHT]).p_value == 1.0


def test_judging_many_agrees_with_asking_one_by_one() -> None:
    encoder = HashingEncoder()
    model = train_model(shop_examples(), Encoders(encoder))
    texts = ["will it rain in Paris", "我的包裹在哪里", "", "🙂", "tell me about quantum physics"]
    judged = judge(model, [Example(text, "weather") for text in texts], Encoders(encoder))
    assert [each.text for each in judged] == texts
    for each in judged:
        vectors = model.encode(each.text, each.language, Encoders(encoder))
        verdict = model.decide(each.text, vectors, language=each.language)
        assert each.predicted == verdict.intent
        assert each.confidence == pytest.approx(verdict.ranking[0].confidence if verdict.ranking else 0.0, abs=1e-5)


def test_cross_validation_asks_every_example_a_model_that_has_not_seen_it() -> None:
    examples = [*shop_examples("en"), Example("only once", "lonely")]
    told: list[float] = []
    judged = cross_validate(examples, Encoders(HashingEncoder()), TrainingSettings(), folds=3, progress=told.append)
    assert [each.text for each in judged] == [example.text for example in examples[:-1]]
    assert told == sorted(told) and told[-1] == 1.0
    assert evaluate(judged).accuracy < 1.0
