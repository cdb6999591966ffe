"""Several ways of saying the same, and slots that take a longer text."""

from __future__ import annotations

import pytest

from dialogue.actions import AskSlot, Say
from dialogue.flow import parse_flow
from dialogue.flow_faults import FlowInvalid
from tests.dialogue.talking import Talk

BYE = {"name": "bye", "intents": ["bye"], "say": {"en": ["Bye!", "See you!", "Take care!"]}}
INCIDENT = {
    "name": "incident",
    "intents": ["incident"],
    "slots": [
        {
            "name": "description",
            "free_text": True,
            "max_words": 60,
            "required": True,
            "prompt": {"en": "What happened?"},
        }
    ],
    "replies": {"success": {"en": "Noted: {description}"}},
}
STORY = (
    "My laptop does not start any more since the update of this morning\n"
    "and the screen stays black whatever key I press on the keyboard, while the fan is running at full speed, "
    "and the same happened to two colleagues of mine who sit in the office on the second floor next to the stairs"
)


def test_a_reply_with_variants_is_said_in_another_one_each_time() -> None:
    talk = Talk([parse_flow(BYE)])
    said = [action.text for action in (talk.say("bye", "bye") for _ in range(4)) if isinstance(action, Say)]
    assert set(said[:3]) == {"Bye!", "See you!", "Take care!"}
    assert said[3] == said[0]


def test_one_text_and_a_list_of_one_are_the_same() -> None:
    assert parse_flow({**BYE, "say": {"en": "Bye!"}}) == parse_flow({**BYE, "say": {"en": ["Bye!"]}})


@pytest.mark.parametrize("say", [{"en": []}, {"en": ["Bye!", ""]}, {"en": ["Bye!", 5]}, {"fr": ["Salut"]}])
def test_variants_that_are_no_texts_are_refused(say: object) -> None:
    with pytest.raises(FlowInvalid) as caught:
        parse_flow({**BYE, "say": say})
    assert caught.value.path.startswith("say.")


def test_a_slot_that_says_so_takes_a_long_answer_whole() -> None:
    talk = Talk([parse_flow(INCIDENT)])
    assert isinstance(talk.say("I have an issue", "incident"), AskSlot)
    action = talk.say(STORY)
    assert isinstance(action, Say)
    assert action.text == f"Noted: {' '.join(STORY.split())}"


@pytest.mark.parametrize("words", [0, -1, 501, True, "60", None])
def test_a_limit_of_words_that_is_none_is_refused(words: object) -> None:
    slot = {"name": "a", "free_text": True, "max_words": words}
    with pytest.raises(FlowInvalid) as caught:
        parse_flow({**INCIDENT, "slots": [slot]})
    assert caught.value.path == "slots[0].max_words"
