"""The lab explains what a search does, and agrees with it."""

from __future__ import annotations

import pytest

from chatbot.models import new_id
from knowledge.answering import DEFAULT_THRESHOLD
from tests.platform.documents.knowledge_client import KnowledgeClient
from tests.platform.edge.application import problem_of
from tests.platform.lab.lab_client import LabClient


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """No row is written by what is tested here."""
    return sqlite_url


QUESTION = "How many days of paid annual leave does every employee receive?"


async def explained(lab: LabClient, question: str = QUESTION, **body: object) -> dict[str, object]:
    response = await lab.call("POST", "/lab", json={"question": question, **body})
    assert response.status_code == 200, response.text
    found: dict[str, object] = response.json()
    return found


async def test_ranks_scores_and_times_stand_side_by_side(lab: LabClient) -> None:
    found = await explained(lab)
    best = found["items"][0]  # type: ignore[index]
    assert best["document_id"] == lab.documents["leave"]
    assert best["ranks"]["fused"] == 1
    assert best["contributions"].keys() == {"dense", "body", "title", "presence", "sentence", "pairs"}
    assert best["lexical"] == pytest.approx(
        sum(best["contributions"][name] for name in ("body", "title", "presence")), abs=1e-4
    )
    for side in ("dense", "lexical"):
        ranks = {hit["chunk_id"]: hit["rank"] for hit in found[side]}  # type: ignore[attr-defined]
        assert all(item["ranks"][side] == ranks.get(item["chunk_id"]) for item in found["items"])  # type: ignore[attr-defined]
        assert all(hit["document_title"] for hit in found[side])  # type: ignore[attr-defined]
    assert set(found["milliseconds"]) == {"consult", "embed", "dense", "lexical", "search", "texts", "answer", "total"}  # type: ignore[call-overload]


async def test_the_order_and_the_scores_are_those_of_a_search(lab: LabClient) -> None:
    found = await explained(lab, limit=3)
    searched = await lab.knowledge.ask(lab.base, QUESTION, limit=3)
    assert [item["chunk_id"] for item in found["items"]] == [item["chunk_id"] for item in searched]  # type: ignore[attr-defined]
    assert [item["score"] for item in found["items"]] == pytest.approx(  # type: ignore[attr-defined]
        [item["score"] for item in searched], abs=1e-5
    )


async def test_it_tells_what_would_be_answered_and_why_not(lab: LabClient) -> None:
    found = await explained(lab)
    assert (found["threshold"], found["threshold_source"]) == (DEFAULT_THRESHOLD, "default")
    assert "twenty-five" in str(found["answer"]["text"])  # type: ignore[index]
    refused = await explained(lab, "Zzz qqq xxx jjj?")
    assert refused["answer"]["answered"] is False  # type: ignore[index]
    assert not any(item["passes"] for item in refused["items"])  # type: ignore[attr-defined]


async def test_an_approved_answer_goes_first(lab: LabClient) -> None:
    faq = await lab.call("POST", "/faqs", json={"question": "Who mends my bicycle?", "answer": "The porter does."})
    found = await explained(lab, "Who mends my bicycle?")
    (match,) = found["faqs"]  # type: ignore[misc]
    assert (match["id"], match["answers"]) == (faq.json()["id"], True)  # type: ignore[has-type]
    assert found["answer"]["text"] == "The porter does."  # type: ignore[index]
    other = await explained(lab)
    assert not any(one["answers"] for one in other["faqs"])  # type: ignore[attr-defined]
    assert "twenty-five" in str(other["answer"]["text"])  # type: ignore[index]


async def test_a_filter_narrows_both_sides(lab: LabClient) -> None:
    only = lab.documents["canteen"]
    found = await explained(lab, filter={"document_ids": [only]})
    assert {item["document_id"] for item in found["items"]} == {only}  # type: ignore[attr-defined]
    assert {hit["document_title"] for side in ("dense", "lexical") for hit in found[side]} == {"canteen"}  # type: ignore[attr-defined]
    nothing = await explained(lab, filter={"tags": ["nobody has this"]})
    assert nothing["items"] == [] and nothing["answer"]["answered"] is False  # type: ignore[index]


async def test_an_empty_knowledge_base_refuses(knowledge: KnowledgeClient) -> None:
    lab = LabClient(knowledge, await knowledge.new_base(), {})
    found = await explained(lab)
    assert (found["items"], found["dense"], found["lexical"]) == ([], [], [])
    assert found["answer"]["text"] is None  # type: ignore[index]


async def test_nobody_else_may_look(lab: LabClient, stranger: KnowledgeClient) -> None:
    response = await stranger.call("POST", f"/{lab.base}/lab", json={"question": QUESTION})
    assert problem_of(response)["status"] == 404
    response = await lab.call("POST", "/lab", json={"question": QUESTION, "filter": {"document_ids": [new_id()]}})
    assert problem_of(response)["code"] == "document_not_found"
    assert (await lab.call("POST", "/lab", json={"question": " "})).status_code == 422
