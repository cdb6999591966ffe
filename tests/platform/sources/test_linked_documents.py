"""Documents fetched from an address, through the guard; and turns narrowed by filters."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from chatbot.foundation.settings import Settings
from tests.connectors.loopback import LoopbackServer, Received, answering, loopback
from tests.platform.documents.content_client import ContentClient

HTML = {"Content-Type": "text/html; charset=utf-8"}
PAGES = {
    "/parking": answering("<title>Parking &amp; cars</title><p>Parking is free for employees.</p>", headers=HTML),
    "/away": answering("", 302, {"Location": "http://10.1.2.3/secret"}),
    "/moved": answering("", 301, {"Location": "/parking"}),
    "/empty": answering("", headers=HTML),
    "/binary": answering(b"MZ\x00\x01", headers={"Content-Type": "application/octet-stream"}),
}


def site(request: Received) -> bytes:
    return PAGES.get(request.target) or answering("not here", 404)


@pytest.fixture
async def pages() -> AsyncIterator[LoopbackServer]:
    async with loopback(site) as server:
        yield server


@pytest.fixture
def settings(settings: Settings, pages: LoopbackServer) -> Settings:
    return settings.model_copy(update={"allowed_private_hosts": [pages.allowed]})


async def linked(knowledge: ContentClient, base_id: str, **body: object) -> dict[str, object]:
    response = await knowledge.call("POST", f"/{base_id}/documents", json=body)
    assert response.status_code == 202, response.text
    return await knowledge.until_over(base_id, response.json()["id"])


async def test_a_page_becomes_a_document_with_its_own_title_and_address(
    knowledge: ContentClient, pages: LoopbackServer
) -> None:
    base_id = await knowledge.new_base()
    document = await linked(knowledge, base_id, url=f"{pages.url}/moved")
    assert (document["status"], document["title"], document["media_type"]) == ("ready", "Parking & cars", "text/html")
    assert document["url"] == f"{pages.url}/moved"
    (found,) = await knowledge.ask(base_id, "Is parking free?")
    assert found["document_title"] == "Parking & cars"
    named = await linked(knowledge, base_id, url=f"{pages.url}/parking", title="Cars")
    assert named["title"] == "Cars"


async def test_what_cannot_be_fetched_fails_with_its_reason(knowledge: ContentClient, pages: LoopbackServer) -> None:
    base_id = await knowledge.new_base()
    for path, code in (
        ("/missing", "url_unavailable"),
        ("/away", "url_unavailable"),
        ("/empty", "document_empty"),
        ("/binary", "document_type_mismatch"),
    ):
        document = await linked(knowledge, base_id, url=f"{pages.url}{path}")
        assert (document["status"], document["error"]["code"]) == ("failed", code), path  # type: ignore[index]
    assert all("secret" not in request.target for request in pages.received)


async def test_an_address_inside_is_never_asked(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    for url in ("http://169.254.169.254/latest/meta-data", "http://localhost:1/", "http://[::1]/"):
        response = await knowledge.call("POST", f"/{base_id}/documents", json={"url": url})
        if response.status_code == 202:
            document = await knowledge.until_over(base_id, response.json()["id"])
            assert document["status"] == "failed"
        else:
            assert response.json()["errors"][0]["field"] == "url"
    for url in ("file:///etc/passwd", "gopher://example.com/", "not an address"):
        response = await knowledge.call("POST", f"/{base_id}/documents", json={"url": url})
        assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "url"), url


async def test_a_page_that_failed_is_fetched_again_when_asked(
    knowledge: ContentClient, pages: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    base_id = await knowledge.new_base()
    document = await linked(knowledge, base_id, url=f"{pages.url}/late")
    assert document["status"] == "failed"
    monkeypatch.setitem(PAGES, "/late", answering("<p>Parking is late but free.</p>", headers=HTML))
    path = f"/{base_id}/documents/{document['id']}/retry"
    assert (await knowledge.call("POST", path)).status_code == 202
    assert (await knowledge.until_over(base_id, str(document["id"])))["status"] == "ready"


async def test_a_turn_is_answered_from_what_its_context_lets_through(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    await knowledge.bot_over(base_id)
    document_id = await knowledge.ready(base_id, b"Parking in the yard is free for employees.")
    await knowledge.call("PATCH", f"/{base_id}/documents/{document_id}", json={"tags": ["staff"]})
    question = "Parking in the yard is free for employees?"
    for tags, passages in ((["staff"], 1), (["guests"], 0)):
        reply = await knowledge.say(question, context={"filters": {"tags": tags}}, session_id=tags[0])
        message_id = reply["metadata"]["message_id"]  # type: ignore[index]
        trace = (await knowledge.client.get(f"/v1/messages/{message_id}/trace", headers=knowledge.headers)).json()
        retrieved = next(hop for hop in trace["trace"] if hop["hop"] == "retrieve")
        assert len(retrieved["passages"]) == passages
    wrong: tuple[object, ...] = (
        "staff",
        {"tags": "staff"},
        {"tags": [1]},
        {"colour": "red"},
        {"attributes": []},
        {"language": 7},
        {"document_ids": ["not an id"]},
        {"tags": [""]},
        {"tags": ["staff"] * 51},
    )
    for filters in wrong:
        body = {"user_id": "u1", "message": question, "context": {"filters": filters}}
        refused = await knowledge.client.post("/chatbot", json=body, headers=knowledge.headers)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"].startswith("body.context.filters")
