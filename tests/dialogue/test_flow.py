"""Flows as data: what is refused, and where the mistake is said to be."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dialogue.engine import DialogueEngine
from dialogue.flow import parse_flow
from dialogue.flow_faults import FAULTS, FlowInvalid
from dialogue.template import placeholders
from tests.dialogue.talking import demo_flows


def flow(**changes: object) -> dict[str, object]:
    described: dict[str, object] = {
        "name": "booking",
        "intents": ["book"],
        "slots": [{"name": "city", "entity": "city", "required": True, "prompt": {"en": "Where?"}}],
        "call": {"connection": "hotel", "operation": "book", "arguments": {"city": "{city}"}},
        "replies": {"success": {"en": "Booked."}},
    }
    return {key: value for key, value in {**described, **changes}.items() if value is not ...}


def slot(**changes: object) -> list[dict[str, object]]:
    described: dict[str, object] = {"name": "city", "entity": "city", "required": True, "prompt": {"en": "Where?"}}
    return [{key: value for key, value in {**described, **changes}.items() if value is not ...}]


def test_a_good_flow_is_parsed() -> None:
    parsed = parse_flow(flow())
    assert parsed.name == "booking"
    assert parsed.slots[0].required
    assert parsed.collects


def test_the_demo_ships_flows_for_its_six_intents() -> None:
    assert {intent for each in demo_flows() for intent in each.intents} == {
        "greeting",
        "goodbye",
        "thanks",
        "weather",
        "order_status",
        "human_agent",
    }
    for each in demo_flows():
        for texts in (each.say, each.hand_over, each.replies.success):
            assert set(texts) in ({"zh", "en"}, set())


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (flow(name=...), "name"),
        (flow(name="a b"), "name"),
        (flow(name=5), "name"),
        (flow(intents=[]), "intents"),
        (flow(intents="book"), "intents"),
        (flow(unknown=1), "unknown"),
        (flow(slots={"a": 1}), "slots"),
        (flow(slots=["city"]), "slots[0]"),
        (flow(slots=slot() + slot()), "slots[1].name"),
        (flow(slots=slot(name="confirmation")), "slots[0].name"),
        (flow(slots=slot(prompt=...)), "slots[0].prompt"),
        (flow(slots=slot(prompt={"fr": "Où?"})), "slots[0].prompt.fr"),
        (flow(slots=slot(prompt={"en": 5})), "slots[0].prompt.en"),
        (flow(slots=slot(prompt="Where?")), "slots[0].prompt"),
        (flow(slots=slot(pattern="(")), "slots[0].pattern"),
        (flow(slots=slot(pattern="a" * 501)), "slots[0].pattern"),
        (flow(slots=slot(entity=...)), "slots[0]"),
        (flow(slots=slot(required="yes")), "slots[0].required"),
        (flow(slots=slot(case="title")), "slots[0].case"),
        (flow(slots=slot(quick_replies={"en": "a"})), "slots[0].quick_replies.en"),
        (flow(call={"operation": "x"}), "call.connection"),
        (flow(call={"connection": "x", "operation": "y", "arguments": {"a": "{town}"}}), "call.arguments.a"),
        (flow(call={"connection": "x", "operation": "y", "arguments": {"a": 1}}), "call.arguments.a"),
        (flow(confirm={"en": "Book {town}?"}), "confirm.en"),
        (flow(replies={}), "replies.success"),
        (flow(replies={"success": {"en": "a"}, "timeout": {"en": "b"}}), "replies.timeout"),
        (flow(ask_again={"not_found": "town"}), "ask_again.not_found"),
        (flow(ask_again={"success": "city"}), "ask_again.success"),
        (flow(say={"en": "hello"}), ""),
        ({"name": "x", "intents": ["y"]}, ""),
        ({"name": "x", "intents": ["y"], "say": {"en": " "}}, "say.en"),
        ({"name": "x", "intents": ["y"], "say": {"en": "a" * 4001}}, "say.en"),
        ({"name": "x", "intents": ["y"], "say": {1: "a"}}, "say"),
        ({"name": "x", "intents": ["y"], "say": {"en": "a"}, "closes": 1}, "closes"),
    ],
)
def test_a_mistake_is_named_with_its_place(data: Mapping[str, object], path: str) -> None:
    with pytest.raises(FlowInvalid) as caught:
        parse_flow(data)
    assert caught.value.path == path
    english, chinese = caught.value.message("en"), caught.value.message("zh")
    assert english.isascii()
    assert english in str(caught.value)
    assert not chinese.isascii()


@pytest.mark.parametrize("data", [[], "flow", None, 5])
def test_what_is_no_mapping_is_no_flow(data: object) -> None:
    with pytest.raises(FlowInvalid):
        parse_flow(data)  # type: ignore[arg-type]  # what a careless upload holds


def test_two_flows_cannot_share_a_name_or_an_intent() -> None:
    with pytest.raises(FlowInvalid, match="same name"):
        DialogueEngine([parse_flow(flow()), parse_flow(flow(intents=["other"]))])
    with pytest.raises(FlowInvalid, match="same intent"):
        DialogueEngine([parse_flow(flow()), parse_flow(flow(name="other"))])


def test_what_is_wrong_is_said_in_both_languages_with_the_same_particulars() -> None:
    for fault, said in FAULTS.items():
        assert set(placeholders(said.en)) == set(placeholders(said.zh)), fault
    with pytest.raises(FlowInvalid) as caught:
        parse_flow(flow(slots=slot(max_words=0)))
    assert caught.value.message("zh") == "必须是 1 到 500 之间的整数"
