"""Entities that play a part: where a journey begins and where it ends, in another platform's bot and in ours."""

from __future__ import annotations

import yaml

from chatbot.exchange.conversion import convert
from chatbot.exchange.rasa_writing import rasa_bot
from nlu.exchange.rasa_project import read_rasa
from nlu.exchange.rasa_writing import write_rasa
from nlu.exchange.report import Notices
from tests.platform.exchange.conversations import converted, flows_of

TRAVEL = {
    "domain.yml": """\
version: "3.1"
intents: [book_train]
entities:
  - town:
      roles: [departure, destination]
slots:
  start:
    type: text
    mappings:
      - {type: from_entity, entity: town, role: departure}
  goal:
    type: text
    mappings:
      - {type: from_entity, entity: town, role: destination}
  seat:
    type: text
    mappings:
      - {type: from_entity, entity: town, role: "no role: of ours"}
forms:
  train_form:
    required_slots: [start, goal, seat]
responses:
  utter_done:
    - text: From {start} to {goal}.
""",
    "data/nlu.yml": """\
version: "3.1"
nlu:
- intent: book_train
  examples: |
    - from [Bern]{"entity": "town", "role": "departure"} to [Genf]{"entity": "town", "role": "destination"}
    - to [Basel]{"entity": "town", "role": "destination", "group": "1"} please
""",
    "data/rules.yml": """\
version: "3.1"
rules:
- rule: begin
  steps:
  - intent: book_train
  - action: train_form
  - active_loop: train_form
- rule: end
  condition:
  - active_loop: train_form
  steps:
  - action: train_form
  - active_loop: null
  - action: utter_done
""",
}


def asked(flows: object) -> list[tuple[str, object]]:
    assert isinstance(flows, list | tuple)
    return [(slot["name"], slot.get("entity")) for flow in flows for slot in flow.get("slots", ())]


def test_a_slot_asks_for_the_role_that_its_mapping_names() -> None:
    content, _ = converted(TRAVEL)
    assert asked(content.flows) == [("start", "town:departure"), ("goal", "town:destination"), ("seat", "town")]
    assert [(each.value, each.role, each.group) for line in content.examples for each in line.entities] == [
        ("Bern", "departure", ""),
        ("Genf", "destination", ""),
        ("Basel", "destination", "1"),
    ]
    assert list(flows_of(content)) == ["train_form"]


def test_roles_are_written_back_as_they_came() -> None:
    content, _ = converted(TRAVEL)
    files = write_rasa(rasa_bot(content))
    domain = yaml.safe_load(files["domain.yml"])
    assert domain["entities"] == [{"town": {"roles": ["departure", "destination"], "groups": ["1"]}}]
    assert domain["slots"]["start"]["mappings"][0] == {"type": "from_entity", "entity": "town", "role": "departure"}
    notices = Notices()
    again = convert(read_rasa(files, notices), notices)
    assert asked(again.flows) == asked(content.flows)
    assert [line.entities for line in again.examples] == [line.entities for line in content.examples]
    assert read_rasa(files, notices).entities == ("town",)
