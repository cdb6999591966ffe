"""Documents over HTTP: described, filtered by, recognised when they come again, replaced."""

from __future__ import annotations

from chatbot.models import new_id
from tests.platform.documents.content_client import ContentClient
from tests.platform.edge.application import problem_of


async def test_the_same_file_is_recognised_and_let_in_only_when_asked(knowledge: ContentClient) -> None:
    base_id, other_id = await knowledge.new_base(), await knowledge.new_base("Other")
    document_id = await knowledge.ready(base_id, b"Parking is free.")
    again = await knowledge.upload(base_id, b"Parking is free.", "renamed.txt")
    problem = problem_of(again)
    assert (problem["status"], problem["code"], problem["document_id"]) == (409, "duplicate_document", document_id)
    pasted = await knowledge.call("POST", f"/{base_id}/documents", json={"title": "N", "text": "Parking is free."})
    assert pasted.status_code == 409
    twice = await knowledge.upload(base_id, b"Parking is free.", params={"allow_duplicate": "true"})
    assert twice.status_code == 202
    assert (await knowledge.upload(other_id, b"Parking is free.")).status_code == 202


async def test_searches_are_narrowed_by_what_documents_are_described_as(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    north = await knowledge.ready(base_id, b"Parking in the north is free.", "north.txt")
    south = await knowledge.ready(base_id, b"Parking in the south costs money.", "south.txt")
    for document_id, tags, region in ((north, ["staff", "new"], "north"), (south, ["guests"], "south")):
        body = {"tags": tags, "attributes": {"region": region, "kind": "rules"}}
        described = (await knowledge.call("PATCH", f"/{base_id}/documents/{document_id}", json=body)).json()
        assert (described["tags"], described["attributes"]) == (tags, body["attributes"])
    await knowledge.call("PATCH", f"/{base_id}/documents/{south}", json={"language": "zh"})
    for narrowed, expected in (
        ({}, {north, south}),
        ({"tags": ["new", "unknown"]}, {north}),
        ({"tags": ["staff", "guests"]}, {north, south}),
        ({"attributes": {"region": "south", "kind": "rules"}}, {south}),
        ({"attributes": {"region": "south", "kind": "notes"}}, set()),
        ({"attributes": {"no such": "x"}}, set()),
        ({"language": "zh"}, {south}),
        ({"document_ids": [north]}, {north}),
        ({"document_ids": [north], "tags": ["guests"]}, set()),
    ):
        found = await knowledge.ask(base_id, "Is parking free?", filter=narrowed)
        assert {passage["document_id"] for passage in found} == expected, narrowed
    listed = (await knowledge.call("GET", f"/{base_id}/documents", params={"tag": "guests"})).json()["items"]
    assert [item["id"] for item in listed] == [south]
    unknown = await knowledge.call(
        "POST", f"/{base_id}/search", json={"question": "x", "filter": {"document_ids": [new_id()]}}
    )
    assert problem_of(unknown)["code"] == "document_not_found"


async def test_content_is_replaced_by_a_file_or_a_text(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    document_id = await knowledge.ready(base_id, b"Parking is free.")
    path = f"/{base_id}/documents/{document_id}/content"
    replaced = await knowledge.call("PUT", path, files={"file": ("b.md", b"Parking costs ten euros.")})
    assert (replaced.status_code, replaced.json()["status"]) == (202, "processing")
    document = await knowledge.until_over(base_id, document_id)
    assert (document["file_name"], document["eta_seconds"]) == ("b.md", None)
    assert [one["text"] for one in await knowledge.ask(base_id, "parking")] == ["Parking costs ten euros."]
    assert (await knowledge.call("PUT", path, json={"text": "Parking is closed."})).status_code == 202
    await knowledge.until_over(base_id, document_id)
    assert [one["text"] for one in await knowledge.ask(base_id, "parking")] == ["Parking is closed."]
    assert (await knowledge.call("PUT", path, files={"file": ("b.exe", b"MZ")})).status_code == 415
    assert (await knowledge.call("PUT", path, json={"title": "x"})).status_code == 422
    missing = await knowledge.call("PUT", f"/{base_id}/documents/{new_id()}/content", json={"text": "x"})
    assert missing.status_code == 404


async def test_a_new_title_is_indexed_from_the_moment_it_is_taken(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    document_id = await knowledge.ready(base_id, b"Parking is free.")
    described = await knowledge.call("PATCH", f"/{base_id}/documents/{document_id}", json={"title": "Cars"})
    assert (described.json()["title"], described.json()["status"]) == ("Cars", "processing")
    document = await knowledge.until_over(base_id, document_id)
    assert (document["title"], document["status"], document["error"]) == ("Cars", "ready", None)
    assert [one["document_title"] for one in await knowledge.ask(base_id, "cars")] == ["Cars"]
