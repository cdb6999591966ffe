"""Small bots in the formats of other platforms, as files by name."""

from __future__ import annotations

import json
from collections.abc import Mapping

from nlu.exchange.bot import ImportedBot
from nlu.exchange.rasa_project import read_rasa
from nlu.exchange.report import Notices

RASA_3 = {
    "config.yml": "recipe: default.v1\nlanguage: en\npipeline:\npolicies:\n",
    "endpoints.yml": "action_endpoint:\n  url: http://localhost:5055/webhook\n",
    "domain/intents.yml": """\
version: "3.1"
intents:
  - greet
  - borrow_book:
      use_entities: []
  - extend_loan
  - complain
  - affirm
  - deny
  - faq
  - talk_to_human
entities:
  - title
  - shelf
  - card_number
  - genre:
      roles: [wanted, disliked]
actions:
  - action_extend_loan
  - action_handoff
  - validate_loan_form
""",
    "domain/talk.yml": """\
version: "3.1"
slots:
  title:
    type: text
    mappings:
      - type: from_entity
        entity: title
  card_number:
    type: text
    mappings:
      - type: from_entity
        entity: card_number
  note:
    type: text
    mappings:
      - type: from_trigger_intent
        intent: complain
        value: a complaint
        conditions:
          - active_loop: loan_form
      - type: from_text
        conditions:
          - active_loop: loan_form
            requested_slot: note
  agreed:
    type: bool
    mappings:
      - type: from_intent
        intent: affirm
        value: true
      - type: from_intent
        intent: deny
        value: false
forms:
  loan_form:
    required_slots: [title, card_number, note, agreed]
responses:
  utter_greet:
    - text: Good day! Looking for a book?
    - text: Welcome to the library, {name}.
    - text: Hello from the messenger.
      channel: messenger
  utter_ask_title:
    - text: Which book would you like?
      buttons:
        - title: The newest one
          payload: '/borrow_book{"title": "newest"}'
        - title: I have a complaint
          payload: /complain
  utter_ask_loan_form_card_number:
    - text: What is the number of your library card?
  utter_ask_agreed:
    - text: Shall I reserve {title} for card {card_number}?
  utter_reserved:
    - text: "{title} is waiting for you."
  utter_faq/hours:
    - text: We open at nine.
  utter_faq/fines:
    - text: A day costs ten cents.
      image: https://library.example.com/fines.png
""",
    "data/nlu.yml": """\
version: "3.1"
nlu:
- intent: greet
  examples: |
    - good day
    - hello there
- intent: borrow_book
  examples: |
    - I want to borrow [Dune](title)
    - have you got [the dune novel]{"entity": "title", "value": "Dune"}
    - a [thriller]{"entity": "genre", "role": "wanted"}, no [war]{"entity": "genre", "role": "disliked", "group": "2"}
- intent: extend_loan
  examples:
  - text: |
      please extend my loan
  - text: one more week for the book
- intent: complain
  examples: |
    - my book came back torn
    - this is outrageous
- intent: affirm
  examples: |
    - yes
    - go on
- intent: deny
  examples: |
    - no
    - rather not
- intent: faq/hours
  examples: |
    - when do you open
    - opening hours
- intent: faq/fines
  examples: |
    - what does a late book cost
- intent: talk_to_human
  examples: |
    - let me talk to a librarian
- synonym: Dune
  examples: |
    - dune by herbert
    - the desert book
- lookup: shelves
  examples: |
    - A1
    - B2
- lookup: genres
  examples: |
    - crime
- regex: card_number
  examples: |
    - LC\\d{6}
""",
    "data/rules.yml": """\
version: "3.1"
rules:
- rule: greet back
  steps:
  - intent: greet
  - action: utter_greet
- rule: start the loan form
  steps:
  - or:
    - intent: borrow_book
    - intent: complain
  - action: loan_form
  - active_loop: loan_form
- rule: finish the loan form
  condition:
  - active_loop: loan_form
  steps:
  - action: loan_form
  - active_loop: null
  - slot_was_set:
    - requested_slot: null
  - action: utter_reserved
- rule: extend a loan
  steps:
  - intent: extend_loan
  - action: action_extend_loan
- rule: answer questions
  steps:
  - intent: faq
  - action: utter_faq
- rule: pass on
  steps:
  - intent: talk_to_human
  - action: action_handoff
""",
    "data/stories.yml": """\
version: "3.1"
stories:
- story: greet and refuse
  steps:
  - intent: greet
  - action: utter_greet
  - intent: deny
  - action: utter_reserved
""",
    "tests/test_stories.yml": """\
stories:
- story: a whole talk
  steps:
  - user: |
      hello you
    intent: greet
  - action: utter_greet
  - user: |
      may I have [Dune](title)
    intent: borrow_book
  - action: loan_form
""",
    "tests/test_nlu.yml": "nlu:\n- intent: affirm\n  examples: |\n    - yes indeed\n",
    "actions/actions.py": "raise SystemExit('never run')\n",
    "README.md": "## How to run\n\n* install it\n- run it\n",
}

RASA_1 = {
    "domain.yml": """\
intents: [greet, order, done]
entities: [drink]
templates:
  utter_greet:
  - text: 您好！
  utter_order:
  - 好的，马上来。
forms: [drink_form]
actions: [utter_greet, utter_order, action_pour]
""",
    "data/nlu.md": """\
## intent:greet
- 你好
- 早上好
<!-- ## intent:never
- 不会读到 -->

## intent:order
- 来一杯[咖啡](drink)
* 我要[拿铁](drink:咖啡)

## synonym:咖啡
- 美式

## regex:size
- [大中小]杯

## lookup:drink
data/drinks.txt
""",
    "data/drinks.txt": "茶\n果汁\n",
    "data/stories.md": """\
## 点单
* greet
  - utter_greet
* order{"drink": "咖啡"} OR done
    - slot{"drink": "咖啡"}
    - drink_form
    - form{"name": "drink_form"}
    - form{"name": null}
    - action_pour
    - utter_order

## 继续
> 之前
* done
  - utter_greet
""",
    "data/more.json": json.dumps(
        {
            "rasa_nlu_data": {
                "common_examples": [
                    {
                        "text": "给我果汁",
                        "intent": "order",
                        "entities": [{"start": 2, "end": 4, "value": "果汁", "entity": "drink"}],
                    },
                    {"text": "再见", "intent": "done", "entities": [{"start": 5, "end": 9, "entity": "drink"}]},
                    {"text": "没有意图"},
                ],
                "entity_synonyms": [{"value": "茶", "synonyms": ["绿茶"]}],
                "regex_features": [{"name": "drink", "pattern": "茶|水"}],
                "lookup_tables": [{"name": "sizes", "elements": ["大", "小"]}],
            }
        },
        ensure_ascii=False,
        indent=1,
    ),
}


def as_bytes(files: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in files.items()}


def read(files: Mapping[str, str]) -> tuple[ImportedBot, list[str]]:
    """The bot, and its notices as "file:line code"."""
    notices = Notices()
    bot = read_rasa(as_bytes(files), notices)
    return bot, [f"{notice.place} {notice.code}" for notice in notices.sorted()]
