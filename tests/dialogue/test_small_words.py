"""Small words are heard as what they are: "ok" is no greeting, "got it" no question, "I don't know" no order number."""

from __future__ import annotations

import pytest

from dialogue.actions import AnswerFromKnowledge, AskSlot, HandOver, Say
from dialogue.cues import is_cancel, is_ignorance, is_small_word, is_wait
from dialogue.slot_filling import free_text_value
from tests.dialogue.talking import Talk, demo_flows

ACKNOWLEDGED = Say("好的。请问还有什么可以帮您？")


@pytest.mark.parametrize(
    "text", ["好的", "知道了", "好的，知道了。", "明白", "收到！", "ok", "Got it.", "oh I see", "ok then"]
)
def test_an_acknowledgement_is_one_whatever_intent_was_guessed_for_it(text: str) -> None:
    talk = Talk()
    talk.say("北京今天天气", "weather")
    for intent in ("greeting", "goodbye", "weather", None):
        assert talk.say(text, intent, 0.6) in (ACKNOWLEDGED, Say("Okay. Is there anything else I can help with?"))
    assert talk.state.flow == "weather"


def test_an_intent_that_was_taught_the_small_word_has_it() -> None:
    assert talk_reply("好的", "goodbye", 0.95) == "再见，祝您一切顺利！"


def talk_reply(text: str, intent: str, confidence: float) -> str:
    action = Talk().say(text, intent, confidence)
    assert isinstance(action, Say)
    return action.text


@pytest.mark.parametrize(
    "text", ["知道了吗", "我知道了一件事", "I see a problem with my bill", "got it wrong", "明白人", "好的天气"]
)
def test_more_than_a_small_word_is_none(text: str) -> None:
    assert not is_small_word(text)


@pytest.mark.parametrize("text", ["好的", "知道了", "ok", "sure", "got it", "嗯"])
def test_while_a_value_is_waited_for_a_small_word_gets_the_question_again_and_no_blame(text: str) -> None:
    talk = Talk()
    asked = talk.say("我的订单到哪了", "order_status")
    assert isinstance(asked, AskSlot)
    again = talk.say(text, "greeting", 0.6)
    assert isinstance(again, AskSlot)
    assert again.text in (asked.text, "Could you give me your order number (for example A10023)?")


def test_a_small_word_is_no_free_text_value() -> None:
    city = next(slot for flow in demo_flows() for slot in flow.slots if slot.name == "city")
    assert free_text_value(city, "知道了") is None
    assert free_text_value(city, "got it") is None


@pytest.mark.parametrize(
    "text",
    [
        "不知道",
        "我忘了",
        "不知道订单号",
        "我不记得订单号了",
        "没有订单号",
        "找不到订单编号了",
        "嗯……我不太记得了",
        "不好意思，忘了",
        "I don't know",
        "I don't know my order number",
        "I can't find it",
        "I don't have an order number",
        "I lost the number",
        "no idea",
    ],
)
def test_who_does_not_know_the_value_is_offered_a_human_at_once(text: str) -> None:
    talk = Talk()
    talk.say("我的订单到哪了", "order_status")
    action = talk.say(text, "order_status", 0.9)
    assert isinstance(action, AskSlot)
    assert action.text.startswith(
        ("没关系。需要为您转接人工客服吗？", "No problem. Would you like to talk to a human?")
    )
    assert len(action.quick_replies) == 2
    assert isinstance(talk.say(action.quick_replies[0].payload), HandOver)


def test_who_did_not_know_the_value_may_still_bring_it_or_call_it_off() -> None:
    for text, expected in (("A10023", "A10023"), ("不用", "好的，已取消"), ("算了", "好的，已取消")):
        talk = Talk()
        talk.say("我的订单到哪了", "order_status")
        talk.say("不知道")
        action = talk.say(text)
        assert isinstance(action, Say)
        assert expected in action.text


def test_without_a_human_flow_none_is_offered() -> None:
    talk = Talk([flow for flow in demo_flows() if not flow.hand_over])
    talk.say("我的订单到哪了", "order_status")
    action = talk.say("我忘了")
    assert isinstance(action, AskSlot)
    assert action.text == "没关系。您可以找到后直接发给我，或者取消。"
    assert [button.title for button in action.quick_replies] == ["取消"]


@pytest.mark.parametrize("text", ["不知道怎么退货", "忘记密码怎么办", "没有收到货", "I don't know why it is late"])
def test_a_question_or_a_complaint_is_no_ignorance_of_the_value(text: str) -> None:
    assert not is_ignorance(text)
    talk = Talk()
    talk.say("我的订单到哪了", "order_status")
    assert isinstance(talk.say(text), AnswerFromKnowledge)


@pytest.mark.parametrize(
    "text",
    [
        "等一下",
        "稍等",
        "好的，稍等一下",
        "我找找",
        "让我看一下",
        "wait",
        "one moment please",
        "let me check",
        "ok hold on",
    ],
)
def test_who_asks_to_wait_is_waited_for_whatever_intent_was_guessed(text: str) -> None:
    talk = Talk()
    talk.say("我的订单到哪了", "order_status")
    assert talk.say(text, "goodbye", 0.96) in (Say("好的，不急。"), Say("Sure, take your time."))
    assert (talk.state.requested_slot, talk.state.attempts) == ("order_id", 0)
    assert isinstance(talk.say("A10023"), Say)
    assert talk.state.slots == {"order_id": "A10023"}
    assert talk.say(text, "goodbye", 0.96) in (Say("好的，不急。"), Say("Sure, take your time."))
    assert talk.state.flow == "order_status"


@pytest.mark.parametrize("text", ["我等了三天了", "要等多久", "我查天气", "let me check the weather", "wait for what"])
def test_more_than_a_wait_is_none(text: str) -> None:
    assert not is_wait(text)


@pytest.mark.parametrize("text", ["我不想查天气", "不想说", "我不想告诉你", "skip", "nvm", "I'd rather not say"])
def test_who_does_not_want_to_is_not_asked_again(text: str) -> None:
    talk = Talk()
    talk.say("查天气", "weather")
    action = talk.say(text, "weather", 0.96)
    assert action in (
        Say("好的，已取消。还需要什么可以随时问我。"),
        Say("All right, cancelled. Ask me whenever you need anything else."),
    )
    assert talk.state.requested_slot is None
    assert not is_cancel("不想给你们钱了怎么办")
    assert not is_cancel("how do I skip the queue")


@pytest.mark.parametrize("text", ["ok now A10023", "那A10023呢", "A10023"])
def test_a_bare_value_starts_its_flow_whatever_small_talk_was_guessed(text: str) -> None:
    talk = Talk()
    talk.say("北京今天天气", "weather")
    talk.say(text, "goodbye", 0.6)
    assert talk.calls[-1].arguments == {"order_id": "A10023"}
