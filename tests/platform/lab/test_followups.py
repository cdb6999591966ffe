"""A question that leans on the talk before it, put to a knowledge base with that talk."""

from __future__ import annotations

import pytest

from tests.platform.documents.knowledge_client import KnowledgeClient
from tests.platform.lab.lab_client import LabClient, lab_over

PREMIUM = "Premium card\n\nThe premium card opens every airport lounge. The premium card costs 120 euros a year."
SHUTTLE = "Shuttle\n\nThe shuttle between the two buildings runs every hour. A ticket does not cost much."
TALK = [
    {"role": "user", "text": "What is the premium card?"},
    {"role": "bot", "text": "The premium card opens every airport lounge. [1]"},
]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """No row is written by what is tested here."""
    return sqlite_url


@pytest.fixture
async def cards(knowledge: KnowledgeClient) -> LabClient:
    return await lab_over(knowledge, premium=PREMIUM, shuttle=SHUTTLE)


async def test_a_follow_up_is_searched_for_with_what_it_leans_on(cards: LabClient) -> None:
    body = {"question": "And how much does it cost?"}
    alone = (await cards.call("POST", "/search", json=body)).json()
    placed = (await cards.call("POST", "/search", json={**body, "history": TALK})).json()
    assert alone["searched"] == "And how much does it cost?"
    assert placed["searched"].startswith("premium card") and placed["searched"].endswith("And how much does it cost?")
    assert alone["items"][0]["document_id"] == cards.documents["shuttle"]
    assert placed["items"][0]["document_id"] == cards.documents["premium"]


async def test_the_lab_shows_what_a_search_with_the_same_talk_finds(cards: LabClient) -> None:
    body = {"question": "And how much does it cost?", "history": TALK, "limit": 5}
    explained = (await cards.call("POST", "/lab", json=body)).json()
    searched = (await cards.call("POST", "/search", json=body)).json()
    assert explained["searched"] == searched["searched"]
    assert [one["chunk_id"] for one in explained["items"]] == [one["chunk_id"] for one in searched["items"]]
    scores = [one["score"] for one in searched["items"]]
    assert [one["score"] for one in explained["items"]] == pytest.approx(scores, abs=1e-5)


async def test_a_question_of_its_own_is_left_as_it_is(cards: LabClient) -> None:
    body = {"question": "When does the shuttle between the buildings run?"}
    alone = (await cards.call("POST", "/search", json=body)).json()
    assert (await cards.call("POST", "/search", json={**body, "history": TALK})).json() == alone


@pytest.mark.parametrize(
    "history", [[{"role": "user"}], [{"role": "system", "text": "x"}], [{"role": "user", "text": "x"}] * 21, "x"]
)
async def test_a_talk_that_is_none_is_refused(cards: LabClient, history: object) -> None:
    for path in ("/search", "/lab"):
        response = await cards.call("POST", path, json={"question": "And?", "history": history})
        assert response.status_code == 422
