"""The demo starts again whatever its users have done to it meanwhile."""

from __future__ import annotations

import time
from pathlib import Path

from tests.running_demo import running_demo


def test_a_failed_document_and_a_deleted_knowledge_base_do_not_keep_it_from_starting(tmp_path: Path) -> None:
    with running_demo(tmp_path) as first:
        with first.client(first.acme) as client:
            documents = f"/v1/knowledge-bases/{first.acme.knowledge_base_id}/documents"
            sent = client.post(documents, files={"file": ("blank.md", b"<!-- nothing -->")})
            assert sent.status_code == 202
            while client.get(f"{documents}/{sent.json()['id']}").json()["status"] != "failed":
                time.sleep(0.05)
        with first.client(first.globex) as client:
            assert client.delete(f"/v1/knowledge-bases/{first.globex.knowledge_base_id}").status_code == 204
    with running_demo(tmp_path) as second:
        for tenant in second.tenants:
            with second.client(tenant) as client:
                assert client.post("/chatbot", json={"user_id": "U1", "message": "你好"}).status_code == 200
