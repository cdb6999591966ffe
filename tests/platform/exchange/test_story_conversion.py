"""What becomes of stories, which say more than a flow can hold."""

from __future__ import annotations

from dialogue.actions import AskSlot, Say
from dialogue.flow import parse_flow
from tests.platform.exchange.conversations import converted, flows_of, small, talk


def test_a_story_that_depends_on_what_came_before_is_named() -> None:
    stories = (
        "stories:\n- story: a\n  steps:\n  - intent: hi\n  - action: utter_a\n  - intent: go\n  - action: utter_a\n"
    )
    stories += "- story: b\n  steps:\n  - intent: hi\n  - action: utter_a\n  - intent: go\n  - action: utter_b\n"
    domain = "responses:\n  utter_a:\n  - text: A\n  utter_b:\n  - text: B\nintents: [hi, go]\n"
    content, notices = converted(small(domain, stories=stories))
    assert list(flows_of(content)) == ["hi", "go"]
    assert {notice for notice in notices if "turn_differs" in notice} == {"stories.yml:12 turn_differs"}


PARCEL = """\
stories:
- story: all in turn
  steps:
  - intent: send
    entities: [{size: big}]
  - slot_was_set: [{size: big}]
  - action: utter_ask_city
  - intent: inform
    entities: [{city: Rome}]
  - slot_was_set: [{city: Rome}]
  - action: utter_ask_day
  - intent: inform
  - slot_was_set: [{day: Monday}]
  - action: utter_confirm
  - intent: affirm
  - action: action_send
  - action: utter_sent
- story: something else in between
  steps:
  - intent: send
  - action: utter_ask_city
  - intent: track
  - action: utter_ask_number
  - intent: inform
  - slot_was_set: [{number: P1}]
  - action: utter_tracked
"""
PARCEL_DOMAIN = """\
intents: [send, track, inform, affirm]
entities: [city, size, day]
slots:
  city: {type: text, mappings: [{type: from_entity, entity: city}]}
  size: {type: categorical, values: [big, small], mappings: [{type: from_entity, entity: size}]}
  day: {type: text, mappings: [{type: from_text}]}
  number: {type: text, mappings: [{type: from_text}]}
responses:
  utter_ask_city: [{text: Where to?}, {text: To which city?}]
  utter_ask_day: [{text: When?}]
  utter_ask_number: [{text: Which number?}]
  utter_confirm: [{text: "To {city} on {day}?"}]
  utter_sent: [{text: "Off to {city}."}]
  utter_tracked: [{text: "{number} is on its way."}]
"""


def test_slots_that_stories_ask_for_one_by_one_make_a_flow_that_asks_for_them() -> None:
    content, notices = converted(small(PARCEL_DOMAIN, stories=PARCEL))
    flow = parse_flow(flows_of(content)["send"])
    assert [(slot.name, slot.required) for slot in flow.slots] == [("city", True), ("day", True), ("size", False)]
    speaking = talk(content)
    asked = speaking.say("I want to send a parcel", "send")
    assert isinstance(asked, AskSlot) and asked.text == "Where to?"
    day = speaking.say("Shanghai")
    assert isinstance(day, AskSlot) and day.text == "When?"
    confirm = speaking.say("on the first Monday of May")
    assert isinstance(confirm, AskSlot) and confirm.text == "To Shanghai on on the first Monday of May?"
    done = speaking.say("yes")
    assert isinstance(done, Say) and done.text == "Off to Shanghai."
    track = talk(content).say("where is it", "track")
    assert isinstance(track, AskSlot) and track.text == "Which number?"
    assert not any("turn_differs" in notice for notice in notices)
    assert "stories.yml:15 needs_connector" in notices
    assert any(notice.endswith("variants_left") for notice in notices)


def test_stories_that_agree_make_a_flow_even_in_the_middle() -> None:
    stories = (
        "stories:\n- story: a\n  steps:\n  - intent: hi\n  - action: utter_a\n  - intent: bye\n  - action: utter_b\n"
    )
    content, _ = converted(
        small("responses:\n  utter_a:\n  - text: A\n  utter_b:\n  - text: B\nintents: [hi, bye]\n", stories=stories)
    )
    assert list(flows_of(content)) == ["hi", "bye"]
