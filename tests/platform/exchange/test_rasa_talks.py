"""How an imported Rasa bot talks where its files say more than "this intent, that answer"."""

from __future__ import annotations

import io
import zipfile

import pytest

from chatbot.exchange.rasa_writing import rasa_zip
from dialogue.actions import AskSlot, Say
from dialogue.flow import parse_flow
from tests.platform.exchange.conversations import Speaking, converted, flows_of, small, talk

FLIGHT = """\
intents: [greet, book, affirm, deny]
entities:
- city: {roles: [departure, destination]}
slots:
  departure: {type: text, mappings: [{type: from_entity, entity: city, role: departure}]}
  destination: {type: text, mappings: [{type: from_entity, entity: city, role: destination}]}
  class: {type: categorical, values: [economy, business], mappings: [{type: from_text}]}
  WINDOW:
    type: bool
    mappings:
    - {type: from_intent, intent: affirm, value: true}
    - {type: from_intent, intent: deny, value: false}
forms:
  flight_form: {required_slots: [departure, destination, class, WINDOW]}
responses:
  utter_hi:
  - text: Hello.
    buttons:
    - {title: "Fly to Rome", payload: '/book{"destination": "Rome"}'}
  utter_ask_departure: [{text: Where from?}]
  utter_ask_destination: [{text: Where to?}]
  utter_ask_class: [{text: Which class?}]
  utter_ask_WINDOW: [{text: ASK}]
  utter_booked: [{text: Booked.}]
"""
FLIGHT_RULES = """\
rules:
- rule: hi
  steps: [{intent: greet}, {action: utter_hi}]
- rule: begin
  steps: [{intent: book}, {action: flight_form}, {active_loop: flight_form}]
- rule: end
  condition: [{active_loop: flight_form}]
  steps: [{action: flight_form}, {active_loop: null}, {action: utter_booked}]
"""
FLIGHT_NLU = """\
nlu:
- intent: greet
  examples: |
    - hi
- intent: book
  examples: |
    - from [Oslo]{"entity": "city", "role": "departure"} to [Bern]{"entity": "city", "role": "destination"}
- intent: affirm
  examples: |
    - yes
- intent: deny
  examples: |
    - no
"""


def flight(slot: str = "window", question: str = "At the window?") -> dict[str, str]:
    domain = FLIGHT.replace("WINDOW", slot).replace("ASK", f'"{question}"')
    return small(domain, FLIGHT_RULES, nlu=FLIGHT_NLU)


def said(speaking: Speaking, text: str, intent: str | None = None) -> str:
    action = speaking.say(text, intent)
    assert isinstance(action, Say | AskSlot), action
    return action.text


def at_the_last_question(files: dict[str, str]) -> Speaking:
    speaking = talk(converted(files)[0])
    assert said(speaking, "I want a flight", "book") == "Where from?"
    assert said(speaking, "from London") == "Where to?"
    assert said(speaking, "Paris") == "Which class?"
    assert said(speaking, "economy").startswith("At the")
    return speaking


def test_what_a_slot_with_a_role_asked_for_may_be_said_with_from() -> None:
    at_the_last_question(flight())


def test_a_categorical_slot_takes_its_values_alone() -> None:
    speaking = talk(converted(flight())[0])
    for text in ("I want a flight", "from London", "Paris"):
        asked = said(speaking, text, "book" if "flight" in text else None)
    assert asked == "Which class?"
    assert "At the window?" not in str(speaking.say("first class"))


def test_a_no_to_one_thing_more_is_an_answer_and_does_not_cancel() -> None:
    assert said(at_the_last_question(flight()), "no") == "Booked."


@pytest.mark.parametrize(
    ("slot", "question"), [("confirmed", "At the end: all right?"), ("fine", "At the end: {class}?")]
)
def test_a_no_to_everything_cancels(slot: str, question: str) -> None:
    assert said(at_the_last_question(flight(slot, question)), "no") != "Booked."


def test_choices_and_yes_or_no_come_back_from_an_export_as_they_were() -> None:
    files = {**flight(), "domain.yml": flight()["domain.yml"].replace("[economy, business]", "[economy, first class]")}
    content, _ = converted(files)
    with zipfile.ZipFile(io.BytesIO(rasa_zip(content))) as archive:
        again, _ = converted({name: archive.read(name).decode() for name in archive.namelist()})
    before, after = (parse_flow(flows_of(each)["flight_form"]).slots for each in (content, again))
    assert before == after
    assert [bool(slot.pattern) for slot in after] == [False, False, True, True]


def test_a_button_that_gives_a_value_is_an_example_with_it() -> None:
    content, _ = converted(flight())
    (example,) = [each for each in content.examples if each.text == "Fly to Rome"]
    assert example.intent == "book"
    assert [(e.entity, e.role, e.start, e.end, e.value) for e in example.entities] == [
        ("city", "destination", 7, 11, "Rome")
    ]


CHECKPOINTS = """\
stories:
- story: tour
  steps: [{intent: tour}, {action: utter_tour}, {checkpoint: asked}]
- story: prices
  steps: [{intent: prices}, {action: utter_prices}]
- story: on
  steps:
  - checkpoint: asked
  - or: [{intent: affirm}, {intent: prices}]
  - action: utter_on
  - checkpoint: asked
"""


def test_a_story_goes_on_from_its_checkpoint_and_a_circle_ends() -> None:
    domain = "intents: [tour, prices, affirm]\nresponses:\n  utter_tour: [{text: More?}]\n  utter_on: [{text: On.}]\n"
    content, notices = converted(small(domain + "  utter_prices: [{text: Ten.}]\n", stories=CHECKPOINTS))
    speaking = talk(content)
    assert [said(speaking, "show me", "tour"), said(speaking, "how much is it", "prices")] == ["More?", "On."]
    assert said(talk(content), "how much is it", "prices") == "Ten."
    assert not any("turn_differs" in notice for notice in notices)
