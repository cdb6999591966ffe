"""Scans over HTTP: uploaded, read, searched and cited, marked as recognised all the way; or refused."""

from __future__ import annotations

from typing import Any

import pytest

from chatbot.foundation.database import Database
from chatbot.foundation.settings import Settings
from chatbot.models import Tenant
from tests import factories
from tests import factories_pictures as pictures
from tests.platform.documents.content_client import ContentClient
from tests.platform.edge.application import problem_of, running

SCAN = pictures.encoded(pictures.page(["Every employee has annual leave of fifteen days.", "Parking is free."]), "JPEG")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: which database it is does not matter here."""
    return sqlite_url


async def test_a_scan_is_found_and_cited_with_its_mark(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    await knowledge.bot_over(base_id)
    accepted = (await knowledge.upload(base_id, SCAN, "leave.jpg")).json()
    assert accepted["media_type"] == "image/jpeg"
    document = await knowledge.until_over(base_id, accepted["id"])
    assert (document["status"], document["pages_done"], document["pages_total"]) == ("ready", 1, 1)
    chunks = (await knowledge.call("GET", f"/{base_id}/chunks")).json()["items"]
    assert [chunk["locator"] for chunk in chunks] == [{"recognised": True}]
    (passage, *_) = await knowledge.ask(base_id, "How many days of annual leave has every employee?")
    assert passage["locator"] == {"recognised": True}
    reply: dict[str, Any] = await knowledge.say("How many days of annual leave has every employee?")
    assert "fifteen days" in reply["reply"]
    assert [citation["locator"] for citation in reply["metadata"]["citations"]] == [{"recognised": True}]


async def test_of_a_mixed_document_the_scanned_page_alone_is_marked(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    pages = pictures.mixed_pdf([("Parking is free.", None), ("", pictures.page(["The canteen opens at noon."]))])
    await knowledge.ready(base_id, pages, "office.pdf")
    chunks = (await knowledge.call("GET", f"/{base_id}/chunks")).json()["items"]
    assert {chunk["text"]: chunk["locator"] for chunk in chunks} == {
        "Parking is free.": {"page": 1},
        "The canteen opens at noon.": {"page": 2, "recognised": True},
    }


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (pictures.encoded(pictures.page([])), "document_empty"),
        (pictures.png_that_claims(60_000, 60_000), "document_too_large"),
        (SCAN[:900], "document_corrupt"),
    ],
)
async def test_a_picture_that_cannot_be_read_fails_with_its_reason(
    content: bytes, code: str, knowledge: ContentClient
) -> None:
    base_id = await knowledge.new_base()
    accepted = (await knowledge.upload(base_id, content, "scan.png")).json()
    document: dict[str, Any] = await knowledge.until_over(base_id, accepted["id"])
    assert (document["status"], document["error"]["code"]) == ("failed", code)
    assert document["error"]["message"]
    assert (await knowledge.call("GET", f"/{base_id}/chunks")).json()["items"] == []


async def test_a_program_that_calls_itself_a_picture_is_refused_at_once(knowledge: ContentClient) -> None:
    response = await knowledge.upload(await knowledge.new_base(), b"MZ\x90\x00" * 100, "scan.png")
    assert (response.status_code, problem_of(response)["code"]) == (415, "document_type_mismatch")


async def test_with_recognition_switched_off_a_scan_has_no_text(
    settings: Settings, database: Database, tenant: Tenant
) -> None:
    async with running(settings.model_copy(update={"text_recognition": False})) as application:
        owner = await factories.make_user(database, tenant.id)
        knowledge = ContentClient(application.client, application.as_user(owner))
        base_id = await knowledge.new_base()
        for content, name in ((SCAN, "scan.jpg"), (pictures.scanned_pdf(pictures.page(["Leave."])), "scan.pdf")):
            accepted = (await knowledge.upload(base_id, content, name)).json()
            document: dict[str, Any] = await knowledge.until_over(base_id, accepted["id"])
            assert (document["status"], document["error"]["code"]) == ("failed", "document_empty")
