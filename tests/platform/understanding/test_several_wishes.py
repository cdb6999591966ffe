"""Several wishes of one message, over HTTP."""

from __future__ import annotations

import pytest

from tests.platform.edge.application import Application
from tests.platform.understanding.workbench import FORECAST, PARCEL, Workbench, make_workbench, shop


@pytest.fixture
async def serving(trained: Workbench) -> Workbench:
    for definition in (PARCEL, FORECAST):
        await trained.post("/flows", {"definition": definition})
    return trained


async def test_two_wishes_are_answered_in_one_reply(serving: Workbench) -> None:
    reply = await serving.say("where is my order A10023 and what is the weather in London")
    assert reply["reply"] == "Order A10023 is on its way.\n\nIt is sunny in London."
    metadata = reply["metadata"]
    assert [(each["intent"], each["action"]) for each in metadata["intents"]] == [
        ("order_status", "say"),
        ("weather", "say"),
    ]
    assert [entity["text"] for entity in metadata["entities"]] == ["A10023", "London"]
    assert [part["intent"] for part in (await serving.understood(reply))["wishes"]] == ["order_status", "weather"]


async def test_the_wish_that_asks_back_comes_last_and_goes_on(serving: Workbench) -> None:
    reply = await serving.say("where is my order, and then what is the weather in London", user="ann")
    assert reply["reply"] == "It is sunny in London.\n\nWhich order?"
    assert (await serving.say("A10023", user="ann"))["reply"] == "Order A10023 is on its way."


async def test_of_two_wishes_that_ask_back_the_second_gets_a_button(serving: Workbench) -> None:
    reply = await serving.say("where is my order, and then what is the weather", user="ann")
    assert reply["reply"].startswith("Which order?\n\n")
    assert [each["action"] for each in reply["metadata"]["intents"]] == ["ask_slot", "later"]
    assert (await serving.say("A10023", user="ann"))["reply"] == "Order A10023 is on its way."
    button = reply["metadata"]["quick_replies"][-1]
    assert (await serving.say(button["payload"], user="ann"))["reply"] == "Which city?"


async def test_an_answer_to_a_question_is_never_split(serving: Workbench) -> None:
    await serving.say("where is my order", user="ann")
    reply = await serving.say("A10023, and what is the weather in London", user="ann")
    assert "intents" not in reply["metadata"] or reply["metadata"]["intents"] is None


async def test_wishes_that_are_only_answered_count_as_well_but_a_greeting_is_none(trained: Workbench) -> None:
    for intent in ("order_status", "weather"):
        say = {"name": intent, "intents": [intent], "say": {"en": f"About {intent}."}}
        await trained.post("/flows", {"definition": say})
    reply = await trained.say("where is my order and what is the weather in London")
    assert reply["reply"] == "About order_status.\n\nAbout weather."
    parsed = await trained.post("/nlu/parse", {"text": "where is my order, see you later"})
    assert parsed["parts"] == []


async def test_a_greeting_with_small_talk_of_several_kinds_is_no_wish_either(application: Application) -> None:
    bench = await make_workbench(application)
    hello = ["hello", "good evening", "ahoy to you", "how are you", "are you there", "what a morning"]
    await bench.teach({"welcome": hello, **shop()})
    await bench.train()
    for intent in ("welcome", "weather"):
        say = {"name": intent, "intents": [intent], "say": {"en": f"About {intent}."}}
        await bench.post("/flows", {"definition": say})
    reply = await bench.say("hello, what is the weather in London")
    assert reply["reply"] == "About weather."


async def test_parsing_shows_parts_before_anything_answers_them(trained: Workbench) -> None:
    parsed = await trained.post("/nlu/parse", {"text": "查一下订单，然后查一下天气预报"})
    assert [part["intent"] for part in parsed["parts"]] == ["order_status", "weather"]


async def test_parsing_shows_parts_and_explains_words(serving: Workbench) -> None:
    parsed = await serving.post("/nlu/parse", {"text": "where is my order A10023 and what is the weather in London"})
    assert [part["intent"] for part in parsed["parts"]] == ["order_status", "weather"]
    batch = await serving.post("/nlu/parse/batch", {"texts": ["will it rain", "再见", ""]})
    assert [each["intent"] for each in batch["items"]] == ["weather", "goodbye", None]
    assert batch["items"][1]["language"] == "zh"
    why = await serving.post("/nlu/explain", {"text": "has my order shipped"})
    assert why["parsed"]["intent"] == "order_status"
    assert [word["text"] for word in why["words"]] == ["has", "my", "order", "shipped"]
    nearest = why["nearest"][0]
    assert (nearest["text"], nearest["intent"]) == ("has my order shipped", "order_status")
    assert nearest["similarity"] > 0.99
