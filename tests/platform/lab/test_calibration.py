"""Calibrating a knowledge base, and what its bots do with it."""

from __future__ import annotations

import pytest

from chatbot.foundation.database import Database
from chatbot.foundation.errors import Conflict
from chatbot.lab.calibration.calibrator import Calibrator
from chatbot.lab.lab import RetrievalLab
from chatbot.models import KnowledgeBase, Tenant
from chatbot.turn import replies
from knowledge.answering import DEFAULT_THRESHOLD
from tests import factories
from tests.platform.documents.knowledge_client import KnowledgeClient
from tests.platform.edge.application import Application, problem_of
from tests.platform.lab.lab_client import LabClient

SUBJECTS = (
    "annual leave", "sick notes", "travel expenses", "company cars", "parking spaces", "canteen meals",
    "remote work", "overtime pay", "pension plans", "training budgets", "badge loss", "visitor passes",
    "fire drills", "password resets", "printer supplies", "meeting rooms", "parental leave", "job tickets",
)  # fmt: skip


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The one row that is written is written on both databases in test_lab_runs.py."""
    return sqlite_url


async def filled(knowledge: KnowledgeClient) -> LabClient:
    """A handbook of many subjects, enough to be asked about."""
    base = await knowledge.new_base()
    text = "# Handbook\n\n" + "\n\n".join(
        f"## {subject.capitalize()}\n\nWhoever asks about {subject} writes to desk {number} before the "
        f"{number + 3}th of the month, encloses form {subject.split()[0].upper()}-{number} and waits for the signed "
        f"confirmation of the {subject.split()[-1]} department in building {number % 5}."
        for number, subject in enumerate(SUBJECTS)
    )
    document = await knowledge.ready(base, text.encode(), "handbook.md")
    return LabClient(knowledge, base, {"handbook": document})


async def test_a_calibration_reports_both_curves_and_is_used_from_then_on(knowledge: KnowledgeClient) -> None:
    lab = await filled(knowledge)
    job = await lab.calibrated(0.1)
    assert job["status"] == "done", job
    report = job["result"]
    assert report["cases"]["sentences"] > 5 and report["cases"]["off_topic"] > 10  # type: ignore[index]
    assert 0 < report["cases"]["taken_out"] <= report["cases"]["headings"] + report["cases"]["sentences"]  # type: ignore[index]
    assert {note["code"] for note in report["notes"]} >= {"no_faqs", "no_test_questions"}  # type: ignore[index]
    for curve in ("reliability", "trade_off"):
        assert report[curve]["raw"] and report[curve]["calibrated"]  # type: ignore[index]
    assert set(report["error"]) == set(report["brier"]) == {"raw", "calibrated"}  # type: ignore[index]
    state = (await lab.call("GET", "/calibration")).json()
    current = state["current"]
    assert current == report["calibration"]  # type: ignore[index]
    assert (current["wrong_answer_rate"], state["default_threshold"]) == (0.1, DEFAULT_THRESHOLD)
    found = (await lab.call("POST", "/lab", json={"question": "What about sick notes?"})).json()
    assert (found["threshold"], found["threshold_source"]) == (current["threshold"], "knowledge_base")
    searched = await lab.knowledge.ask(lab.base, "What about sick notes?")
    assert searched[0]["score"] == pytest.approx(found["items"][0]["score"], abs=1e-5)
    assert (await lab.call("DELETE", "/calibration")).status_code == 204
    assert (await lab.call("GET", "/calibration")).json()["current"] is None


async def test_faqs_and_reviewed_questions_are_asked_too(knowledge: KnowledgeClient) -> None:
    lab = await filled(knowledge)
    answer = "Whoever asks about sick notes writes to desk 1 before the 4th of the month."
    await lab.call("POST", "/faqs", json={"question": "Where do sick notes go?", "answer": answer})
    test_set = await lab.new_set()
    await lab.ask_for(test_set, "Who hands out company cars?", "handbook")
    await lab.ask_for(test_set, "Who painted the Mona Lisa?")
    report = (await lab.calibrated())["result"]
    assert (report["cases"]["faqs"], report["cases"]["test_questions"]) == (1, 2)  # type: ignore[index]
    assert not {note["code"] for note in report["notes"]} & {"no_faqs", "no_test_questions"}  # type: ignore[index]


async def test_few_cases_leave_the_shared_curve_and_say_so(lab: LabClient, application: Application) -> None:
    job = await lab.calibrated()
    report = job["result"]
    assert all(note["text"]["zh"] and note["text"]["en"] for note in report["notes"])  # type: ignore[index]
    assert report["cases"]["headings"] == 0  # type: ignore[index]
    if report["calibration"]["curve"] is None:  # type: ignore[index]
        assert "shared_curve" in {note["code"] for note in report["notes"]}  # type: ignore[index]


async def test_an_empty_knowledge_base_can_not_be_calibrated(knowledge: KnowledgeClient) -> None:
    lab = LabClient(knowledge, await knowledge.new_base(), {})
    job = await lab.calibrated()
    assert (job["status"], job["error"]["code"]) == ("failed", "nothing_to_calibrate")  # type: ignore[index]
    assert (await lab.call("GET", "/calibration")).json()["current"] is None


@pytest.mark.parametrize("rate", [0, 0.9, "high", None])
async def test_a_rate_out_of_range_is_refused(lab: LabClient, rate: object) -> None:
    response = await lab.call("POST", "/calibrate", json={"wrong_answer_rate": rate})
    assert problem_of(response)["status"] == 422


async def test_a_bots_own_threshold_wins_over_the_knowledge_bases(
    application: Application, database: Database, tenant: Tenant, knowledge: KnowledgeClient
) -> None:
    lab = await filled(knowledge)
    bot = await factories.make_bot(
        database, tenant.id, is_default=True, default_language="en", knowledge_base_ids=(lab.base,)
    )

    async def turn(threshold: float, *, own: float | None = None) -> tuple[str, list[str]]:
        async with database.write(tenant.id) as session:
            row = await session.get(KnowledgeBase, lab.base)
            assert row is not None
            kept = {"wrong_answer_rate": 0.05, "curve": None, "cases": 1, "made_at": "", "revision": 1}
            row.settings = {**row.settings, "calibration": {**kept, "threshold": threshold}}
        changed = await application.client.patch(
            f"/v1/bots/{bot.id}", json={"answer_threshold": own}, headers=knowledge.headers
        )
        assert changed.status_code == 200, changed.text
        reply = await application.client.post(
            "/chatbot",
            json={"user_id": "u", "message": "Whoever asks about sick notes writes to which desk?", "language": "en"},
            headers=knowledge.headers,
        )
        assert reply.status_code == 200, reply.text
        said.append(reply.json()["reply"])
        metadata = reply.json()["metadata"]
        return metadata["action"], [citation["title"] for citation in metadata["citations"]]

    said: list[str] = []
    assert await turn(0.05) == ("answer_from_knowledge", ["handbook"])
    # On the subject, but not sure enough: nothing is asserted, and the passage is named for people to look at.
    assert await turn(0.9999) == ("refuse", ["handbook"])
    assert said[-1] == replies.MAY_BE_RELATED.en
    assert await turn(0.9999, own=0.05) == ("answer_from_knowledge", ["handbook"])
    assert await turn(0.05, own=0.9999) == ("refuse", ["handbook"])


async def test_other_settings_of_the_knowledge_base_stay(
    knowledge: KnowledgeClient, database: Database, tenant: Tenant
) -> None:
    lab = await filled(knowledge)
    async with database.write(tenant.id) as session:
        row = await session.get(KnowledgeBase, lab.base)
        assert row is not None
        row.settings = {"chunking": {"max_tokens": 100}}
    await lab.calibrated()
    await lab.call("DELETE", "/calibration")
    async with database.read(tenant.id) as session:
        row = await session.get(KnowledgeBase, lab.base)
        assert row is not None and row.settings == {"chunking": {"max_tokens": 100}}


async def test_progress_is_told_and_may_stop_it(
    knowledge: KnowledgeClient, application: Application, database: Database, tenant: Tenant
) -> None:
    lab = await filled(knowledge)
    told: list[float] = []

    async def note(fraction: float) -> None:
        told.append(fraction)
        if len(told) == 3:
            raise Conflict("stop")

    with pytest.raises(Conflict):
        await Calibrator(database, application.parts.get(RetrievalLab)).run(tenant.id, lab.base, 0.05, note)
    assert told == sorted(told) and told[-1] < 1
    assert (await lab.call("GET", "/calibration")).json()["current"] is None


async def test_nobody_else_may_calibrate_or_read_it(lab: LabClient, stranger: KnowledgeClient) -> None:
    for method, path, body in (
        ("POST", "/calibrate", {"wrong_answer_rate": 0.05}),
        ("GET", "/calibration", None),
        ("DELETE", "/calibration", None),
    ):
        response = await stranger.call(method, f"/{lab.base}{path}", **({"json": body} if body else {}))
        assert problem_of(response)["status"] == 404
