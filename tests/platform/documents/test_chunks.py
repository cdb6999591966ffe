"""Chunks over HTTP: put in other words, switched off, cut another way; answers go on meanwhile."""

from __future__ import annotations

import asyncio
import threading

from chatbot.foundation.threads import JobThreads
from chatbot.models import new_id
from tests.platform.documents.content_client import ContentClient
from tests.platform.edge.application import Application

NOTE = b"# Parking\n\nParking is free for employees.\n\n# Canteen\n\nThe canteen opens at noon every working day."
FINE = {"max_tokens": 32, "overlap_tokens": 0, "min_tokens": 0, "strategy": "headings"}


async def texts(knowledge: ContentClient, base_id: str) -> list[str]:
    response = await knowledge.call("GET", f"/{base_id}/chunks")
    return [item["text"] for item in response.json()["items"]]


async def chunk_with(knowledge: ContentClient, base_id: str, word: str) -> str:
    items = (await knowledge.call("GET", f"/{base_id}/chunks")).json()["items"]
    return str(next(item["id"] for item in items if word in item["text"]))


async def cut(knowledge: ContentClient, base_id: str, document_id: str, settings: dict[str, object]) -> None:
    """Waits until the document is cut so."""
    before = (await knowledge.call("GET", f"/{base_id}/documents/{document_id}")).json()["updated_at"]
    applied = await knowledge.call("PUT", f"/{base_id}/chunking", json=settings)
    assert applied.json() == {"settings": settings, "documents_queued": 1}
    while True:
        document = await knowledge.until_over(base_id, document_id)
        if document["updated_at"] != before and document["status"] == "ready":
            return
        await asyncio.sleep(0.01)


