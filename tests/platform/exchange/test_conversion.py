"""What becomes of another platform's bot here: examples, entities, flows, and a line for what could not come over."""

from __future__ import annotations

import pytest

from chatbot.exchange.conversion import convert
from chatbot.exchange.conversion.names import identifier
from dialogue.actions import AskSlot, HandOver, Say
from dialogue.flow import parse_flow
from nlu.entities.definitions import parse_entity_definition
from nlu.exchange.dialogflow_cx import read_dialogflow_cx
from nlu.exchange.dialogflow_es import read_dialogflow_es
from nlu.exchange.rasa_project import read_rasa
from nlu.exchange.report import Notices
from tests.nlu.exchange.dialogflow_exports import CX, ES
from tests.nlu.exchange.projects import RASA_1, RASA_3, as_bytes
from tests.platform.exchange.conversations import at, converted, flows_of, small, talk


def test_a_rule_that_answers_an_intent_becomes_a_flow_with_all_its_variants() -> None:
    content, notices = converted(RASA_3)
    assert flows_of(content)["greet"]["say"] == {"en": ["Good day! Looking for a book?", "Welcome to the library."]}
    assert at("domain/talk.yml", "utter_greet:", "variant_left", after=1) in notices
    assert at("data/rules.yml", "- intent: greet", "names_left") in notices


def test_a_form_becomes_a_flow_that_asks_and_confirms_and_answers() -> None:
    content, _ = converted(RASA_3)
    speaking = talk(content)
    asked = speaking.say("I want a book", "borrow_book")
    assert isinstance(asked, AskSlot)
    assert asked.text == "Which book would you like?"
    assert [button.title for button in asked.quick_replies] == ["The newest one", "I have a complaint"]
    card = speaking.say("Dune")
    assert isinstance(card, AskSlot) and card.text == "What is the number of your library card?"
    note = speaking.say("LC123456")
    assert isinstance(note, AskSlot) and note.slot == "note"
    confirm = speaking.say("my name should be on the envelope, and it may wait until the end of the month")
    assert isinstance(confirm, AskSlot) and confirm.text == "Shall I reserve Dune for card LC123456?"
    done = speaking.say("yes")
    assert isinstance(done, Say) and done.text == "Dune is waiting for you."


def test_an_intent_that_itself_fills_a_slot_starts_a_flow_of_its_own() -> None:
    content, _ = converted(RASA_3)
    flow = parse_flow(flows_of(content)["loan_form__complain"])
    slot = flow.slot("note")
    assert flow.intents == ("complain",)
    assert slot is not None and slot.default == "a complaint"


def test_an_action_that_passes_on_hands_over_and_other_programs_need_a_connector() -> None:
    content, notices = converted(RASA_3)
    assert isinstance(talk(content).say("a librarian please", "talk_to_human"), HandOver)
    assert "extend_loan" not in flows_of(content)
    assert {
        at("domain/intents.yml", "action_extend_loan", "needs_connector"),
        at("domain/intents.yml", "action_handoff", "hands_over"),
        at("domain/intents.yml", "validate_loan_form", "needs_pattern"),
    } <= notices


def test_retrieval_intents_answer_each_for_itself() -> None:
    content, notices = converted(RASA_3)
    assert flows_of(content)["faq_hours"]["say"] == {"en": "We open at nine."}
    assert flows_of(content)["faq_fines"]["say"] == {
        "en": "A day costs ten cents.\nhttps://library.example.com/fines.png"
    }
    assert at("data/rules.yml", "- intent: faq", "turn_differs") not in notices


def test_a_button_that_meant_an_intent_becomes_its_example() -> None:
    content, notices = converted(RASA_3)
    assert ("complain", "I have a complaint") in {(example.intent, example.text) for example in content.examples}
    assert any(notice.endswith("button_example") for notice in notices)


def test_entities_come_from_sentences_synonyms_lookups_patterns_and_buttons() -> None:
    content, notices = converted(RASA_3)
    assert content.entities == {
        "title": {
            "kind": "gazetteer",
            "values": {
                "Dune": ["dune by herbert", "the desert book", "the dune novel"],
                "newest": ["The newest one"],
            },
        },
        "card_number": {"kind": "pattern", "pattern": "LC\\d{6}"},
        "genre": {"kind": "gazetteer", "values": {"thriller": [], "war": [], "crime": []}},
    }
    assert at("domain/intents.yml", "- shelf", "entity_unknown") in notices
    assert at("data/nlu.yml", "- lookup: shelves", "lookup_unused") in notices


def test_every_entity_and_flow_that_is_made_is_accepted() -> None:
    for files in (RASA_3, RASA_1):
        content, _ = converted(files)
        for name, definition in content.entities.items():
            parse_entity_definition(name, definition)
        talk(content)


def test_test_stories_become_sentences_that_every_version_must_understand() -> None:
    content, _ = converted(RASA_3)
    assert [(test.text, test.intent) for test in content.tests] == [
        ("yes indeed", "affirm"),
        ("hello you", "greet"),
        ("may I have Dune", "borrow_book"),
    ]


