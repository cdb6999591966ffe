"""Which version a user meets, what a shadow sees, small talk, and several wishes in one message."""

from __future__ import annotations

from collections import Counter

import pytest

from chatbot.foundation.database import Database
from chatbot.turn.runtime import ServedVersion, Split
from chatbot.understanding.serving import BotRuntimes
from nlu.intents.training import train_model
from nlu.interpreter import Interpreter
from nlu.vectors import Encoders
from tests.nlu.encoders import HashingEncoder
from tests.platform.edge.application import Application, problem_of
from tests.platform.understanding.workbench import PARCEL, Workbench, make_workbench, shop


async def second_version(bench: Workbench) -> str:
    await bench.teach({"hours": ["when are you open", "opening hours", "what time do you open"]})
    return str((await bench.train())["version_id"])


def split_of(share: float, salt: str = "bot:version") -> Split:
    return Split(
        ServedVersion(2, Interpreter(train_model([], Encoders(HashingEncoder())), (), HashingEncoder())), share, salt
    )


def test_a_split_holds_about_its_share_of_the_users_and_always_the_same_ones() -> None:
    users = [f"user {number}" for number in range(4000)]
    small, large = split_of(0.1), split_of(0.3)
    held = {user for user in users if small.holds(user)}
    assert 0.08 < len(held) / len(users) < 0.12
    assert held == {user for user in users if split_of(0.1).holds(user)}
    assert held <= {user for user in users if large.holds(user)}, "who is in stays in when the share grows"


def test_another_experiment_draws_its_users_anew() -> None:
    users = [f"user {number}" for number in range(4000)]
    first = {user for user in users if split_of(0.5, "bot:one").holds(user)}
    second = {user for user in users if split_of(0.5, "bot:two").holds(user)}
    assert 0.4 < len(first & second) / len(first) < 0.6


async def test_users_of_a_split_meet_the_other_version_every_time(trained: Workbench) -> None:
    version_id = await second_version(trained)
    state = await trained.patch("/nlu", {"split": {"version_id": version_id, "share": 0.5}})
    assert state["split"] == {"version_id": version_id, "share": 0.5}
    assert [item["share"] for item in (await trained.get("/nlu/versions"))["items"]] == [0.5, None]
    heard: dict[str, set[int]] = {}
    for _ in range(2):
        for number in range(12):
            hop = await trained.understood(await trained.say("opening hours", user=f"user {number}"))
            heard.setdefault(f"user {number}", set()).add(hop["version"])
    assert all(len(versions) == 1 for versions in heard.values())
    assert set(Counter(version for versions in heard.values() for version in versions)) == {1, 2}
    await trained.patch("/nlu", {"split": None})
    assert {(await trained.understood(await trained.say("hi", user=user)))["version"] for user in heard} == {1}


async def test_activating_the_version_of_an_experiment_ends_it(trained: Workbench) -> None:
    version_id = await second_version(trained)
    await trained.patch("/nlu", {"split": {"version_id": version_id}, "shadow_version_id": version_id})
    await trained.post(f"/nlu/versions/{version_id}/activate")
    state = await trained.get("/nlu")
    assert (state["split"], state["shadow_version_id"], state["active"]["number"]) == (None, None, 2)
    response = await trained.call("PATCH", "/nlu", {"shadow_version_id": version_id})
    assert response.status_code == 422, "the active version can't be its own shadow"


async def test_a_shadow_is_heard_in_the_trace_alone(trained: Workbench) -> None:
    before = await trained.say("opening hours")
    version_id = await second_version(trained)
    await trained.patch("/nlu", {"shadow_version_id": version_id})
    reply = await trained.say("opening hours")
    assert (reply["reply"], reply["intent"]) == (before["reply"], before["intent"])
    hop = await trained.understood(reply)
    assert (hop["version"], hop["shadow"]["version"]) == (1, 2)
    assert (hop["shadow"]["intent"], hop["shadow"]["agrees"]) == ("hours", False)
    await trained.patch("/nlu", {"shadow_version_id": None})
    assert "shadow" not in await trained.understood(await trained.say("opening hours"))


async def test_a_turn_reads_nothing_more_for_a_split_and_a_shadow(trained: Workbench) -> None:
    version_id = await second_version(trained)
    parts = trained.application.parts
    await trained.patch("/nlu", {"split": {"version_id": version_id}, "shadow_version_id": version_id})
    revision = await _revision(trained)
    first = await parts.get(BotRuntimes).get(trained.tenant.id, trained.bot.id, revision)
    assert await parts.get(BotRuntimes).get(trained.tenant.id, trained.bot.id, revision) is first


async def _revision(bench: Workbench) -> int:
    async with bench.application.parts.get(Database).read(bench.tenant.id) as session:
        return (await session.get_one(type(bench.bot), bench.bot.id)).revision


async def test_models_are_kept_within_their_bytes(application: Application) -> None:
    benches = []
    for _ in range(3):
        bench = await make_workbench(application)
        await bench.teach(shop("weather", "goodbye"))
        await bench.train()
        benches.append(bench)
    bots = application.parts.get(BotRuntimes)
    bots._max_bytes = 1
    for bench in benches:
        assert (await bench.post("/nlu/parse", {"text": "will it rain"}))["intent"] == "weather"
        assert list(bots._kept) == [bench.bot.id]


