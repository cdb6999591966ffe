"""Training, the quality gate, activation, going back."""

from __future__ import annotations

import pytest

from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.jobs import JobQueue
from chatbot.models import Version
from chatbot.understanding.repository import VersionRepository
from chatbot.understanding.serving import BotRuntimes
from tests import factories
from tests.platform.edge.application import problem_of
from tests.platform.understanding.workbench import Workbench, shop


async def test_training_needs_two_intents_and_says_so_in_both_languages(bench: Workbench) -> None:
    await bench.teach({"weather": ["will it rain"]})
    job = await bench.job(await bench.post("/nlu/train"))
    assert (job["status"], job["error"]["code"]) == ("failed", "too_few_intents")
    assert "two intents" in job["error"]["message"]
    response = await bench.call("GET", f"/nlu/jobs/{job['id']}", language="zh-CN")
    assert "两个意图" in response.json()["error"]["message"]


async def test_the_first_version_answers_at_once(bench: Workbench) -> None:
    state = await bench.get("/nlu")
    assert (state["active"], state["needs_training"]) == (None, False)
    await bench.teach(shop())
    assert (await bench.get("/nlu"))["needs_training"]
    result = await bench.train()
    assert (result["number"], result["is_new"], result["activated"]) == (1, True, True)
    state = await bench.get("/nlu")
    assert (state["active"]["number"], state["needs_training"], state["intent_count"]) == (1, False, 3)
    assert state["active"]["created_by"] == f"user:{bench.owner.id}"
    assert state["active"]["metrics"]["examples"] == 36
    assert state["training"]["status"] == "done"
    assert (await bench.post("/nlu/parse", {"text": "will it rain tomorrow"}))["intent"] == "weather"


async def test_the_same_data_make_no_second_version(trained: Workbench) -> None:
    again = await trained.train()
    assert (again["number"], again["is_new"]) == (1, False)
    await trained.teach({"weather": ["is it cold outside"]})
    assert (await trained.get("/nlu"))["needs_training"]
    (example,) = (await trained.get("/examples?limit=1"))["items"]
    await trained.call("DELETE", f"/examples/{example['id']}")
    assert not (await trained.get("/nlu"))["needs_training"], "undoing a change undoes the need"
    assert len((await trained.get("/nlu/versions"))["items"]) == 1


async def test_a_second_version_waits_until_it_is_activated_and_can_be_taken_back(trained: Workbench) -> None:
    await trained.teach({"hours": ["when are you open", "opening hours", "what time do you open", "几点开门"]})
    result = await trained.train()
    assert (result["number"], result["activated"], result["gate"]) == (2, False, None)
    assert (await trained.post("/nlu/parse", {"text": "opening hours"}))["version"] == 1
    peeked = await trained.post("/nlu/parse", {"text": "opening hours", "version_id": result["version_id"]})
    assert (peeked["intent"], peeked["version"]) == ("hours", 2)
    activated = await trained.post(f"/nlu/versions/{result['version_id']}/activate")
    assert (activated["number"], activated["is_active"]) == (2, True)
    assert (await trained.post("/nlu/parse", {"text": "opening hours"}))["intent"] == "hours"
    assert (await trained.get("/nlu"))["can_roll_back"]
    assert (await trained.post("/nlu/rollback"))["number"] == 1
    assert (await trained.post("/nlu/parse", {"text": "opening hours"}))["version"] == 1
    response = await trained.call("POST", "/nlu/rollback")
    assert (response.status_code, problem_of(response)["code"]) == (409, "nothing_to_roll_back_to")


async def forget_an_intent(bench: Workbench) -> str:
    """A version that no longer knows what the regression set asks for."""
    asked = [{"text": text, "intent": "goodbye"} for text in shop("goodbye")["goodbye"]]
    await bench.post("/nlu/regression", {"examples": asked})
    assert (await bench.call("DELETE", "/intents/goodbye")).status_code == 204
    asked_again = [{"text": text, "intent": "goodbye"} for text in shop("goodbye")["goodbye"]]
    await bench.post("/nlu/regression", {"examples": asked_again})
    return str((await bench.train(activate=True))["version_id"])


async def test_a_version_that_is_worse_is_refused_with_the_reason_and_can_be_forced(trained: Workbench) -> None:
    version_id = await forget_an_intent(trained)
    job = (await trained.get("/nlu"))["training"]
    assert (job["result"]["activated"], job["result"]["gate"]["passes"]) == (False, False)
    gate = await trained.get(f"/nlu/versions/{version_id}/gate")
    assert not gate["passes"]
    assert gate["lost"] > gate["gained"] and gate["p_value"] < 0.05
    assert gate["active_accuracy"] > gate["candidate_accuracy"]
    assert gate["changed"][0]["active"] == "goodbye" == gate["changed"][0]["expected"]
    for language, words in (("en", "significantly worse"), ("zh-CN", "显著变差")):
        response = await trained.call("POST", f"/nlu/versions/{version_id}/activate", {}, language=language)
        problem = problem_of(response)
        assert (response.status_code, problem["code"]) == (409, "quality_gate")
        assert words in str(problem["detail"])
    assert (await trained.get("/nlu"))["active"]["number"] == 1
    forced = await trained.post(f"/nlu/versions/{version_id}/activate", {"force": True})
    assert (forced["number"], forced["is_active"]) == (2, True)


