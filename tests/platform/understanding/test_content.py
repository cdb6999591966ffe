"""Intents, examples, entities and flows over HTTP."""

from __future__ import annotations

import pytest

from chatbot.foundation.database import Database
from tests import factories
from tests.platform.edge.application import problem_of
from tests.platform.understanding.workbench import Workbench, shop

HOURS = {"name": "hours", "intents": ["hours"], "say": {"en": "Nine to five.", "zh": "九点到五点。"}}


async def test_examples_are_counted_by_intent_and_language(bench: Workbench) -> None:
    assert await bench.teach({"weather": ["will it rain", "会下雨吗", "will it rain"]}) == {"added": 2, "skipped": 1}
    assert await bench.teach({"weather": ["will it rain"]}) == {"added": 0, "skipped": 1}
    assert (await bench.get("/intents"))["items"] == [
        {"name": "weather", "example_count": 2, "languages": {"en": 1, "zh": 1}, "flow": None}
    ]


async def test_entities_written_into_an_example_are_kept_beside_it(bench: Workbench) -> None:
    text = '从[北京](city)飞到[上海]{"entity": "city", "role": "to", "value": "Shanghai"}'
    await bench.teach({"flight": [text]})
    (example,) = (await bench.get("/examples"))["items"]
    assert example["text"] == "从北京飞到上海"
    assert example["entities"] == [
        {"name": "city", "start": 1, "end": 3},
        {"name": "city", "start": 5, "end": 7, "role": "to", "value": "Shanghai"},
    ]
    again = await bench.call("PATCH", f"/examples/{example['id']}", {"text": example["annotated"]})
    assert again.json() == example


async def test_an_annotation_that_cannot_be_read_is_refused_with_its_place(bench: Workbench) -> None:
    response = await bench.call(
        "POST", "/examples", {"examples": [{"intent": "a", "text": "fine"}, {"intent": "a", "text": "[x]{broken}"}]}
    )
    assert response.status_code == 422
    assert problem_of(response)["errors"][0]["field"] == "body.examples.1.text"  # type: ignore[index]
    assert (await bench.get("/intents"))["items"] == []


async def test_examples_are_listed_changed_and_deleted(bench: Workbench) -> None:
    await bench.teach(shop("weather", "goodbye"))
    page = await bench.get("/examples?intent=goodbye&language=en&limit=4")
    assert len(page["items"]) == 4 and page["next_cursor"]
    example = page["items"][0]
    changed = await bench.patch(f"/examples/{example['id']}", {"intent": "weather", "text": "明天下雪吗"})
    assert (changed["intent"], changed["text"], changed["language"]) == ("weather", "明天下雪吗", "zh")
    assert (await bench.call("DELETE", f"/examples/{example['id']}")).status_code == 204
    assert (await bench.call("DELETE", f"/examples/{example['id']}")).status_code == 404


async def test_an_intent_is_renamed_wherever_it_stands(bench: Workbench) -> None:
    await bench.teach({"hours": ["when are you open"]})
    await bench.post("/flows", {"definition": HOURS})
    await bench.post("/nlu/regression", {"examples": [{"text": "opening times", "intent": "hours"}]})
    renamed = await bench.patch("/intents/hours", {"name": "opening_hours"})
    assert renamed == {"name": "opening_hours", "example_count": 1, "languages": {"en": 1}, "flow": "hours"}
    assert (await bench.get("/flows"))["items"][0]["definition"]["intents"] == ["opening_hours"]
    assert (await bench.get("/nlu/regression"))["items"][0]["intent"] == "opening_hours"


@pytest.mark.parametrize("name", ["taken", "out_of_scope"])
async def test_an_intent_does_not_get_a_name_that_means_something_else(bench: Workbench, name: str) -> None:
    await bench.teach({"weather": ["will it rain"], "taken": ["I was here first"]})
    assert (await bench.call("PATCH", "/intents/weather", {"name": name})).status_code in (409, 422)


