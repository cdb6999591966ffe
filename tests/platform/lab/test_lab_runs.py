"""Runs of a test set: what they measure, what they keep, and what two of them say side by side."""

from __future__ import annotations

import pytest

from chatbot.foundation.database import Database
from chatbot.foundation.jobs import JobQueue
from chatbot.lab.comparison import compare, metrics_of
from chatbot.models import LabRun, Tenant, new_id
from knowledge.answering import DEFAULT_THRESHOLD
from tests.platform.documents.knowledge_client import KnowledgeClient
from tests.platform.edge.application import Application, problem_of
from tests.platform.lab.lab_client import LabClient

REFUSED = "Zzz qqq xxx jjj?"


async def filled(lab: LabClient) -> str:
    """A set of four: two that are answered, one that expects the wrong document, one to be refused."""
    test_set = await lab.new_set()
    await lab.ask_for(test_set, "How many days of paid annual leave does every employee receive?", "leave")
    await lab.ask_for(test_set, "When does the canteen on the ground floor open?", "canteen", "leave")
    await lab.ask_for(test_set, "Is parking in the garage free for employees?", "canteen")
    await lab.ask_for(test_set, REFUSED)
    return test_set


async def test_a_run_counts_what_was_right_wrong_and_refused(lab: LabClient) -> None:
    test_set = await filled(lab)
    run = await lab.run(test_set)
    assert run["status"] == "done", run
    metrics = run["metrics"]
    assert metrics == {
        "questions": 4,
        "answerable": 3,
        "recall_at_1": pytest.approx((1 + 0.5 + 0) / 3, abs=1e-3),
        "recall_at_5": 1.0,
        "mrr_at_10": pytest.approx((1 + 1 + 0.5) / 3, abs=0.06),
        "answered_right": 2,
        "answered_wrong": 1,
        "refused_right": 1,
        "refused_wrong": 0,
        "wrong_answer_rate": pytest.approx(1 / 3, abs=1e-3),
    }
    results = {str(one["question"]): one for one in run["results"]}  # type: ignore[attr-defined]
    refused = results[REFUSED]
    assert (refused["answered"], refused["right"], refused["rank"], refused["expected"]) == (False, True, None, [])
    wrong = results["Is parking in the garage free for employees?"]
    assert wrong["right"] is False and wrong["rank"] > 1
    assert wrong["found"][0]["title"] == "parking"


async def test_a_run_remembers_what_it_was_carried_out_with(lab: LabClient) -> None:
    test_set = await filled(lab)
    run = await lab.run(test_set)
    revision = (await lab.call("GET", "")).json()["revision"]
    assert run["settings"] == {
        "revision": revision,
        "spaces": ["letter pairs"],
        "threshold": DEFAULT_THRESHOLD,
        "threshold_source": "default",
        "curve": None,
    }
    (listed,) = (await lab.call("GET", f"{test_set}/runs")).json()["items"]
    assert listed["metrics"] == run["metrics"] and "results" not in listed


async def test_a_calibrated_knowledge_base_is_remembered_as_such(lab: LabClient) -> None:
    test_set = await filled(lab)
    kept = (await lab.calibrated(0.2))["result"]["calibration"]  # type: ignore[index]
    settings = (await lab.run(test_set))["settings"]
    assert (settings["threshold"], settings["curve"]) == (kept["threshold"], kept["curve"])  # type: ignore[index]
    assert settings["threshold_source"] == "knowledge_base"  # type: ignore[index]
    assert (await lab.call("DELETE", "/calibration")).status_code == 204


async def test_a_faq_that_answers_counts_as_found(lab: LabClient) -> None:
    faq = await lab.call("POST", "/faqs", json={"question": "Who mends my bicycle?", "answer": "The porter does."})
    test_set = await lab.new_set()
    body = {"question": "Who mends my bicycle?", "expected": [faq.json()["id"]]}
    assert (await lab.call("POST", f"{test_set}/questions", json=body)).status_code == 201
    result = (await lab.run(test_set))["results"][0]  # type: ignore[index]
    assert (result["rank"], result["right"]) == (1, True)


async def test_two_runs_are_compared_over_the_questions_they_share(lab: LabClient) -> None:
    test_set = await filled(lab)
    before = await lab.run(test_set)
    await lab.call("DELETE", f"/documents/{lab.documents['leave']}")
    after = await lab.run(test_set)
    response = await lab.call("GET", f"{test_set}/runs/compare", params={"a": before["id"], "b": after["id"]})
    assert response.status_code == 200, response.text
    found = response.json()
    assert (found["questions"], found["verdict"]) == (4, "too_few")
    assert found["right"]["only_a"] == 1 and found["right"]["only_b"] == 0
    assert found["mrr"]["difference"] < 0
    assert [one["question"] for one in found["changed"] if one["right_a"] and not one["right_b"]] == [
        "How many days of paid annual leave does every employee receive?"
    ]
    assert "4" in found["text"]["zh"]


async def test_what_can_not_be_compared_is_refused(
    lab: LabClient, application: Application, database: Database, tenant: Tenant
) -> None:
    test_set = await filled(lab)
    run = await lab.run(test_set)
    unfinished = LabRun(id=new_id(), tenant_id=tenant.id, test_set_id=test_set.rsplit("/", 1)[1])
    async with database.write(tenant.id) as session:
        session.add(unfinished)
    elsewhere = await filled_elsewhere(lab)
    for other in (unfinished.id, new_id(), elsewhere):
        response = await lab.call("GET", f"{test_set}/runs/compare", params={"a": run["id"], "b": other})
        assert problem_of(response)["errors"][0]["field"] == "query.b"  # type: ignore[index]


async def filled_elsewhere(lab: LabClient) -> str:
    """A run of another set."""
    other = await lab.new_set("Other")
    await lab.ask_for(other, REFUSED)
    return str((await lab.run(other))["id"])


async def test_runs_of_others_are_not_found(lab: LabClient, stranger: KnowledgeClient) -> None:
    test_set = await filled(lab)
    run = await lab.run(test_set)
    assert (await stranger.call("GET", f"/{lab.base}{test_set}/runs/{run['id']}")).status_code == 404
    own = LabClient(stranger, await stranger.new_base(), {})
    their_set = await own.new_set()
    assert (await own.call("GET", f"{their_set}/runs/{run['id']}")).status_code == 404
    response = await own.call("GET", f"{their_set}/runs/compare", params={"a": run["id"], "b": run["id"]})
    assert response.status_code == 422


async def test_a_run_whose_set_was_deleted_ends_without_a_trace(
    lab: LabClient, application: Application, tenant: Tenant
) -> None:
    test_set = await filled(lab)
    await application.parts.get(JobQueue).stop()
    response = await lab.call("POST", f"{test_set}/runs")
    await lab.call("DELETE", test_set)
    await application.parts.get(JobQueue).start()
    assert response.status_code == 202
    assert (await lab.call("GET", test_set)).status_code == 404


def test_measures_of_nothing_are_none() -> None:
    found = metrics_of([])
    assert (found["recall_at_1"], found["wrong_answer_rate"], found["questions"]) == (None, None, 0)


def test_questions_whose_expectation_changed_are_not_compared() -> None:
    def run(expected: list[str]) -> LabRun:
        result = {"question_id": "q", "question": "?", "expected": expected, "rank": 1, "right": True}
        return LabRun(results=[result])

    assert compare(run(["a"]), run(["b"])).questions == 0
    assert compare(run(["a"]), run(["a"])).questions == 1
