"""Whole talks with the demo's flows, in Chinese and English."""

from __future__ import annotations

import pytest

from dialogue.actions import AnswerFromKnowledge, AskSlot, HandOver, Say
from tests.dialogue.talking import Talk


def arguments(talk: Talk) -> dict[str, str]:
    """Of the last call."""
    return dict(talk.calls[-1].arguments)


@pytest.mark.parametrize(
    ("question", "city", "day", "both"),
    [
        ("今天北京天气怎么样?", "那上海呢?", "那明天呢?", "北京明天呢"),
        ("What's the weather in Beijing today?", "what about Shanghai?", "and tomorrow?", "how about Beijing tomorrow"),
    ],
)
def test_follow_ups_inherit_the_intent_and_what_they_do_not_name(question: str, city: str, day: str, both: str) -> None:
    talk = Talk()
    assert isinstance(talk.say(question, "weather"), Say)
    assert arguments(talk) == {"city": "Beijing", "date": "2026-11-20"}
    talk.say(city)
    assert arguments(talk) == {"city": "Shanghai", "date": "2026-11-20"}
    talk.say(day)
    assert arguments(talk) == {"city": "Shanghai", "date": "2026-11-21"}
    talk.say(both)
    assert arguments(talk) == {"city": "Beijing", "date": "2026-11-21"}
    assert talk.state.intent == "weather"


def test_a_follow_up_is_one_whatever_intent_was_guessed_for_it() -> None:
    talk = Talk()
    talk.say("今天北京天气怎么样?", "weather")
    talk.say("那上海呢?", "greeting", 0.95)
    assert arguments(talk)["city"] == "Shanghai"


def test_a_follow_up_reaches_over_thanks() -> None:
    talk = Talk()
    talk.say("今天北京天气怎么样?", "weather")
    assert isinstance(talk.say("谢谢", "thanks"), Say)
    assert talk.state.intent == "thanks"
    talk.say("上海呢")
    assert arguments(talk)["city"] == "Shanghai"


def test_a_new_question_takes_the_city_along_but_not_the_day() -> None:
    talk = Talk()
    talk.say("明天上海天气", "weather")
    talk.say("天气怎么样", "weather")
    assert arguments(talk) == {"city": "Shanghai", "date": "today"}


def test_a_whole_question_that_names_a_city_is_no_follow_up() -> None:
    talk = Talk()
    talk.say("今天北京天气怎么样?", "weather")
    action = talk.say("上海有你们的办公室吗？")
    assert action == AnswerFromKnowledge("上海有你们的办公室吗？")
    assert len(talk.calls) == 1


def test_after_a_knowledge_question_a_follow_up_belongs_to_it() -> None:
    talk = Talk()
    talk.say("今天北京天气怎么样?", "weather")
    talk.say("北京办事处在哪里？")
    assert talk.say("那上海呢?") == AnswerFromKnowledge("那上海呢?")
    assert talk.say("那深圳呢?") == AnswerFromKnowledge("那深圳呢?")
    assert talk.say("年假有几天?") == AnswerFromKnowledge("年假有几天?")


@pytest.mark.parametrize(
    ("question", "correction", "expected"),
    [
        ("今天北京天气怎么样?", "不对，是上海", "Shanghai"),
        ("今天北京天气怎么样?", "不是北京，是上海", "Shanghai"),
        ("今天北京天气怎么样?", "我说的是上海，不是北京", "Shanghai"),
        ("What's the weather in Beijing today?", "no, I meant Shanghai", "Shanghai"),
        ("What's the weather in Beijing today?", "Sorry, not Beijing but London", "London"),
        ("What's the weather in Beijing today?", "Actually, make it London instead of Beijing", "London"),
    ],
)
def test_a_correction_replaces_one_slot_and_keeps_the_others(question: str, correction: str, expected: str) -> None:
    talk = Talk()
    talk.say(question, "weather")
    talk.say(correction)
    assert arguments(talk) == {"city": expected, "date": "2026-11-20"}


