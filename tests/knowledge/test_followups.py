"""Which messages lean on what was said, what is carried into them, and how two readings become one ranking."""

from __future__ import annotations

import pytest

from knowledge.followups import Topic, leans_back, needs_context, pooled
from knowledge.retrieval import Hit

CARD = Topic().asked("What is the premium card?", in_context=False).answered("It opens every lounge. [1]", "Cards")


def hit(chunk_id: str, score: float) -> Hit:
    return Hit(chunk_id, score, dense=0.0, lexical=0.0)


LEANING = """And how much does it cost? | what about part-timers? | Fees? | Do they need it? | 那要多少钱？ | 那病假呢？
| 它的有效期是多久 | 还有别的吗 | 怎么办理 | 其中哪些免费"""
COMPLETE = """What is the refund policy? | How many days of annual leave do I get? | 年假有几天 | 其实年假有几天
| 你们这里可以刷卡支付吗 | 信用卡还款日是哪天"""


@pytest.mark.parametrize("message", LEANING.split("|"))
def test_a_message_that_points_back_or_says_next_to_nothing_leans(message: str) -> None:
    assert leans_back(message)


@pytest.mark.parametrize("message", COMPLETE.split("|"))
def test_a_question_of_its_own_does_not(message: str) -> None:
    assert not leans_back(message)


def test_context_is_for_what_leans_back_and_for_what_found_nothing() -> None:
    assert needs_context("And how much does it cost?", 0.9)
    assert not needs_context("And how much does it cost?", 0.99)  # approved word for word
    assert needs_context("Who do I call about these collection services downtown?", 0.6)
    assert not needs_context("Who do I call about these collection services downtown?", 0.75)
    assert not needs_context("What is the refund policy?", 0.5)
    assert needs_context("What is the refund policy?", 0.2)


def test_a_follow_up_carries_the_subject_and_the_answer() -> None:
    assert CARD.about("And how much does it cost?") == "premium card And how much does it cost?"
    assert CARD.around("How much?") == "premium card Cards It opens every lounge. How much?"
    assert Topic().asked("会员卡有什么用？", in_context=False).about("那要多少钱？") == "会员卡 那要多少钱？"


def test_a_subject_goes_on_through_follow_ups_and_ends_with_a_new_question() -> None:
    cost = CARD.asked("And how much does it cost?", in_context=True)
    assert "premium card" in cost.about("Where do I cancel it?")
    assert "lounge" not in cost.around("Where do I cancel it?")  # the answer was to the question before
    assert Topic().asked("Where is the car park?", in_context=False).subject == "car park"


def test_what_was_said_is_read_in_order_and_only_up_to_a_length() -> None:
    said = [
        ("user", "What is the premium card?"),
        ("bot", "A card."),
        ("user", "How much is it?"),
        ("bot", "20 euro."),
    ]
    assert Topic.of(said) == Topic("premium card How much is it?", "20 euro.")
    long = Topic.of([("user", "word " * 4000), ("bot", "answer " * 4000), ("user", "它 " * 4000)])
    assert len(long.question) < 1000
    assert len(Topic.of([("user", "a"), ("bot", "b" * 900)]).answer) == 100
    assert len(Topic.of([("user", "一"), ("bot", "二" * 900)]).answer) == 50
    assert not Topic.of([])
    assert Topic().around("How much?") == "How much?"


def test_of_two_readings_a_hit_must_fit_both() -> None:
    alone = [hit("gold", 0.8), hit("premium", 0.7), hit("parking", 0.1)]
    in_context = [hit("premium", 0.9), hit("gold", 0.3)]
    message = "And how much is the membership of the club today?"
    found = pooled(message, alone, in_context, limit=2)
    assert [one.chunk_id for one in found] == ["premium", "gold"]
    assert 0.7 < found[0].score < 0.9
    assert pooled(message, alone, in_context, limit=9)[-1].chunk_id == "parking"


def test_a_message_that_stands_alone_keeps_its_scores_whatever_was_said() -> None:
    alone = [hit("pool", 0.2), hit("card", 0.1)]
    found = pooled("Who won the football match?", alone, [hit("card", 0.99), hit("other", 0.3)], limit=9)
    assert [(one.chunk_id, one.score) for one in found] == [("card", 0.2), ("pool", 0.1), ("other", 0.1)]


def test_what_says_something_itself_is_judged_by_that() -> None:
    assert CARD.judged("And who won the football match yesterday?") == "And who won the football match yesterday?"
    assert CARD.judged("And how much does it cost?") == "premium card And how much does it cost?"


def test_a_message_that_says_next_to_nothing_has_no_reading_of_its_own() -> None:
    alone, in_context = [hit("gold", 0.8)], [hit("premium", 0.4)]
    assert pooled("And how much does it cost?", alone, in_context, limit=3) == in_context
    assert "lounge" not in CARD.around("And how much does it cost?")


def test_one_reading_that_found_nothing_leaves_the_other() -> None:
    for message in ("What is the refund policy?", "And this?"):
        assert pooled(message, [], [hit("a", 0.4)], limit=3) == [hit("a", 0.4)]
        assert pooled(message, [hit("a", 0.4)], [], limit=3) == [hit("a", 0.4)]
        assert pooled(message, [], [], limit=3) == []
