"""Knowledge over HTTP: what is accepted, what is refused and how, and who may."""

from __future__ import annotations

from chatbot.foundation.database import Database
from chatbot.models import Tenant, new_id
from tests import factories
from tests.platform.documents.knowledge_client import NOTE, KnowledgeClient
from tests.platform.edge.application import Application, problem_of


async def test_an_uploaded_file_becomes_a_document_that_is_found(knowledge: KnowledgeClient) -> None:
    base_id = await knowledge.new_base()
    response = await knowledge.upload(base_id, NOTE, "办公室 notes.txt")
    assert response.status_code == 202
    accepted = response.json()
    assert (accepted["file_name"], accepted["title"], accepted["media_type"], accepted["size"]) == (
        "办公室 notes.txt",
        "办公室 notes",
        "text/plain",
        len(NOTE),
    )
    document = await knowledge.until_over(base_id, accepted["id"])
    assert (document["status"], document["progress"], document["error"]) == ("ready", 1.0, None)
    (passage, *_) = await knowledge.ask(base_id, "When does the canteen open?")
    assert "noon" in str(passage["text"])
    assert (passage["document_id"], passage["document_title"]) == (accepted["id"], "办公室 notes")
    base = (await knowledge.call("GET", f"/{base_id}")).json()
    assert (base["document_count"], base["chunk_count"]) == (1, document["chunk_count"])
    chunks = (await knowledge.call("GET", f"/{base_id}/chunks", params={"document_id": accepted["id"]})).json()
    assert [item["ordinal"] for item in chunks["items"]] == list(range(len(chunks["items"])))
    assert len(chunks["items"]) == document["chunk_count"]


async def test_a_pasted_text_is_a_document_too(knowledge: KnowledgeClient) -> None:
    base_id = await knowledge.new_base()
    response = await knowledge.call(
        "POST", f"/{base_id}/documents", json={"title": "Opening hours / 开放时间", "text": "We open at nine."}
    )
    assert response.status_code == 202, response.text
    document = await knowledge.until_over(base_id, response.json()["id"])
    assert (document["status"], document["title"]) == ("ready", "Opening hours / 开放时间")
    assert "nine" in str((await knowledge.ask(base_id, "When do you open?"))[0]["text"])


async def test_a_deleted_document_is_found_by_nobody_from_the_answer_on(knowledge: KnowledgeClient) -> None:
    base_id = await knowledge.new_base()
    document_id = await knowledge.ready(base_id)
    assert await knowledge.ask(base_id, "canteen") != []
    assert (await knowledge.call("DELETE", f"/{base_id}/documents/{document_id}")).status_code == 204
    assert await knowledge.ask(base_id, "canteen") == []
    assert (await knowledge.call("GET", f"/{base_id}/chunks")).json()["items"] == []
    assert (await knowledge.call("GET", f"/{base_id}/documents/{document_id}")).status_code == 404


async def test_a_deleted_knowledge_base_is_gone_with_its_documents(
    knowledge: KnowledgeClient, database: Database, tenant: Tenant
) -> None:
    base_id = await knowledge.new_base()
    bot = await factories.make_bot(database, tenant.id, knowledge_base_ids=(base_id,))
    document_id = await knowledge.ready(base_id)
    assert (await knowledge.call("DELETE", f"/{base_id}")).status_code == 204
    for path in (f"/{base_id}", f"/{base_id}/documents", f"/{base_id}/documents/{document_id}", f"/{base_id}/chunks"):
        assert problem_of(await knowledge.call("GET", path))["status"] == 404
    async with database.read(tenant.id) as session:
        changed = await session.get(type(bot), bot.id)
    assert changed is not None and changed.revision == bot.revision + 1


async def test_a_name_is_taken_once(knowledge: KnowledgeClient) -> None:
    first, second = await knowledge.new_base("One"), await knowledge.new_base("Two")
    assert (await knowledge.call("POST", "", json={"name": "One"})).status_code == 409
    assert (await knowledge.call("PATCH", f"/{second}", json={"name": "One"})).status_code == 409
    changed = await knowledge.call("PATCH", f"/{first}", json={"description": "About us"})
    assert (changed.json()["name"], changed.json()["description"]) == ("One", "About us")


