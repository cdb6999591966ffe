from __future__ import annotations

from dataclasses import replace

import pytest

from dialogue.flow import Flow, Slot
from dialogue.flow_faults import FlowInvalid
from dialogue.flow_reading import entity
from dialogue.slot_filling import find_values
from tests.dialogue.hearing import HeardMessage, HeardValue

DAYS = ("Monday", "Tuesday", "Friday")
ORIGIN, DESTINATION = Slot("origin", entity="city:from"), Slot("destination", entity="city:to")
TRIP = Flow(name="trip", intents=("trip",), slots=(ORIGIN, DESTINATION))


def heard(text: str, *entities: HeardValue) -> HeardMessage:
    return HeardMessage(text, "zh", "trip", 0.9, entities)


def filled(flow: Flow, message: HeardMessage, requested: Slot | None = None) -> dict[str, str]:
    return dict(find_values(flow, message, requested=requested, current={}).values)


def test_a_slot_with_a_role_takes_only_what_plays_it() -> None:
    to_shanghai, from_beijing = HeardValue("city", "Shanghai", 1, 3, "to"), HeardValue("city", "Beijing", 4, 6, "from")
    assert filled(TRIP, heard("到上海从北京", to_shanghai, from_beijing)) == {
        "origin": "Beijing",
        "destination": "Shanghai",
    }
    assert filled(TRIP, heard("到上海", to_shanghai)) == {"destination": "Shanghai"}
    assert filled(TRIP, heard("上海", replace(to_shanghai, role=""))) == {}


def test_an_answer_to_the_question_needs_no_role_but_may_not_play_another() -> None:
    shanghai = HeardValue("city", "Shanghai", 0, 2)
    assert filled(TRIP, heard("上海", shanghai), ORIGIN) == {"origin": "Shanghai"}
    assert filled(TRIP, heard("去上海", replace(shanghai, role="to")), ORIGIN) == {"destination": "Shanghai"}


def test_a_moment_fills_a_day_and_a_time_and_an_amount_a_number() -> None:
    meeting = Flow(
        name="meeting", intents=("meeting",), slots=(Slot("day", entity="date"), Slot("sum", entity="number"))
    )
    moment = HeardValue("datetime", "2026-11-25T15:00", 0, 7, "", (("date", "2026-11-25"), ("time", "15:00")))
    amount = HeardValue("amount", "300 CNY", 8, 11, "", (("number", "300"),))
    assert filled(meeting, heard("下周三下午三点,三百块", moment, amount)) == {"day": "2026-11-25", "sum": "300"}


def test_the_entity_of_a_slot_is_a_name_with_a_role_or_without() -> None:
    assert [entity({"entity": name}, "entity", "") for name in ("city", "city:from", "城市", "")] == [
        "city",
        "city:from",
        "城市",
        "",
    ]
    for bad in (":from", "city:", "city:from:to", "a b", "1st"):
        with pytest.raises(FlowInvalid):
            entity({"entity": bad}, "entity", "")


def test_what_was_taken_back_fills_no_other_slot_either() -> None:
    days = Flow(name="trip", intents=("trip",), slots=(Slot("first", entity="date"), Slot("last", entity="date")))
    text = "Monday, no, Tuesday to Friday"
    message = heard(text, *(HeardValue("date", day, text.index(day), text.index(day) + len(day)) for day in DAYS))
    assert filled(days, message) == {"first": "Tuesday", "last": "Friday"}
