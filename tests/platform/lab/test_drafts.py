"""Questions drafted by the platform, and their review."""

from __future__ import annotations

from tests.platform.documents.knowledge_client import KnowledgeClient
from tests.platform.lab.lab_client import LabClient


async def test_drafts_come_from_headings_and_faqs_and_wait_for_review(knowledge: KnowledgeClient) -> None:
    text = "# Handbook\n\n## Annual leave\n\nTwenty-five days a year.\n\n## Introduction\n\nWelcome to the house.\n"
    base = await knowledge.new_base()
    document = await knowledge.ready(base, text.encode(), "handbook.md")
    lab = LabClient(knowledge, base, {"handbook": document})
    faq = await lab.call(
        "POST",
        "/faqs",
        json={"question": "How do I park?", "answer": "In blue.", "alternatives": ["Where can I park?"]},
    )
    test_set = await lab.new_set()
    added = (await lab.call("POST", f"{test_set}/draft", json={})).json()["added"]
    drafts = await drafts_of(lab, test_set)
    assert added == len(drafts) == 2
    by_kind = {one["expected"][0]["kind"]: one for one in drafts}  # type: ignore[index]
    assert "annual leave" in str(by_kind["document"]["question"])
    assert by_kind["faq"]["question"] == "Where can I park?"
    assert by_kind["faq"]["expected"][0]["id"] == faq.json()["id"]  # type: ignore[index]
    assert (await lab.call("POST", f"{test_set}/draft", json={})).json() == {"added": 0}
    assert (await lab.call("POST", f"{test_set}/runs")).status_code == 409
    one = f"{test_set}/questions/{drafts[0]['id']}"
    assert (await lab.call("PATCH", one, json={"is_draft": False})).json()["is_draft"] is False
    assert (await lab.call("POST", f"{test_set}/questions/approve")).json() == {"approved": 1}
    assert await drafts_of(lab, test_set) == []


async def drafts_of(lab: LabClient, test_set: str) -> list[dict[str, object]]:
    """Those that wait."""
    response = await lab.call("GET", f"{test_set}/questions", params={"is_draft": True})
    items: list[dict[str, object]] = response.json()["items"]
    return items
