"""Kill -9 of the whole server in the middle of an ingestion, and the next start."""

from __future__ import annotations

import time
from pathlib import Path

import httpx

from tests.factories_documents import pdf_of_pages
from tests.running_demo import running_demo, start_demo

PAGES = [
    [
        f"Rule {page}.{line}: employees of department {page} file report {line} with office {page + line}."
        for line in range(30)
    ]
    for page in range(40)
]


def test_a_document_becomes_ready_whole_after_the_server_was_killed_while_indexing_it(tmp_path: Path) -> None:
    content = pdf_of_pages(PAGES)
    first = start_demo(tmp_path)
    try:
        with first.client(first.acme) as client:
            documents = f"/v1/knowledge-bases/{first.acme.knowledge_base_id}/documents"
            document_id = upload(client, documents, content)
            while not (document := client.get(f"{documents}/{document_id}").json())["chunk_count"]:
                time.sleep(0.02)
            assert document["status"] == "processing"
    finally:
        first.kill()
    with running_demo(tmp_path) as second, second.client(second.acme) as client:
        killed = until_over(client, documents, document_id)
        undisturbed = until_over(client, documents, upload(client, documents, content))
        assert (killed["status"], undisturbed["status"]) == ("ready", "ready")
        assert killed["pages_done"] == killed["pages_total"] == len(PAGES)
        assert chunks_of(client, second.acme.knowledge_base_id, document_id) == chunks_of(
            client, second.acme.knowledge_base_id, str(undisturbed["id"])
        )


def upload(client: httpx.Client, documents: str, content: bytes) -> str:
    response = client.post(documents, params={"allow_duplicate": True}, files={"file": ("rules.pdf", content)})
    assert response.status_code == 202, response.text
    return str(response.json()["id"])


def until_over(client: httpx.Client, documents: str, document_id: str) -> dict[str, object]:
    while True:
        document: dict[str, object] = client.get(f"{documents}/{document_id}").json()
        if document["status"] in ("ready", "failed"):
            return document
        time.sleep(0.05)


def chunks_of(client: httpx.Client, knowledge_base_id: str, document_id: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    parameters = {"document_id": document_id, "limit": "200"}
    while True:
        page = client.get(f"/v1/knowledge-bases/{knowledge_base_id}/chunks", params=parameters).json()
        found += [(item["ordinal"], item["text"]) for item in page["items"]]
        if page["next_cursor"] is None:
            return found
        parameters["cursor"] = page["next_cursor"]