async def test_lists_page_through_everything_once(knowledge: KnowledgeClient) -> None:
    base_id = await knowledge.new_base()
    ids = [await knowledge.ready(base_id, f"Rule {n}.\n\nRead it.".encode()) for n in range(3)]
    for path, key in ((f"/{base_id}/documents", "id"), (f"/{base_id}/chunks", "document_id")):
        seen, cursor = [], None
        while True:
            params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
            page = (await knowledge.call("GET", path, params=params)).json()
            seen += [item[key] for item in page["items"]]
            if (cursor := page["next_cursor"]) is None:
                break
        assert list(dict.fromkeys(seen)) == ids[::-1]


async def test_a_document_that_is_ready_is_not_tried_again(knowledge: KnowledgeClient) -> None:
    base_id = await knowledge.new_base()
    document_id = await knowledge.ready(base_id)
    assert (await knowledge.call("POST", f"/{base_id}/documents/{document_id}/retry")).status_code == 409


async def test_another_tenant_sees_and_changes_nothing(knowledge: KnowledgeClient, stranger: KnowledgeClient) -> None:
    base_id = await knowledge.new_base()
    document_id = await knowledge.ready(base_id)
    own_base = await stranger.new_base()
    assert (await stranger.call("GET", "")).json()["items"][0]["id"] == own_base
    attempts: list[tuple[str, str, dict[str, object]]] = [
        ("GET", f"/{base_id}", {}),
        ("PATCH", f"/{base_id}", {"json": {"name": "Mine"}}),
        ("DELETE", f"/{base_id}", {}),
        ("GET", f"/{base_id}/documents", {}),
        ("POST", f"/{base_id}/documents", {"files": {"file": ("a.txt", b"a")}}),
        ("GET", f"/{base_id}/documents/{document_id}", {}),
        ("GET", f"/{own_base}/documents/{document_id}", {}),
        ("DELETE", f"/{base_id}/documents/{document_id}", {}),
        ("DELETE", f"/{own_base}/documents/{document_id}", {}),
        ("POST", f"/{base_id}/documents/{document_id}/retry", {}),
        ("GET", f"/{base_id}/chunks", {}),
        ("GET", f"/{own_base}/chunks?document_id={document_id}", {}),
        ("POST", f"/{base_id}/search", {"json": {"question": "canteen"}}),
    ]
    for method, path, options in attempts:
        response = await stranger.call(method, path, **options)
        assert response.status_code == 404, (method, path)
        assert "canteen" not in response.text
    assert await knowledge.ask(base_id, "canteen") != []


async def test_reading_does_not_allow_writing(
    knowledge: KnowledgeClient, application: Application, database: Database, tenant: Tenant
) -> None:
    base_id = await knowledge.new_base()
    viewer = await factories.make_user(database, tenant.id, role="viewer")
    reading = KnowledgeClient(application.client, application.as_user(viewer))
    assert (await reading.call("GET", f"/{base_id}")).status_code == 200
    assert await reading.ask(base_id, "anything") == []
    for response in (
        await reading.call("POST", "", json={"name": "B"}),
        await reading.upload(base_id, NOTE),
        await reading.call("DELETE", f"/{base_id}"),
    ):
        assert problem_of(response)["status"] == 403
    nobody = KnowledgeClient(application.client, {})
    assert problem_of(await nobody.upload(base_id, NOTE))["status"] == 401


async def test_unknown_ids_are_not_found(knowledge: KnowledgeClient) -> None:
    base_id = await knowledge.new_base()
    assert problem_of(await knowledge.upload(new_id(), NOTE))["code"] == "knowledge_base_not_found"
    unknown = await knowledge.call("DELETE", f"/{base_id}/documents/{new_id()}")
    assert problem_of(unknown)["code"] == "document_not_found"