async def test_an_intent_that_a_flow_waits_for_is_not_deleted(bench: Workbench) -> None:
    await bench.post("/intents", {"name": "hours", "examples": [{"text": "when are you open"}]})
    flow = await bench.post("/flows", {"definition": HOURS})
    assert (await bench.call("DELETE", "/intents/hours")).status_code == 409
    assert (await bench.call("DELETE", f"/flows/{flow['id']}")).status_code == 204
    assert (await bench.call("DELETE", "/intents/hours")).status_code == 204
    assert (await bench.get("/intents"))["items"] == []


async def test_what_comes_after_a_flow_follows_its_new_name(bench: Workbench) -> None:
    flow = await bench.post("/flows", {"definition": HOURS})
    more = {"name": "more", "intents": ["affirm"], "after": [HOURS["name"]], "say": {"en": "On Sunday as well."}}
    await bench.post("/flows", {"definition": more})
    await bench.call("PUT", f"/flows/{flow['id']}", {"definition": {**HOURS, "name": "times"}})
    stored = {each["name"]: each["definition"] for each in (await bench.get("/flows"))["items"]}
    assert (set(stored), stored["more"]["after"]) == ({"times", "more"}, ["times"])


async def test_what_is_already_there_is_a_conflict(bench: Workbench) -> None:
    intent = {"name": "hours", "examples": [{"text": "when are you open"}]}
    entity = {"name": "size", "definition": {"kind": "gazetteer", "values": ["small"]}}
    for path, body in (("/intents", intent), ("/entities", entity), ("/flows", {"definition": HOURS})):
        await bench.post(path, body)
        response = await bench.call("POST", path, body)
        assert response.status_code == 409, path
        assert problem_of(response)["code"] == "name_taken"


@pytest.mark.parametrize(
    ("definition", "field"),
    [
        ({}, "body.definition.name"),
        ({"name": "x", "intents": ["x"]}, "body.definition"),
        ({"name": "x", "intents": ["x"], "say": {"fr": "oui"}}, "body.definition.say"),
        ({"name": "x", "intents": ["taken"], "say": {"en": "hi"}}, "body.definition.intents"),
        ({"name": "x", "intents": ["x"], "after": ["nowhere"], "say": {"en": "hi"}}, "body.definition.after[0]"),
        (
            {
                "name": "x",
                "intents": ["x"],
                "slots": [{"name": "a", "entity": "date", "required": True}],
                "replies": {"success": {"en": "ok"}},
            },
            "body.definition.slots[0].prompt",
        ),
    ],
)
async def test_a_flow_that_is_wrong_is_refused_with_the_place(
    bench: Workbench, definition: dict[str, object], field: str
) -> None:
    await bench.post("/flows", {"definition": {"name": "other", "intents": ["taken"], "say": {"en": "mine"}}})
    response = await bench.call("POST", "/flows", {"definition": definition})
    assert response.status_code == 422
    told = problem_of(response)["errors"][0]["field"]  # type: ignore[index]
    assert str(told).startswith(field)


async def test_a_flow_is_in_force_with_the_next_message(trained: Workbench) -> None:
    definition = {"name": "bye", "intents": ["goodbye"], "say": {"en": "So long!", "zh": "慢走！"}}
    flow = await trained.post("/flows", {"definition": definition})
    assert (await trained.say("goodbye"))["reply"] == "So long!"
    changed = {"definition": {**definition, "say": {"en": "Farewell!"}}}
    assert (await trained.call("PUT", f"/flows/{flow['id']}", changed)).status_code == 200
    assert (await trained.say("goodbye"))["reply"] == "Farewell!"


async def test_an_entity_is_told_with_the_part_it_plays_and_what_its_words_say_besides(trained: Workbench) -> None:
    text = "从北京到上海,下周三下午三点"
    found = (await trained.post("/nlu/parse", {"text": text}))["entities"]
    assert [(each["text"], each["role"], each["group"]) for each in found] == [
        ("北京", "from", ""),
        ("上海", "to", ""),
        ("下周三下午三点", "", ""),
    ]
    day = found[2]["value"].split("T")[0]
    assert found[2]["also"] == [{"name": "date", "value": day}, {"name": "time", "value": "15:00"}]
    said = (await trained.say(text))["metadata"]["entities"]
    assert [(each["text"], each["role"]) for each in said[:2]] == [("北京", "from"), ("上海", "to")]


