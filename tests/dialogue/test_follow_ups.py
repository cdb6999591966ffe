"""Flows that begin only right after the words of another."""

from __future__ import annotations

import pytest

from dialogue.actions import Say
from dialogue.engine import DialogueEngine
from dialogue.flow import Flow, parse_flow
from dialogue.flow_faults import FlowInvalid
from tests.dialogue.talking import Talk


def saying(name: str, intent: str, *after: str) -> Flow:
    return parse_flow({"name": name, "intents": [intent], "after": list(after), "say": {"en": f"{name}."}})


PARCEL = parse_flow(
    {
        "name": "parcel",
        "intents": ["parcel"],
        "slots": [{"name": "city", "entity": "city", "required": True, "prompt": {"en": "Where to?"}}],
        "replies": {"success": {"en": "Sent. Another one?"}},
    }
)
FLOWS = [
    saying("tour", "tour"),
    saying("prices", "prices"),
    saying("great", "affirm"),
    saying("history", "affirm", "tour"),
    saying("discount", "affirm", "prices"),
    saying("founders", "affirm", "history"),
    saying("next_parcel", "affirm", "parcel"),
    PARCEL,
]


def said(talk: Talk, text: str, intent: str | None = None) -> str:
    action = talk.say(text, intent)
    return action.text if isinstance(action, Say) else type(action).__name__


def test_the_same_intent_is_answered_by_what_was_said_last() -> None:
    talk = Talk(FLOWS)
    assert said(talk, "yes of course", "affirm") == "great."
    assert [said(talk, "show me around", "tour"), said(talk, "yes of course", "affirm")] == ["tour.", "history."]
    assert said(talk, "yes of course", "affirm") == "founders."
    assert said(talk, "yes of course", "affirm") == "great.", "nothing comes after that"
    assert [said(talk, "how much is it", "prices"), said(talk, "yes of course", "affirm")] == ["prices.", "discount."]


def test_anything_in_between_ends_what_a_yes_would_answer() -> None:
    talk = Talk(FLOWS)
    said(talk, "show me around", "tour")
    assert said(talk, "what is the capital of France") == "AnswerFromKnowledge"
    assert said(talk, "yes of course", "affirm") == "great."


def test_the_end_of_a_form_can_be_followed_as_well() -> None:
    talk = Talk(FLOWS)
    assert said(talk, "send it to London", "parcel") == "Sent. Another one?"
    assert said(talk, "yes of course", "affirm") == "next_parcel."


def test_two_flows_may_not_answer_one_intent_after_the_same_words() -> None:
    with pytest.raises(FlowInvalid):
        DialogueEngine([*FLOWS, saying("other", "affirm", "prices", "tour")])
