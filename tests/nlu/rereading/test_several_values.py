"""Which messages name several values of one slot, and what each part of them says."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from chatbot.turn.hearing import hear
from chatbot.turn.runtime import BotRuntime
from dialogue.engine import DialogueEngine
from dialogue.flow import Flow, Slot
from dialogue.state import DialogueState
from nlu.rereading.several_values import split_values
from nlu.understanding import Entity, Understanding

VALUES = {"北京": "city", "上海": "city", "广州": "city", "Beijing": "city", "Shanghai": "city", "明天": "date"}


def heard(text: str, *, intent: str | None = "weather", confidence: float = 0.99, role: str = "") -> Understanding:
    found = [
        Entity(VALUES.get(match[0], "order_id"), match[0], match[0], match.start(), match.end(), 1.0, "pattern", role)
        for match in re.finditer("|".join([*VALUES, r"[A-Z]\d{5}"]), text)
    ]
    return Understanding(text, "zh", intent, confidence, entities=tuple(found))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("明天北京和上海的天气", ["北京", "上海"]),
        ("北京、上海以及广州的天气", ["北京", "上海", "广州"]),
        ("weather in Beijing and Shanghai", ["Beijing", "Shanghai"]),
        ("Beijing, and Shanghai please", ["Beijing", "Shanghai"]),
        ("where are A10023, A10024 and A10025?", ["A10023", "A10024", "A10025"]),
        ("A10023 A10024", ["A10023", "A10024"]),
        ("北京上海广州三个地方的天气", ["北京", "上海", "广州"]),
        ("明天北京的天气", []),
        ("北京和北京的天气", []),
        ("北京，不对，上海的天气", []),
        ("从北京到上海", []),
        ("北京还是上海的天气好", []),
        ("A10021 A10022 A10023 A10024", []),
    ],
)
def test_a_list_of_values_is_a_wish_for_each(text: str, parts: list[str]) -> None:
    assert [part.text for part in split_values(heard(text), entities={"city", "order_id"})] == parts


def test_each_part_has_its_own_value_and_everything_else_that_was_said() -> None:
    text = "明天北京和上海的天气"
    for part in split_values(heard(text), entities={"city"}):
        assert part.text == text[part.start : part.end]
        assert [entity.value for entity in part.understanding.entities] == ["明天", part.text]


def test_what_is_not_sure_or_plays_a_part_is_no_list() -> None:
    text = "北京和上海的天气"
    assert not split_values(heard(text, confidence=0.7), entities={"city"})
    assert not split_values(heard(text, intent=None), entities={"city"})
    assert not split_values(heard(text, role="from"), entities={"city"})
    assert not split_values(heard(text), entities=set())


def test_a_flow_with_two_slots_for_an_entity_has_a_place_for_both() -> None:
    first, last, city = Slot("first", entity="date"), Slot("last", entity="date"), Slot("city", entity="city")
    origin, destination = Slot("origin", entity="city:from"), Slot("destination", entity="city:to")
    assert Flow(name="a", intents=(), slots=(first, last, city, Slot("note"))).single_entities == {"city"}
    assert Flow(name="b", intents=(), slots=(origin, destination, first)).single_entities == {"date"}
    assert Flow(name="c", intents=(), slots=(origin,)).single_entities == frozenset()


@dataclass(frozen=True)
class Knowing:
    """An interpreter that is sure of the weather whatever it reads."""

    def parse(self, text: str, *, now: datetime, language: str | None = None) -> Understanding:
        return heard(text)


def test_a_list_is_heard_unless_a_value_is_waited_for_or_the_flow_has_no_single_slot_for_it() -> None:
    bot = BotRuntime(
        tenant_id="t",
        bot_id="b",
        revision=1,
        default_language="zh",
        timezone="UTC",
        answer_threshold=None,
        knowledge_base_ids=(),
        interpreter=Knowing(),
        engine=DialogueEngine(()),
        wishes=frozenset({"weather"}),
        single_entities={"weather": frozenset({"city"})},
    )
    now, text = datetime.now(UTC), "北京和上海的天气"
    listed = hear(bot, DialogueState(), text, now=now, language=None).wishes
    assert [part.text for part in listed] == ["北京", "上海"]
    assert not hear(bot, DialogueState(requested_slot="city"), text, now=now, language=None).wishes
    assert not hear(replace(bot, single_entities={}), DialogueState(), text, now=now, language=None).wishes
