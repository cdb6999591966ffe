"""What a bot answers because of what it said last, in stories and in rules that begin with the bot's own words."""

from __future__ import annotations

import io
import zipfile

from chatbot.exchange.rasa_writing import rasa_zip
from dialogue.actions import AskSlot, Say
from dialogue.flow import parse_flow
from tests.platform.exchange.conversations import Speaking, converted, flows_of, small, talk

DOMAIN = """\
intents: [tour, prices, affirm, deny, broken]
slots:
  problem: {type: text, mappings: [{type: from_text}]}
forms:
  problem_form: {required_slots: [problem]}
responses:
  utter_tour: [{text: Here is our tour.}]
  utter_prices: [{text: It costs ten.}]
  utter_ask_more: [{text: Would you like to know more?}]
  utter_more: [{text: It began in 1990.}]
  utter_discount: [{text: Five for students.}]
  utter_bye: [{text: Bye then.}]
  utter_ask_help: [{text: Does something not work?}]
  utter_ask_problem: [{text: What is the problem?}]
  utter_noted: [{text: Noted.}]
"""
STORIES = """\
stories:
- story: tour
  steps:
  - intent: tour
  - action: utter_tour
  - action: utter_ask_more
  - intent: affirm
  - action: utter_more
  - action: utter_ask_help
- story: prices
  steps:
  - intent: prices
  - action: utter_prices
  - action: utter_ask_more
  - intent: affirm
  - action: utter_discount
"""
RULES = """\
rules:
- rule: no thanks
  steps:
  - action: utter_ask_more
  - intent: deny
  - action: utter_bye
- rule: begin
  steps:
  - action: utter_ask_help
  - intent: affirm
  - action: problem_form
  - active_loop: problem_form
- rule: begin at once
  steps:
  - intent: broken
  - action: problem_form
  - active_loop: problem_form
- rule: done
  condition:
  - active_loop: problem_form
  steps:
  - action: problem_form
  - active_loop: null
  - action: utter_noted
"""
NLU = "nlu:\n" + "".join(
    f"- intent: {intent}\n  examples: |\n    - {words}\n"
    for intent, words in (
        ("tour", "show me"),
        ("prices", "how much"),
        ("affirm", "yes"),
        ("deny", "no"),
        ("broken", "no go"),
    )
)
PROJECT = small(DOMAIN, RULES, STORIES, NLU)


def said(speaking: Speaking, text: str, intent: str) -> str:
    action = speaking.say(text, intent)
    assert isinstance(action, Say | AskSlot), action
    return action.text


def test_a_yes_answers_the_question_that_came_last() -> None:
    content, notices = converted(PROJECT)
    speaking = talk(content)
    assert "Would you like" in said(speaking, "show me", "tour")
    assert said(speaking, "sure thing", "affirm").startswith("It began in 1990.")
    assert "Would you like" in said(speaking, "how much", "prices")
    assert said(speaking, "sure thing", "affirm") == "Five for students."
    assert not any("turn_differs" in notice or "unasked" in notice for notice in notices)


def test_a_rule_that_begins_with_the_bots_words_holds_wherever_they_were_said() -> None:
    content, _ = converted(PROJECT)
    for text, intent in (("show me", "tour"), ("how much", "prices")):
        speaking = talk(content)
        said(speaking, text, intent)
        assert said(speaking, "rather not", "deny") == "Bye then."


def test_a_yes_begins_a_form_only_where_its_question_was_asked() -> None:
    content, _ = converted(PROJECT)
    speaking = talk(content)
    speaking.say("show me", "tour")
    speaking.say("sure thing", "affirm")
    assert said(speaking, "sure thing", "affirm") == "What is the problem?"
    assert said(speaking, "the door does not close", "") == "Noted."
    begins = [flow for flow in map(parse_flow, content.flows) if flow.collects]
    assert [(flow.intents, bool(flow.after)) for flow in begins] == [(("broken",), False), (("affirm",), True)]


def test_a_form_that_begins_after_words_alone_is_not_called_never_started() -> None:
    at_once = RULES[RULES.index("- rule: begin at once") : RULES.index("- rule: done")]
    _, notices = converted(small(DOMAIN, RULES.replace(at_once, ""), STORIES, NLU))
    assert not any("form_never_started" in notice for notice in notices)
    _, notices = converted(small(DOMAIN, "rules: []\n", STORIES, NLU))
    assert any("form_never_started" in notice for notice in notices)


def test_what_is_said_to_everything_outside_is_the_bots_own_refusal() -> None:
    rules = "rules:\n- rule: unsure\n  steps:\n  - intent: nlu_fallback\n  - action: utter_what\n"
    rules += "- rule: outside\n  steps:\n  - intent: out_of_scope\n  - action: utter_no\n"
    domain = "intents: [out_of_scope]\nresponses:\n  utter_no: [{text: Not here.}]\n  utter_what: [{text: What?}]\n"
    content, notices = converted(small(domain, rules, nlu="nlu:\n- intent: out_of_scope\n  examples: |\n    - pizza\n"))
    assert [(flow["intents"], flow["say"]) for flow in content.flows] == [(["out_of_scope"], {"en": "Not here."})]
    assert {notice for notice in notices if "outside_ours" in notice} == {"rules.yml:4 outside_ours"}


def test_what_comes_after_something_is_taken_along_as_a_rule_and_comes_back() -> None:
    content, _ = converted(PROJECT)
    with zipfile.ZipFile(io.BytesIO(rasa_zip(content))) as archive:
        taken = {name: archive.read(name).decode() for name in archive.namelist()}
    again, _ = converted(taken)
    before, after = ({(f.starts, str(f.say)) for f in map(parse_flow, each.flows)} for each in (content, again))
    assert before == after
    assert len(flows_of(again)) == len(flows_of(content))