def test_a_reply_that_repeats_what_the_user_said_picks_it_up_from_the_message() -> None:
    domain = """\
intents: [weather]
entities: [city]
slots:
  place: {type: text, mappings: [{type: from_entity, entity: city}]}
responses:
  utter_weather: [{text: "It is always sunny in {place}!"}]
"""
    rules = "rules:\n- rule: w\n  steps:\n  - intent: weather\n  - action: utter_weather\n"
    content, _ = converted(small(domain, rules))
    speaking = talk(content)
    action = speaking.say("weather in beijing", "weather")
    assert isinstance(action, Say) and action.text == "It is always sunny in Beijing!"
    vague = talk(content).say("the weather", "weather")
    assert isinstance(vague, Say) and vague.text == "It is always sunny in!"


@pytest.mark.parametrize(
    ("slot", "answer", "value"),
    [
        ("{type: bool, mappings: [{type: from_text}]}", "yes", "yes"),
        ("{type: categorical, values: [red, green], mappings: [{type: custom}]}", "the GREEN one", "GREEN"),
        ("{type: text, mappings: [{type: from_text}]}", "whatever I like to say", "whatever I like to say"),
        ("{type: text, mappings: [{type: from_entity, entity: unknown_thing}]}", "an old chair", "an old chair"),
    ],
)
def test_slots_of_every_kind_can_be_filled(slot: str, answer: str, value: str) -> None:
    domain = f"intents: [go]\nslots:\n  thing: {slot}\nforms:\n  f: {{required_slots: [thing]}}\n"
    domain += "responses:\n  utter_done: [{text: 'Got {thing}'}]\n"
    rules = "rules:\n- rule: a\n  steps:\n  - intent: go\n  - action: f\n  - active_loop: f\n"
    rules += "- rule: b\n  condition:\n  - active_loop: f\n  steps:\n  - active_loop: null\n  - action: utter_done\n"
    content, _ = converted(small(domain, rules))
    speaking = talk(content)
    assert isinstance(speaking.say("let's go", "go"), AskSlot)
    action = speaking.say(answer)
    assert isinstance(action, Say)
    assert action.text == f"Got {value}"


def test_a_form_nothing_starts_and_an_intent_nothing_teaches_are_named() -> None:
    nlu = "nlu:\n- intent: a\n  examples: |\n    - b\n"
    content, notices = converted(small("intents: [a, c]\nforms:\n  f: {required_slots: [x]}\n  g: {}\n", nlu=nlu))
    assert not content.flows
    assert {
        "domain.yml:1 intent_untaught",
        "domain.yml:3 form_never_started",
        "domain.yml:4 form_empty",
    } <= notices


def test_an_old_chinese_bot_speaks_chinese() -> None:
    content, _ = converted(RASA_1)
    assert content.settings == {"default_language": "zh"}
    assert flows_of(content)["greet"]["say"] == {"zh": "您好！"}
    assert content.entities["drink"] == {
        "kind": "gazetteer",
        "values": {"咖啡": ["拿铁", "美式"], "果汁": [], "茶": ["绿茶"]},
    }


def test_an_es_agent_answers_in_both_languages() -> None:
    notices = Notices()
    content = convert(read_dialogflow_es(ES, notices), notices)
    flows = flows_of(content)
    assert flows["Default_Welcome_Intent"]["say"] == {"en": ["Hello!", "Welcome!"], "zh": "您好！"}
    speaking = talk(content)
    asked = speaking.say("a table", "book")
    assert isinstance(asked, AskSlot) and asked.text == "Which day?"
    assert content.entities["date"] == {"kind": "date"}
    assert "out_of_scope" in {example.intent for example in content.examples}


def test_a_cx_agent_collects_its_pages_parameters() -> None:
    notices = Notices()
    content = convert(read_dialogflow_cx(CX, notices), notices)
    speaking = talk(content)
    asked = speaking.say("send a parcel", "send")
    assert isinstance(asked, AskSlot) and asked.text == "How big is it?"
    assert isinstance(speaking.say("a little one"), AskSlot)
    done = speaking.say("handle with care")
    assert isinstance(done, Say) and done.text == "A small parcel is booked."


@pytest.mark.parametrize(
    ("name", "ours"),
    [("city", "city"), ("amount-of-money", "amount_of_money"), ("2nd", "x_2nd"), ("a.b/c", "a_b_c")],
)
def test_names_become_such_as_flows_may_have(name: str, ours: str) -> None:
    assert identifier(name) == ours


def test_names_in_another_script_stay_apart() -> None:
    assert len({identifier("城市"), identifier("日期"), identifier("城市2")}) == 3


def test_every_notice_has_a_sentence_in_both_languages() -> None:
    for files in (RASA_3, RASA_1):
        notices = Notices()
        convert(read_rasa(as_bytes(files), notices), notices)
        for notice in notices.sorted():
            assert notice.text.en != notice.text.zh