async def test_an_entity_is_found_with_the_next_message(trained: Workbench) -> None:
    definition = {"kind": "gazetteer", "values": {"L": ["large", "大号"]}}
    entity = await trained.post("/entities", {"name": "size", "definition": definition})
    found = (await trained.post("/nlu/parse", {"text": "大号还有吗"}))["entities"]
    assert [(each["name"], each["value"], each["start"], each["end"]) for each in found] == [("size", "L", 0, 2)]
    assert (await trained.call("DELETE", f"/entities/{entity['id']}")).status_code == 204
    assert (await trained.post("/nlu/parse", {"text": "大号还有吗"}))["entities"] == []


@pytest.mark.parametrize(
    "definition",
    [{}, {"kind": "magic"}, {"kind": "pattern", "pattern": "("}, {"kind": "gazetteer", "values": {}}],
)
async def test_an_entity_that_cannot_work_is_refused(bench: Workbench, definition: dict[str, object]) -> None:
    response = await bench.call("POST", "/entities", {"name": "size", "definition": definition})
    assert response.status_code == 422
    assert problem_of(response)["errors"][0]["field"] == "body.definition"  # type: ignore[index]


async def test_a_viewer_reads_and_asks_and_changes_nothing(trained: Workbench) -> None:
    viewer = await factories.make_user(trained.application.parts.get(Database), trained.tenant.id, role="viewer")
    for path in ("/intents", "/examples", "/flows", "/entities", "/nlu", "/nlu/versions", "/nlu/drift"):
        assert (await trained.call("GET", path, user=viewer)).status_code == 200
    assert (await trained.call("POST", "/nlu/parse", {"text": "hi"}, user=viewer)).status_code == 200
    for path in ("/examples", "/intents", "/flows", "/entities", "/nlu/train", "/nlu/rollback", "/nlu/drift"):
        assert (await trained.call("POST", path, {}, user=viewer)).status_code == 403


async def test_another_bots_objects_are_not_found_under_this_one(trained: Workbench) -> None:
    """Both bots belong to one tenant, so that no tenant filter helps."""
    await trained.post("/flows", {"definition": HOURS})
    await trained.post("/entities", {"name": "size", "definition": {"kind": "gazetteer", "values": ["small"]}})
    await trained.post("/nlu/regression", {"examples": [{"text": "hello", "intent": None}]})
    other = await factories.make_bot(trained.application.parts.get(Database), trained.tenant.id)
    for path in ("/examples", "/flows", "/entities", "/nlu/regression", "/nlu/versions"):
        (item, *_) = (await trained.get(path))["items"]
        for method in ("GET", "PATCH", "PUT", "DELETE"):
            body = {"definition": HOURS} if method == "PUT" else {"text": "x"} if method == "PATCH" else None
            response = await trained.call(method, f"{path}/{item['id']}", body, bot_id=other.id)
            assert response.status_code in (404, 405), f"{method} {path}"


async def test_what_is_wrong_with_a_flow_or_an_entity_is_told_in_the_language_of_who_wrote_it(bench: Workbench) -> None:
    wrong = [
        ("/flows", {"definition": {"name": "x", "intents": ["x"], "say": {"fr": "oui"}}}, "此处没有这一项"),
        ("/entities", {"name": "size", "definition": {"kind": "gazetteer", "values": {}}}, "同义词"),
        ("/entities", {"name": "1st", "definition": {"kind": "date"}}, "名称"),
    ]
    for path, body, chinese in wrong:
        for language in ("zh-CN", "en"):
            response = await bench.call("POST", path, body, language=language)
            problem = problem_of(response)
            assert response.status_code == 422, path
            assert (chinese in str(problem["detail"])) is (language == "zh-CN")
            assert problem["errors"][0]["message"] == problem["detail"]  # type: ignore[index]