@pytest.mark.parametrize(
    ("message", "intent", "words"),
    [
        ("你是谁", "who_are_you", "客服助手"),
        ("who are you", "who_are_you", "virtual assistant"),
        ("what can you do", "what_can_you_do", "questions"),
        ("讲个笑话", "joke", "苹果"),
        ("thank you", "thanks", "welcome"),
    ],
)
async def test_small_talk_is_there_without_teaching(
    application: Application, message: str, intent: str, words: str
) -> None:
    bench = await make_workbench(application, small_talk=True)
    await bench.train()
    reply = await bench.say(message)
    assert reply["intent"] == intent
    assert words in reply["reply"]


async def test_small_talk_needs_no_training(application: Application) -> None:
    bench = await make_workbench(application, small_talk=True)
    for message, intent in (("thank you very much", "thanks"), ("你叫什么名字", "who_are_you")):
        reply = await bench.say(message)
        assert (reply["intent"], reply["metadata"]["action"]) == (intent, "say")
    assert (await bench.say("quarterly dividend of the western branch"))["intent"] == "out_of_scope"
    state = await bench.get("/nlu")
    assert (state["active"], state["needs_training"]) == (None, True)


async def test_small_talk_gives_way_to_the_bots_own_intents_and_can_be_switched_off(application: Application) -> None:
    bench = await make_workbench(application, small_talk=True)
    assert {"thanks", "joke"} <= set((await bench.get("/nlu"))["small_talk_intents"])
    await bench.teach({"joke": ["tell me one"], "gratitude": ["thank you", "thanks a lot"], **shop("weather")})
    own = {"name": "own", "intents": ["gratitude"], "say": {"en": "Don't mention it."}}
    await bench.post("/flows", {"definition": own})
    state = await bench.get("/nlu")
    assert not {"thanks", "joke"} & set(state["small_talk_intents"]), "a name and a sentence of its own"
    await bench.train()
    assert (await bench.say("thank you"))["reply"] == "Don't mention it."
    state = await bench.patch("/nlu", {"small_talk": False})
    assert (state["small_talk_intents"], state["needs_training"]) == ([], True)
    assert (await bench.say("who are you"))["metadata"]["action"] == "refuse"


async def test_an_intent_in_the_place_of_small_talk_has_its_reply_until_a_flow_answers_it(
    application: Application,
) -> None:
    bench = await make_workbench(application, small_talk=True)
    await bench.teach({"greet": ["hi", "hello", "good morning", "你好", "早上好"], **shop("weather")})
    await bench.train()
    reply = await bench.say("hello")
    assert (reply["intent"], reply["metadata"]["action"]) == ("greet", "say")
    await bench.post("/flows", {"definition": {"name": "own", "intents": ["greet"], "say": {"en": "Ahoy!"}}})
    assert (await bench.say("hello"))["reply"] == "Ahoy!"


async def test_an_intent_that_no_flow_answers_is_told_to_who_asks(trained: Workbench) -> None:
    reply = await trained.say("where is my order")
    assert (reply["intent"], reply["metadata"]["action"]) == ("order_status", "refuse")
    assert reply["confidence"] > 0.9


async def test_a_flow_for_what_is_out_of_scope_refuses_in_the_bots_own_words(trained: Workbench) -> None:
    question = "zzz qqq xxx"
    assert "no material" in (await trained.say(question))["reply"]
    own = {
        "name": "sorry",
        "intents": ["out_of_scope"],
        "say": {"en": "I only know parcels."},
        "quick_replies": {"en": ["where is my order"]},
    }
    await trained.post("/flows", {"definition": own})
    more = {"name": "more", "intents": ["goodbye"], "after": ["sorry"], "say": {"en": "Sorry again."}}
    await trained.post("/flows", {"definition": more})
    reply = await trained.say(question, user="ann")
    assert (reply["reply"], reply["intent"]) == ("I only know parcels.", "out_of_scope")
    assert reply["metadata"]["action"] == "refuse"
    assert [each["title"] for each in reply["metadata"]["quick_replies"]] == ["where is my order"]
    assert (await trained.say("goodbye for now", user="ann"))["reply"] == "Sorry again."


async def test_the_bot_offers_what_it_can_do(application: Application) -> None:
    bench = await make_workbench(application, small_talk=True)
    await bench.teach(shop())
    await bench.post("/flows", {"definition": PARCEL})
    await bench.train()
    offered = [quick["title"] for quick in (await bench.say("what can you do"))["metadata"]["quick_replies"]]
    assert len(offered) == 1 and offered[0] in shop()["order_status"]


async def test_a_batch_is_bounded(trained: Workbench) -> None:
    response = await trained.call("POST", "/nlu/parse/batch", {"texts": ["x"] * 65})
    assert (response.status_code, problem_of(response)["code"]) == (422, "invalid_input")