@pytest.mark.parametrize(
    ("question", "asked"),
    [("我的订单到哪了", "请提供您的订单号"), ("Where is my order?", "Could you give me your order number")],
)
def test_an_order_is_asked_for_and_its_number_alone_is_enough(question: str, asked: str) -> None:
    talk = Talk()
    action = talk.say(question, "order_status")
    assert isinstance(action, AskSlot)
    assert action.slot == "order_id"
    assert action.text.startswith(asked)
    assert isinstance(talk.say("A10023"), Say)
    assert arguments(talk) == {"order_id": "A10023"}
    assert talk.state.language == ("zh" if "单" in question else "en")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("a10023", None),
        ("Ａ１００２３", None),
        ("A10023", "weather"),
        ("A10023 谢谢", "thanks"),
        ("订单号是A10023，麻烦快一点", "human_agent_unknown"),
        ("my number is A10023, thanks a lot", "thanks"),
    ],
)
def test_a_value_fills_the_slot_whatever_else_was_said_or_guessed(text: str, intent: str | None) -> None:
    talk = Talk()
    talk.say("我的订单到哪了", "order_status")
    talk.say(text, intent)
    assert arguments(talk) == {"order_id": "A10023"}


@pytest.mark.parametrize(
    ("question", "said"),
    [("我的订单到哪了", "没有查到订单 A99999"), ("Where is my order?", "couldn't find an order A99999")],
)
def test_an_unknown_number_gets_an_honest_answer_and_the_question_again(question: str, said: str) -> None:
    talk = Talk()
    asked = talk.say(question, "order_status")
    action = talk.say("A99999")
    assert isinstance(action, AskSlot)
    assert isinstance(asked, AskSlot)
    assert said in action.text
    assert action.text.endswith(asked.text)
    assert isinstance(talk.say("A10023"), Say)


def test_after_three_bad_answers_a_human_is_offered_and_a_yes_takes_the_offer() -> None:
    talk = Talk()
    talk.say("我的订单到哪了", "order_status")
    for number in ("A99999", "12345"):
        action = talk.say(number)
        assert isinstance(action, AskSlot)
        assert not action.quick_replies
    offer = talk.say("A99998")
    assert isinstance(offer, AskSlot)
    assert [button.title for button in offer.quick_replies] == ["转人工", "取消"]
    assert talk.say("好的") == HandOver("好的，正在为您转接人工客服，请稍候。", "attempts")
    assert talk.state.handed_over
    assert talk.state.flow is None


def test_the_offer_can_be_declined_or_answered_with_a_good_value() -> None:
    for last, kind in (("不用了", Say), ("A10023", Say), ("转人工", HandOver)):
        talk = Talk()
        talk.say("我的订单到哪了", "order_status")
        for _ in range(3):
            talk.say("12345")
        assert isinstance(talk.say(last), kind)
        assert talk.state.requested_slot is None


def test_something_else_midway_is_answered_and_the_question_stays() -> None:
    talk = Talk()
    asked = talk.say("我的订单到哪了", "order_status")
    assert isinstance(asked, AskSlot)
    assert talk.say("年假有几天?") == AnswerFromKnowledge("年假有几天?", then=asked.text)
    assert isinstance(talk.say("A10023"), Say)
    assert arguments(talk) == {"order_id": "A10023"}


def test_a_greeting_midway_is_returned_and_the_question_asked_again() -> None:
    talk = Talk()
    asked = talk.say("where is my order", "order_status")
    action = talk.say("hello there", "greeting")
    assert isinstance(action, Say)
    assert isinstance(asked, AskSlot)
    assert action.text.endswith(asked.text)
    assert talk.state.requested_slot == "order_id"


def test_another_intent_midway_switches() -> None:
    talk = Talk()
    talk.say("我的订单到哪了", "order_status")
    assert isinstance(talk.say("今天北京天气怎么样?", "weather"), Say)
    assert arguments(talk) == {"city": "Beijing", "date": "2026-11-20"}
    assert talk.state.flow == "weather"


