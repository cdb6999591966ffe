"""Test sets: written by hand, imported, exported, drafted and reviewed."""

from __future__ import annotations

import pytest

from chatbot.models import new_id
from tests.platform.documents.knowledge_client import KnowledgeClient
from tests.platform.edge.application import problem_of
from tests.platform.lab.lab_client import CANTEEN, LabClient, lab_over


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is asked of both databases is in test_drafts.py and test_lab_runs.py."""
    return sqlite_url


async def questions(lab: LabClient, test_set: str, **params: object) -> list[dict[str, object]]:
    response = await lab.call("GET", f"{test_set}/questions", params=params)
    assert response.status_code == 200, response.text
    items: list[dict[str, object]] = response.json()["items"]
    return items


async def test_a_set_has_a_name_of_its_own_and_counts_its_questions(lab: LabClient) -> None:
    test_set = await lab.new_set("New employees")
    assert (await lab.call("POST", "/test-sets", json={"name": "New employees"})).status_code == 409
    other = await lab.new_set("Others")
    assert (await lab.call("PATCH", other, json={"name": "New employees"})).status_code == 409
    assert (await lab.call("PATCH", other, json={"name": "Visitors"})).json()["name"] == "Visitors"
    await lab.ask_for(test_set, "When does the canteen open?", "canteen")
    found = (await lab.call("GET", "/test-sets")).json()["items"]
    assert [(one["name"], one["question_count"], one["draft_count"]) for one in found] == [
        ("Visitors", 0, 0),
        ("New employees", 1, 0),
    ]
    assert (await lab.call("DELETE", test_set)).status_code == 204
    assert (await lab.call("GET", test_set)).status_code == 404


async def test_questions_are_written_changed_and_deleted(lab: LabClient) -> None:
    test_set = await lab.new_set()
    made = await lab.ask_for(test_set, "年假有几天？", "leave")
    assert (made["language"], made["is_draft"]) == ("zh", False)
    assert made["expected"] == [{"id": lab.documents["leave"], "title": "leave", "kind": "document"}]
    changed = await lab.call("PATCH", f"{test_set}/questions/{made['id']}", json={"expected": [], "language": "en"})
    assert (changed.json()["expected"], changed.json()["language"]) == ([], "en")
    unknown = await lab.call("POST", f"{test_set}/questions", json={"question": "?!", "expected": [new_id()]})
    assert problem_of(unknown)["status"] == 422
    assert (await lab.call("DELETE", f"{test_set}/questions/{made['id']}")).status_code == 204
    assert await questions(lab, test_set) == []
    assert (await lab.call("PATCH", f"{test_set}/questions/{made['id']}", json={})).status_code == 404


async def test_a_deleted_document_is_shown_as_gone(lab: LabClient) -> None:
    test_set = await lab.new_set()
    await lab.ask_for(test_set, "When does the canteen open?", "canteen")
    await lab.call("DELETE", f"/documents/{lab.documents['canteen']}")
    assert (await questions(lab, test_set))[0]["expected"] == [
        {"id": lab.documents["canteen"], "title": None, "kind": "gone"}
    ]


async def test_a_table_names_documents_by_title_or_id(lab: LabClient) -> None:
    test_set = await lab.new_set()
    table = (
        "question,expected,language\n"
        "When does it open?,Canteen,\n"
        f'"Where, and how?","leave | {lab.documents["parking"]}",en\n'
        "Who rules France?,,\n"
    )
    done = await lab.upload_table(test_set, table)
    assert done.json() == {"added": 3, "unchanged": 0}, done.text
    found = {one["question"]: one for one in await questions(lab, test_set)}
    assert {one["title"] for one in found["Where, and how?"]["expected"]} == {"leave", "parking"}  # type: ignore[attr-defined]
    assert found["Who rules France?"]["expected"] == []
    assert (await lab.upload_table(test_set, table)).json() == {"added": 0, "unchanged": 3}


async def test_an_export_can_be_imported_again_and_holds_no_formula(lab: LabClient) -> None:
    test_set = await lab.new_set()
    await lab.ask_for(test_set, "=1+1 is what?", "canteen", "leave")
    await lab.ask_for(test_set, "年假有几天？")
    exported = (await lab.call("GET", f"{test_set}/export")).content
    assert b"'=1+1" in exported
    again = await lab.new_set("Again")
    assert (await lab.upload_table(again, exported)).json() == {"added": 2, "unchanged": 0}
    left, right = await questions(lab, test_set), await questions(lab, again)
    for one in (*left, *right):
        one["expected"] = sorted(each["id"] for each in one["expected"])  # type: ignore[attr-defined]
    assert sorted((one["question"], one["expected"], one["language"]) for one in left) == sorted(
        (one["question"], one["expected"], one["language"]) for one in right
    )


async def test_every_faulty_line_is_named_and_nothing_is_imported(lab: LabClient) -> None:
    test_set = await lab.new_set()
    table = "question,expected,language\nGood?,leave,\nBad?,nowhere,\n,leave,\nGood?,leave,\nOdd?,leave,fr\n"
    problem = problem_of(await lab.upload_table(test_set, table))
    assert problem["status"] == 422
    assert [one["field"] for one in problem["errors"]] == ["line 4", "line 5", "line 6"]  # type: ignore[attr-defined]
    problem = problem_of(
        await lab.upload_table(test_set, "question,expected\nBad?,nowhere\n", headers={"Accept-Language": "zh"})
    )
    assert "没有名为“nowhere”" in str(problem["errors"])
    assert await questions(lab, test_set) == []


@pytest.mark.parametrize("table", ["", "question\nWhat?\n", "one,two\n1,2\n", b"\x00\x01\x02"])
async def test_what_is_no_such_table_is_refused(lab: LabClient, table: str | bytes) -> None:
    assert (await lab.upload_table(await lab.new_set(), table)).status_code == 422


async def test_two_documents_of_one_title_must_be_told_apart(knowledge: KnowledgeClient) -> None:
    lab = await lab_over(knowledge, canteen=CANTEEN)
    await knowledge.ready(lab.base, b"The canteen of the other house opens at eleven.", "canteen.txt")
    test_set = await lab.new_set()
    problem = problem_of(await lab.upload_table(test_set, "question,expected\nWhen?,canteen\n"))
    assert "give the id" in str(problem["errors"])
    done = await lab.upload_table(test_set, f"question,expected\nWhen?,{lab.documents['canteen']}\n")
    assert done.json()["added"] == 1


async def test_a_set_of_another_knowledge_base_or_tenant_is_not_found(
    lab: LabClient, knowledge: KnowledgeClient, stranger: KnowledgeClient
) -> None:
    test_set = await lab.new_set()
    elsewhere = LabClient(knowledge, await knowledge.new_base("Elsewhere"), {})
    assert (await elsewhere.call("GET", test_set)).status_code == 404
    assert (await elsewhere.call("POST", f"{test_set}/runs")).status_code == 404
    assert (await stranger.call("GET", f"/{lab.base}{test_set}")).status_code == 404
    assert (await stranger.call("GET", f"/{lab.base}/test-sets")).status_code == 404
