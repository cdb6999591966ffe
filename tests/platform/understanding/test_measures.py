"""Evaluation, drift, and the way from conversations to training."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from chatbot.foundation.database import Database
from chatbot.foundation.jobs import JobQueue, RunningJob
from chatbot.foundation.metrics import Metrics
from chatbot.foundation.threads import JobThreads
from chatbot.models import Job, utc_now
from chatbot.understanding.job_orders import LookForDrift
from chatbot.understanding.measures.drift import DriftJob
from chatbot.understanding.serving import BotRuntimes
from tests.nlu.examples import SENTENCES
from tests.platform.edge.application import problem_of
from tests.platform.understanding.said import heard
from tests.platform.understanding.workbench import Json, Workbench, shop

ORDERS = list(SENTENCES["order_status"][1])
INVOICES = ["send me an invoice", "I need an invoice", "an invoice please", "invoice for my purchase", "get an invoice"]


async def evaluated(bench: Workbench, body: Json) -> Json:
    started = await bench.post("/nlu/evaluate", body)
    assert (started["status"], started["report"]) == ("queued", None)
    await bench.job(await bench.get(f"/nlu/jobs/{started['job_id']}"))
    return await bench.get(f"/nlu/evaluations/{started['id']}")


async def test_a_test_set_is_measured(trained: Workbench) -> None:
    examples = [
        {"text": "will it rain in Rome", "intent": "weather"},
        {"text": "where is my order please", "intent": "order_status"},
        {"text": "再见", "intent": "weather"},
        {"text": "zzz qqq xxx", "intent": None},
    ]
    done = await evaluated(trained, {"kind": "test_set", "examples": examples})
    report = done["report"]
    assert (done["status"], report["total"], report["accuracy"], report["out_of_scope_recall"]) == ("done", 4, 0.75, 1)
    assert report["confusions"] == [{"expected": "weather", "predicted": "goodbye", "count": 1, "examples": ["再见"]}]
    assert report["worst"][0]["text"] == "再见"
    assert report["by_language"]["zh"] == {"total": 1, "accuracy": 0.0}
    (listed,) = (await trained.get("/nlu/evaluations"))["items"]
    assert (listed["summary"]["accuracy"], "report" in listed) == (0.75, False)


async def test_folds_measure_the_examples_without_small_talk(trained: Workbench) -> None:
    await trained.patch("/nlu", {"small_talk": True})
    done = await evaluated(trained, {"kind": "folds", "folds": 2})
    report = done["report"]
    assert (report["total"], done["version_id"]) == (36, None)
    assert {each["intent"] for each in report["intents"] if each["support"]} == set(SENTENCES)
    assert report["accuracy"] < 1.0, "no model has seen what it is asked"


async def test_the_regression_set_is_measured_and_kept_in_order(trained: Workbench) -> None:
    sentences = [{"text": "is it raining", "intent": "weather"}, {"text": "qqq zzz", "intent": None}]
    assert await trained.post("/nlu/regression", {"examples": sentences}) == {"added": 2}
    again = [{"text": "is it raining", "intent": "goodbye"}]
    assert await trained.post("/nlu/regression", {"examples": again}) == {"added": 0}
    rows = {row["text"]: row for row in (await trained.get("/nlu/regression"))["items"]}
    assert rows["is it raining"]["intent"] == "goodbye", "the last word counts"
    done = await evaluated(trained, {"kind": "regression"})
    assert (done["report"]["total"], done["report"]["accuracy"]) == (2, 0.5)
    assert (await trained.call("DELETE", f"/nlu/regression/{rows['qqq zzz']['id']}")).status_code == 204
    assert len((await trained.get("/nlu/regression"))["items"]) == 1


async def test_what_cannot_be_measured_is_refused(bench: Workbench) -> None:
    for kind in ("regression", "test_set"):
        response = await bench.call("POST", "/nlu/evaluate", {"kind": kind, "examples": []})
        assert response.status_code == 422
    failed = await evaluated(bench, {"kind": "folds"})
    assert (failed["status"], failed["report"]) == ("failed", None)
    job = await bench.get(f"/nlu/jobs/{failed['job_id']}")
    assert job["error"]["code"] == "too_few_intents"


async def drift(bench: Workbench) -> Json:
    job = await bench.job(await bench.post("/nlu/drift", {"days": 7}))
    assert job["status"] == "done", job
    report: Json = (await bench.get("/nlu/drift"))["items"][0]
    assert report["id"] == job["result"]["report_id"]
    return report


async def test_drift_is_told_with_the_messages_that_changed(trained: Workbench) -> None:
    now = utc_now()
    usual = [f"{text} {number}" for number in range(8) for text in ORDERS]
    await heard(trained, usual, now - timedelta(days=9), intent="order_status")
    strange = [f"{text} {number}" for number in range(8) for text in INVOICES]
    ids = await heard(trained, strange, now - timedelta(days=2))
    found = await drift(trained)
    report = found["report"]
    assert (found["is_alert"], report["messages"], report["version"], report["note"]) == (True, 40, 1, None)
    told = {each["against"]: each for each in report["comparisons"]}
    assert (told["training"]["messages"], told["previous_window"]["messages"]) == (36, 48)
    significant = {test["name"] for test in told["previous_window"]["tests"] if test["is_significant"]}
    assert {"confidence", "out_of_scope"} <= significant
    assert "invoice" in {each["word"] for each in report["new_words"]}
    assert {each["id"] for each in report["changed_messages"]} <= set(ids)
    metrics = trained.application.parts.get(Metrics).render().decode()
    assert 'chatbot_nlu_drift_reports_total{outcome="alert"} 1.0' in metrics


async def test_users_who_talk_as_before_raise_no_alert(trained: Workbench) -> None:
    now = utc_now()
    usual = [f"{text} {number}" for number in range(8) for text in ORDERS]
    for days in (9, 2):
        await heard(trained, usual, now - timedelta(days=days), intent="order_status")
    assert not (await drift(trained))["is_alert"]


async def test_too_few_messages_and_no_version_are_said(bench: Workbench) -> None:
    assert (await drift(bench))["report"]["note"] == "no_version"
    await bench.teach(shop())
    await bench.train()
    await heard(bench, ORDERS, utc_now() - timedelta(days=1))
    found = await drift(bench)
    assert (found["is_alert"], found["report"]["note"], found["report"]["messages"]) == (False, "too_few_messages", 6)


async def daily_jobs(bench: Workbench) -> Sequence[Job]:
    async with bench.application.parts.get(Database).read(bench.tenant.id) as session:
        rows = await session.scalars(select(Job).where(Job.kind == LookForDrift.kind, Job.tenant_id == bench.tenant.id))
        return [row for row in rows if row.payload.get("is_daily")]


async def test_a_bot_with_a_version_is_looked_at_daily_and_once(trained: Workbench) -> None:
    (waiting,) = await daily_jobs(trained)
    assert waiting.status == "queued"
    assert timedelta(hours=23) < waiting.run_after - utc_now() <= timedelta(hours=24)
    parts = trained.application.parts
    handler = DriftJob(
        parts.get(Database),
        parts.get(BotRuntimes).versions,
        parts.get(JobThreads),
        jobs=parts.get(JobQueue),
        metrics=parts.get(Metrics),
    )

    async def report(_share: float) -> None:
        await asyncio.sleep(0)

    running = RunningJob(
        "1" * 32,
        trained.tenant.id,
        LookForDrift.kind,
        {"bot_id": trained.bot.id, "is_daily": True},
        1,
        5,
        "lease",
        report,
    )
    for _ in range(2):  # also when the job is handed out twice
        await handler(running)
    assert [job.id for job in await daily_jobs(trained)] == [waiting.id], "one waits already"
    assert len((await trained.get("/nlu/drift"))["items"]) == 1


async def clusters(bench: Workbench, **query: str) -> list[Json]:
    await bench.job(await bench.post("/nlu/clusters", {"days": 30}))
    found: list[Json] = (await bench.get("/nlu/clusters?status=open"))["items"]
    return found


async def test_messages_that_were_not_understood_become_examples_in_one_call(trained: Workbench) -> None:
    now = utc_now() - timedelta(days=1)
    ids = await heard(trained, INVOICES, now)
    await heard(trained, ORDERS, now, intent="order_status", action="say")
    await heard(trained, ["the handbook knows"], now, action="answer_from_knowledge")
    (found,) = await clusters(trained)
    assert {message["id"] for message in found["messages"]} == set(ids)
    assert (found["size"], found["language"], found["status"]) == (5, "en", "open")
    done = await trained.post(f"/nlu/clusters/{found['id']}/assign", {"action": "new_intent", "intent": "invoice"})
    assert (done["examples_added"], done["regression_added"]) == (4, 1)
    assert (done["cluster"]["status"], done["cluster"]["assigned_intent"]) == ("assigned", "invoice")
    assert (await trained.get("/nlu"))["needs_training"]
    version = await trained.train()
    gate = await trained.get(f"/nlu/versions/{version['version_id']}/gate")
    assert (gate["gained"], gate["lost"], gate["passes"]) == (1, 0, True), "the effect shows before it is activated"
    assert await clusters(trained) == [], "what was decided does not come back"


async def test_what_was_understood_and_has_no_flow_yet_is_in_no_cluster(trained: Workbench) -> None:
    await heard(trained, INVOICES, utc_now(), intent="invoice", confidence=0.97)
    await trained.job(await trained.post("/nlu/clusters"))
    assert (await trained.get("/nlu/clusters"))["items"] == []
    await heard(trained, INVOICES, utc_now(), intent="invoice", confidence=0.4)
    await trained.job(await trained.post("/nlu/clusters"))
    assert [each["size"] for each in (await trained.get("/nlu/clusters"))["items"]] == [len(INVOICES)]


async def test_messages_that_do_not_belong_are_left_out(trained: Workbench) -> None:
    await heard(trained, INVOICES[:3], utc_now() - timedelta(days=1))
    (found,) = await clusters(trained)
    stranger = found["messages"][0]
    done = await trained.post(
        f"/nlu/clusters/{found['id']}/assign",
        {"action": "intent", "intent": "order_status", "excluded": [stranger["id"]]},
    )
    assert (done["examples_added"], done["regression_added"]) == (2, 0)
    taught = {row["text"] for row in (await trained.get("/examples?intent=order_status&limit=200"))["items"]}
    assert stranger["text"] not in taught and found["messages"][1]["text"] in taught


@pytest.mark.parametrize(("action", "status"), [("dismiss", "dismissed"), ("knowledge_gap", "knowledge_gap")])
async def test_a_cluster_can_be_put_aside_and_is_decided_once(trained: Workbench, action: str, status: str) -> None:
    await heard(trained, INVOICES, utc_now() - timedelta(days=1))
    (found,) = await clusters(trained)
    path = f"/nlu/clusters/{found['id']}/assign"
    done = await trained.post(path, {"action": action})
    assert (done["cluster"]["status"], done["examples_added"]) == (status, 0)
    assert (await trained.call("POST", path, {"action": action})).status_code == 409
    assert [each["id"] for each in (await trained.get(f"/nlu/clusters?status={status}"))["items"]] == [found["id"]]
    assert await clusters(trained) == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"action": "intent", "intent": "unheard_of"}, 404, "intent_not_found"),
        ({"action": "new_intent", "intent": "weather"}, 409, "name_taken"),
        ({"action": "new_intent"}, 422, "invalid_input"),
        ({"action": "new_intent", "intent": "out_of_scope"}, 422, "invalid_input"),
        ({"action": "delete_everything"}, 422, "invalid_input"),
    ],
)
async def test_a_decision_that_makes_no_sense_changes_nothing(
    trained: Workbench, body: Json, status: int, code: str
) -> None:
    await heard(trained, INVOICES, utc_now() - timedelta(days=1))
    (found,) = await clusters(trained)
    response = await trained.call("POST", f"/nlu/clusters/{found['id']}/assign", body)
    assert (response.status_code, problem_of(response)["code"]) == (status, code)
    assert [each["status"] for each in (await trained.get("/nlu/clusters"))["items"]] == ["open"]