@pytest.mark.parametrize("text", ["算了", "不查了", "取消", "never mind", "Cancel that!", "forget it"])
def test_the_user_may_call_it_off(text: str) -> None:
    talk = Talk()
    talk.say("我的订单到哪了", "order_status")
    assert isinstance(talk.say(text, "goodbye"), Say)
    assert talk.state.requested_slot is None
    assert isinstance(talk.say("北京天气", "weather"), Say)


@pytest.mark.parametrize("waiting", [True, False])
def test_a_human_is_always_one_word_away(waiting: bool) -> None:
    talk = Talk()
    if waiting:
        talk.say("我的订单到哪了", "order_status")
    assert talk.say("转人工", "human_agent") == HandOver("好的，正在为您转接人工客服，请稍候。", "requested")
    assert talk.state.handed_over


def test_not_knowing_the_number_is_no_question_for_the_knowledge() -> None:
    talk = Talk()
    talk.say("我的订单到哪了", "order_status")
    for text in ("不知道", "我忘了", "I don't know", "嗯"):
        talk = Talk()
        talk.say("我的订单到哪了", "order_status")
        assert isinstance(talk.say(text), AskSlot)


@pytest.mark.parametrize("text", ["12345", "AB-12", "ABCDEF", "订单号 1234", "A1002"])
def test_a_bad_value_is_told_apart_from_a_question(text: str) -> None:
    talk = Talk()
    talk.say("我的订单到哪了", "order_status")
    action = talk.say(text)
    assert isinstance(action, AskSlot)
    assert action.text.startswith("这个订单号的格式不对") or action.text.startswith("That doesn't look like")
    assert talk.state.attempts == 1


def test_a_city_the_nlu_does_not_know_is_taken_as_it_stands_and_an_unknown_one_asked_again() -> None:
    talk = Talk()
    assert isinstance(talk.say("查天气", "weather"), AskSlot)
    action = talk.say("火星")
    assert isinstance(action, AskSlot)
    assert action.text.startswith("没有找到名为“火星”的城市")
    talk.say("我在昆山")
    assert arguments(talk)["city"] == "昆山"


def test_a_bare_order_number_out_of_the_blue_starts_the_order_flow() -> None:
    talk = Talk()
    talk.say("A10024")
    assert talk.calls[-1].operation == "status"
    talk.say("那 A10023 呢？")
    assert arguments(talk) == {"order_id": "A10023"}


def test_a_dead_system_gets_an_honest_answer_and_can_be_tried_again() -> None:
    talk = Talk(dead=True)
    action = talk.say("今天北京天气怎么样?", "weather")
    assert isinstance(action, Say)
    assert action.text == "抱歉，天气服务暂时无法使用，请稍后再试。"
    assert action.quick_replies[0].title == "再试一次"
    talk.dead = False
    assert isinstance(talk.say("再试一次"), Say)
    assert arguments(talk) == {"city": "Beijing", "date": "2026-11-20"}


def test_the_reply_follows_the_language_of_the_message() -> None:
    talk = Talk()
    talk.say("今天北京天气怎么样?", "weather")
    talk.say("what about Shanghai?")
    assert talk.state.language == "en"
    talk.say("Beijing")
    assert talk.state.language == "en"
    talk.say("那明天呢？")
    assert talk.state.language == "zh"
    talk.say("London")
    assert talk.state.language == "zh"


def test_an_intent_below_the_threshold_goes_to_the_knowledge() -> None:
    assert isinstance(Talk().say("weather permitting, may I work from home?", "weather", 0.3), AnswerFromKnowledge)
    assert isinstance(Talk().say("How do I reset my password?"), AnswerFromKnowledge)


def test_small_words_alone_do_not_search_the_knowledge() -> None:
    for text in ("好的", "ok", "yes", "算了"):
        assert isinstance(Talk().say(text), Say)


def test_a_goodbye_ends_what_was_going_on() -> None:
    talk = Talk()
    talk.say("我的订单到哪了", "order_status")
    assert isinstance(talk.say("再见", "goodbye"), Say)
    assert talk.state.requested_slot is None
    assert talk.state.flow is None