async def test_an_edited_chunk_is_found_by_its_new_words_alone(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    await knowledge.ready(base_id, b"Parking is free for employees.")
    path = f"/{base_id}/chunks/{await chunk_with(knowledge, base_id, 'Parking')}"
    changed = (await knowledge.call("PATCH", path, json={"text": "Bicycles stand in the yard."})).json()
    assert (changed["text"], changed["is_edited"], changed["is_enabled"]) == ("Bicycles stand in the yard.", True, True)
    assert (await knowledge.call("GET", path)).json() == changed
    (found, *_) = await knowledge.ask(base_id, "Where do bicycles stand?")
    assert found["text"] == "Bicycles stand in the yard."
    assert all("Parking" not in str(one["text"]) for one in await knowledge.ask(base_id, "Is parking free?"))


async def test_a_row_of_a_table_is_cited_by_its_own_number_until_a_person_rewrites_the_chunk(
    knowledge: ContentClient,
) -> None:
    base_id = await knowledge.new_base()
    await knowledge.ready(base_id, b"Bike,Price per day\nCity bike,15 EUR\nTandem,32 EUR\n", "prices.csv")
    asked = {"question": "What does the tandem cost per day?"}

    async def cited() -> dict[str, object]:
        answer = (await knowledge.call("POST", f"/{base_id}/lab", json=asked)).json()["answer"]
        return dict(answer["citations"][0]["locator"])

    assert await cited() == {"row": 3}
    path = f"/{base_id}/chunks/{await chunk_with(knowledge, base_id, 'Tandem')}"
    await knowledge.call("PATCH", path, json={"text": "All bikes are new this year. A tandem costs 30 EUR per day."})
    assert await cited() == {"row": 1}


async def test_an_edit_does_not_wait_for_trainings_and_other_jobs(
    application: Application, knowledge: ContentClient
) -> None:
    base_id = await knowledge.new_base()
    await knowledge.ready(base_id, b"Parking is free for employees.")
    path = f"/{base_id}/chunks/{await chunk_with(knowledge, base_id, 'Parking')}"
    over = threading.Event()
    threads = application.parts.get(JobThreads)
    held = [threads.run(over.wait) for _ in range(threads.count)]
    try:
        async with asyncio.timeout(20):
            changed = await knowledge.call("PATCH", path, json={"text": "Bicycles stand in the yard."})
    finally:
        over.set()
    await asyncio.gather(*held)
    assert changed.json()["is_edited"] is True


async def test_a_chunk_that_is_switched_off_is_found_by_nobody_until_it_is_on_again(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    await knowledge.ready(base_id, b"Parking is free for employees.")
    path = f"/{base_id}/chunks/{await chunk_with(knowledge, base_id, 'Parking')}"
    assert (await knowledge.call("PATCH", path, json={"is_enabled": False})).json()["is_enabled"] is False
    assert await knowledge.ask(base_id, "Is parking free?") == []
    await knowledge.call("PATCH", path, json={"is_enabled": True})
    assert len(await knowledge.ask(base_id, "Is parking free?")) == 1


async def test_what_people_did_to_chunks_stays_in_a_new_version_that_says_the_same_there(
    knowledge: ContentClient,
) -> None:
    base_id = await knowledge.new_base()
    await knowledge.call("PUT", f"/{base_id}/chunking", json=FINE)
    document_id = await knowledge.ready(base_id, NOTE, "note.md")
    edited, off = await chunk_with(knowledge, base_id, "free"), await chunk_with(knowledge, base_id, "canteen")
    await knowledge.call("PATCH", f"/{base_id}/chunks/{edited}", json={"text": "Cars stand for nothing."})
    await knowledge.call("PATCH", f"/{base_id}/chunks/{off}", json={"is_enabled": False})
    newer = b"# Lifts\n\nThe lifts are out of order this week.\n\n" + NOTE
    path = f"/{base_id}/documents/{document_id}/content"
    assert (await knowledge.call("PUT", path, files={"file": ("note.md", newer)})).status_code == 202
    await knowledge.until_over(base_id, document_id)
    items = (await knowledge.call("GET", f"/{base_id}/chunks")).json()["items"]
    assert [(item["is_edited"], item["is_enabled"]) for item in items] == [(False, True), (True, True), (False, False)]
    assert items[1]["text"] == "Cars stand for nothing."
    assert all("canteen" not in str(one["text"]) for one in await knowledge.ask(base_id, "canteen noon"))


async def test_a_preview_changes_nothing_and_shows_what_applying_brings(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    coarse = {"max_tokens": 200, "overlap_tokens": 30, "min_tokens": 16, "strategy": "fixed"}
    await knowledge.call("PUT", f"/{base_id}/chunking", json=coarse)
    document_id = await knowledge.ready(base_id, NOTE, "note.md")
    before = await texts(knowledge, base_id)
    preview = (await knowledge.call("POST", f"/{base_id}/documents/{document_id}/chunking", json=FINE)).json()
    assert await texts(knowledge, base_id) == before
    assert preview["total"] == 2 > len(before)
    await cut(knowledge, base_id, document_id, FINE)
    assert await texts(knowledge, base_id) == [item["text"] for item in preview["items"]]
    assert (await knowledge.call("GET", f"/{base_id}/chunking")).json()["settings"] == FINE
    again = await knowledge.call("PUT", f"/{base_id}/chunking", json=FINE)
    assert again.json()["documents_queued"] == 0


async def test_rows_are_chunks_of_their_own(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    await knowledge.call("PUT", f"/{base_id}/chunking", json={**FINE, "strategy": "rows"})
    await knowledge.ready(base_id, b"item,price\nPen,2\nInk,5\n", "prices.csv")
    assert await texts(knowledge, base_id) == ["item | price", "item: Pen; price: 2", "item: Ink; price: 5"]


async def test_settings_that_make_no_sense_and_chunks_that_are_not_there_are_refused(
    knowledge: ContentClient, stranger: ContentClient
) -> None:
    base_id = await knowledge.new_base()
    faq_base = await knowledge.new_base("FAQs")
    await knowledge.ready(base_id, NOTE, "note.md")
    chunk_id = await chunk_with(knowledge, base_id, "free")
    wrong = await knowledge.call("PUT", f"/{base_id}/chunking", json={**FINE, "overlap_tokens": 32})
    assert wrong.status_code == 422
    for client, base, chunk in (
        (knowledge, base_id, new_id()),
        (knowledge, faq_base, chunk_id),
        (stranger, base_id, chunk_id),
    ):
        assert (await client.call("GET", f"/{base}/chunks/{chunk}")).status_code == 404
        assert (await client.call("PATCH", f"/{base}/chunks/{chunk}", json={"text": "x"})).status_code == 404