async def test_a_version_that_is_no_worse_takes_over_by_itself_when_asked_to(trained: Workbench) -> None:
    await trained.post("/nlu/regression", {"examples": [{"text": "where is my parcel", "intent": "order_status"}]})
    await trained.teach({"order_status": ["any news of my delivery"]})
    result = await trained.train(activate=True)
    assert (result["activated"], result["gate"]["passes"], result["gate"]["examples"]) == (True, True, 1)


async def test_the_gate_says_when_it_had_nothing_to_ask(trained: Workbench) -> None:
    await trained.teach({"order_status": ["any news of my delivery"]})
    gate = (await trained.train(activate=True))["gate"]
    assert gate["passes"] and "empty" in gate["reason"]["en"] and "回归集为空" in gate["reason"]["zh"]


@pytest.mark.parametrize("content", [b"", b"damaged", b"ECP-VERSION-1\n" + b"\xff" * 40])
async def test_a_damaged_version_is_never_activated_and_its_bot_still_answers(
    trained: Workbench, content: bytes
) -> None:
    database = trained.application.parts.get(Database)
    async with database.write(SYSTEM) as session:
        version = await session.get_one(Version, (await trained.get("/nlu"))["active"]["id"])
        version.content = content
    trained.application.parts.get(BotRuntimes).versions.forget()
    for refused in (
        await trained.call("GET", f"/nlu/versions/{version.id}/gate"),
        await trained.call("POST", "/nlu/parse", {"text": "rain", "version_id": version.id}),
    ):
        problem = problem_of(refused)
        assert (problem["status"], problem["code"]) == (409, "version_unusable")
        assert problem["detail"] == "What is stored of this version is damaged; train again."
    measured = await trained.post("/nlu/evaluate", {"kind": "regression"})
    failed = await trained.job(await trained.get(f"/nlu/jobs/{measured['job_id']}"))
    assert failed["error"] == {"code": "version_unusable", "message": "The version is damaged; train again."}
    await trained.patch("/nlu", {"small_talk": True})  # so that the bot is loaded anew
    reply = await trained.say("will it rain tomorrow")
    assert reply["intent"] == "out_of_scope"
    assert (await trained.understood(reply))["version"] is None
    await trained.patch("/nlu", {"small_talk": False})
    await trained.teach({"order_status": ["any news of my delivery"]})
    repaired = await trained.train(activate=True)
    assert repaired["activated"]
    assert (await trained.say("will it rain tomorrow"))["metadata"]["action"] != "error"
    assert (await trained.post("/nlu/parse", {"text": "will it rain tomorrow"}))["intent"] == "weather"


async def test_unknown_versions_and_jobs_are_not_found(trained: Workbench) -> None:
    nothing = "0" * 32
    other = await factories.make_bot(trained.application.parts.get(Database), trained.tenant.id)
    version = (await trained.get("/nlu"))["active"]["id"]
    job = (await trained.get("/nlu"))["training"]["id"]
    for method, path in (
        ("GET", "/nlu/versions/{}"),
        ("GET", "/nlu/versions/{}/gate"),
        ("POST", "/nlu/versions/{}/activate"),
        ("GET", "/nlu/jobs/{}"),
        ("GET", "/nlu/evaluations/{}"),
    ):
        assert (await trained.call(method, path.format(nothing), {})).status_code == 404
        real = job if "jobs" in path else version
        assert (await trained.call(method, path.format(real), {}, bot_id=other.id)).status_code == 404
    body = {"text": "hello", "version_id": version}
    assert (await trained.call("POST", "/nlu/parse", body, bot_id=other.id)).status_code == 404
    assert (await trained.call("POST", "/nlu/explain", {"text": "hi"}, bot_id=other.id)).status_code == 409


async def test_a_training_that_waits_is_not_queued_twice(bench: Workbench) -> None:
    await bench.application.parts.get(JobQueue).stop()
    await bench.teach(shop())
    first, second = [await bench.post("/nlu/train") for _ in range(2)]
    assert first["id"] == second["id"]
    assert (await bench.post("/nlu/train", {"activate": True}))["id"] != first["id"]


async def test_annotated_examples_teach_the_version_to_find_slots(bench: Workbench) -> None:
    dishes = ["noodles", "dumplings", "fried rice", "roast duck", "spring rolls", "hot soup"]
    orders = [f"{start} [{dish}](dish) please" for dish in dishes for start in ("I would like", "bring me")]
    await bench.teach({"order_food": orders, **shop("goodbye")})
    await bench.train()
    version = (await bench.get("/nlu"))["active"]
    assert version["metrics"]["annotated"] == 12
    found = (await bench.post("/nlu/parse", {"text": "please bring me roast duck"}))["entities"]
    assert [(each["name"], each["text"], each["source"]) for each in found] == [("dish", "roast duck", "tagger")]


async def test_of_old_versions_the_newest_stay_and_those_in_use(trained: Workbench) -> None:
    async with trained.application.parts.get(Database).write(trained.tenant.id) as session:
        versions = VersionRepository(session, trained.tenant.id)
        for number in range(2, 7):
            versions.add(Version(bot_id=trained.bot.id, data_hash=str(number), content=b"", number=number))
        await session.flush()
        first = (await versions.with_data(trained.bot.id, "2"))[0]
        active = (await trained.get("/nlu"))["active"]["id"]
        await versions.drop_old(trained.bot.id, keep={first.id, active}, most=2)
    left = [item["number"] for item in (await trained.get("/nlu/versions"))["items"]]
    assert sorted(left) == [1, 2, 5, 6]
