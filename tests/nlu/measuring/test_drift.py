"""Whether two samples of messages are told apart when they differ, and left alone when they don't."""

from __future__ import annotations

import random

import pytest

from nlu.measuring.drift import LEAST_MESSAGES, compare_samples, holm, most_changed, new_words
from nlu.measuring.judging import Judged


def messages(count: int, *, confidence: float, seed: int, refused: float = 0.1, language: str = "en") -> list[Judged]:
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        sure = min(1.0, max(0.0, chance.gauss(confidence, 0.1)))
        intent = None if chance.random() < refused else "weather"
        found.append(Judged("text", language, intent, "weather", sure, coverage=sure))
    return found


def test_samples_of_the_same_users_raise_no_alarm() -> None:
    for seed in range(20):
        before = messages(300, confidence=0.8, seed=seed)
        after = messages(300, confidence=0.8, seed=seed + 1000)
        assert not any(test.is_significant for test in compare_samples(before, after))


def test_a_change_is_found_and_named() -> None:
    before = messages(200, confidence=0.8, seed=1)
    after = messages(200, confidence=0.5, seed=2, refused=0.5, language="zh")
    tests = {test.name: test for test in compare_samples(before, after)}
    assert {name for name, test in tests.items() if test.is_significant} == {
        "confidence",
        "out_of_scope",
        "unknown_words",
        "language",
    }
    assert tests["out_of_scope"].after > tests["out_of_scope"].before
    assert (tests["language"].before, tests["language"].after, tests["language"].effect) == (0.0, 1.0, 1.0)


def test_users_who_are_understood_better_than_before_raise_no_alarm() -> None:
    tests = compare_samples(messages(200, confidence=0.5, seed=1, refused=0.5), messages(200, confidence=0.9, seed=2))
    assert not any(test.is_significant for test in tests)


def test_a_difference_that_does_not_matter_is_none_however_many_messages_show_it() -> None:
    before, after = messages(4000, confidence=0.80, seed=1), messages(4000, confidence=0.78, seed=2)
    confidence = next(test for test in compare_samples(before, after) if test.name == "confidence")
    assert confidence.p_value < 0.01
    assert not confidence.is_significant


def test_too_few_messages_say_nothing() -> None:
    few, many = messages(LEAST_MESSAGES - 1, confidence=0.1, seed=1), messages(200, confidence=0.9, seed=2)
    assert compare_samples(few, many) == compare_samples(many, few) == compare_samples([], many) == ()


def test_p_values_are_corrected_step_by_step() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == pytest.approx([1.0, 1.0])


def test_new_words_are_those_of_several_messages_that_nobody_used_before() -> None:
    before = ["我的订单到哪了", "where is my order"]
    after = [
        "怎么开发票",
        "发票怎么开",
        "订单的发票",
        "an invoice please",
        "the Invoice for my order",
        "once: xylophone",
    ]
    words = dict(new_words(before, after))
    assert words["发票"] == 3
    assert words["invoice"] == 2
    assert not {"订单", "order", "xylophone"} & words.keys()


def test_the_strangest_messages_come_first_and_equal_ones_once() -> None:
    known = Judged("where is my order", "en", "order", "order", 0.99, coverage=1.0)
    strange = Judged("Xylophone!", "en", None, "order", 0.1, coverage=0.0)
    again = Judged("xylophone!", "en", None, "order", 0.1, coverage=0.0)
    assert most_changed([known, strange, again], limit=5) == [1, 0]
