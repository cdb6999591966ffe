"""What the demo's talks don't show: confirmation, flows without a call, changed flows, hostile input."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.actions import AskSlot, CallConnector, CallOutcome, HandOver, Say
from dialogue.engine import DialogueEngine
from dialogue.flow import CONFIRMATION, parse_flow
from dialogue.state import DialogueState
from tests.dialogue.hearing import hear
from tests.dialogue.talking import Talk, demo_flows

CANCEL_ORDER = parse_flow(
    {
        "name": "cancel_order",
        "intents": ["cancel_order"],
        "slots": [
            {
                "name": "order_id",
                "entity": "order_id",
                "required": True,
                "pattern": "[A-Z]\\d{5}",
                "prompt": {"zh": "订单号？"},
            },
            {"name": "reason", "free_text": True, "required": True, "prompt": {"zh": "取消的原因？", "en": "Why?"}},
        ],
        "confirm": {"zh": "确定取消订单 {order_id} 吗？"},
        "call": {
            "connection": "orders",
            "operation": "cancel",
            "arguments": {"id": "{order_id}", "why": "{reason}"},
        },
        "replies": {"success": {"zh": "订单 {order_id} 已取消。"}},
    }
)


def confirming(talk: Talk) -> AskSlot:
    talk.say("取消订单A10023", "cancel_order")
    action = talk.say("买错了")
    assert isinstance(action, AskSlot)
    return action


def started(engine: DialogueEngine, state: DialogueState, text: str, intent: str | None = None) -> object:
    return engine.start(state, hear(text, intent))[1]


def test_a_confirmation_is_asked_before_the_call_and_a_yes_makes_it() -> None:
    talk = Talk([CANCEL_ORDER])
    action = confirming(talk)
    assert action.slot == CONFIRMATION
    assert action.text == "确定取消订单 A10023 吗？"
    assert [button.title for button in action.quick_replies] == ["确认", "取消"]
    assert not talk.calls
    called = started(talk.engine, talk.state, "是的")
    assert called == CallConnector("orders", "cancel", {"id": "A10023", "why": "买错了"})


@pytest.mark.parametrize("text", ["不", "取消", "no", "算了"])
def test_a_no_calls_it_off(text: str) -> None:
    talk = Talk([CANCEL_ORDER])
    confirming(talk)
    assert isinstance(started(talk.engine, talk.state, text), Say)


def test_a_correction_while_confirming_asks_for_the_yes_again() -> None:
    talk = Talk([CANCEL_ORDER])
    confirming(talk)
    again = started(talk.engine, talk.state, "不对，是A10024")
    assert isinstance(again, AskSlot)
    assert again.text == "确定取消订单 A10024 吗？"


def test_something_else_while_confirming_is_answered_and_the_yes_asked_for_again() -> None:
    talk = Talk([CANCEL_ORDER])
    confirming(talk)
    aside = started(talk.engine, talk.state, "退款要多久？")
    assert getattr(aside, "then", None) == "确定取消订单 A10023 吗？"


def test_an_order_number_for_another_flow_switches_instead_of_filling() -> None:
    talk = Talk([CANCEL_ORDER, *demo_flows()])
    talk.say("我的订单到哪了", "order_status")
    talk.say("帮我把A10023这单取消掉", "cancel_order")
    assert talk.state.flow == "cancel_order"
    assert talk.state.slots == {"order_id": "A10023"}


def test_a_flow_without_a_call_says_its_success() -> None:
    callback = parse_flow(
        {
            "name": "callback",
            "intents": ["callback"],
            "slots": [{"name": "phone", "required": True, "pattern": "1\\d{10}", "prompt": {"zh": "手机号？"}}],
            "replies": {"success": {"zh": "我们会回拨 {phone}。"}},
        }
    )
    talk = Talk([callback])
    talk.say("给我回电话", "callback")
    assert talk.say("我的手机是13800138000") == Say("我们会回拨 13800138000。")


def test_a_flow_that_was_deleted_meanwhile_is_forgotten() -> None:
    gone = DialogueState(flow="gone", requested_slot="x", slots={"x": "1"})
    state, action = DialogueEngine(demo_flows()).start(gone, hear("你好", "greeting"))
    assert isinstance(action, Say)
    assert (state.flow, state.requested_slot, state.slots) == (None, None, {})
    assert isinstance(DialogueEngine([]).resume(gone, CallOutcome())[1], Say)


def test_a_slot_that_was_deleted_meanwhile_is_not_waited_for() -> None:
    state = DialogueState(flow="order_status", requested_slot="gone", slots={"city": "Beijing"})
    assert DialogueEngine(demo_flows()).start(state, hear("年假有几天?"))[0].requested_slot is None


def test_a_bot_without_a_human_offers_only_to_cancel() -> None:
    talk = Talk([each for each in demo_flows() if not each.hand_over])
    talk.say("我的订单到哪了", "order_status")
    for _ in range(2):
        talk.say("12345")
    offer = talk.say("12345")
    assert isinstance(offer, AskSlot)
    assert [button.title for button in offer.quick_replies] == ["取消"]
    assert not isinstance(talk.say("好的"), HandOver)


def test_a_bot_without_flows_answers_everything_from_knowledge() -> None:
    state, action = DialogueEngine([]).start(DialogueState(), hear("今天天气", "weather"))
    assert getattr(action, "question", None) == "今天天气"
    assert state.turn == 1


def test_an_invalid_date_is_asked_again_and_the_city_kept() -> None:
    talk = Talk()
    talk.say("北京天气", "weather")
    state = replace(talk.state, slots={"city": "Beijing", "date": "2027-01-01"})
    state, action = talk.engine.resume(state, CallOutcome(error="invalid"))
    assert isinstance(action, AskSlot)
    assert action.slot == "date"
    assert state.slots == {"city": "Beijing"}


def test_a_pattern_that_backtracks_without_end_is_given_up_on() -> None:
    evil = parse_flow(
        {
            "name": "evil",
            "intents": ["evil"],
            "slots": [{"name": "x", "required": True, "pattern": "(a|aa)+$", "prompt": {"en": "?"}}],
            "replies": {"success": {"en": "{x}"}},
        }
    )
    talk = Talk([evil])
    talk.say("go", "evil")
    talk.say("a" * 900 + "!")
    assert talk.state.requested_slot == "x"


TEXTS = st.one_of(
    st.text(max_size=60), st.sampled_from(["北京", "A10023", "算了", "那上海呢", "不对，是上海", "好的", "no"])
)
INTENTS = st.sampled_from([None, "weather", "order_status", "greeting", "goodbye", "thanks", "human_agent", "unknown"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(TEXTS, INTENTS), max_size=6))
def test_whatever_is_said_the_engine_answers_and_its_state_survives_storage(
    turns: list[tuple[str, str | None]],
) -> None:
    talk = Talk()
    for text, intent in turns:
        action = talk.say(text, intent)
        assert not isinstance(action, CallConnector)
        assert DialogueState.from_json(talk.state.to_json()) == talk.state
        assert "{" not in getattr(action, "text", "").replace(text, "")
