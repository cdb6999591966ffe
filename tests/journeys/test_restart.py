"""Stopping, killing and starting again: nothing is lost, and the way in stays the same."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.running_demo import running_demo, start_demo


def test_a_talk_goes_on_after_the_server_was_killed_and_the_credentials_stay(tmp_path: Path) -> None:
    body = {"user_id": "U1", "message": "我的订单到哪了"}
    first = start_demo(tmp_path)
    try:
        with first.client(first.acme) as client:
            assert client.post("/chatbot", json=body).json()["metadata"]["action"] == "ask_slot"
    finally:
        first.kill()
    with running_demo(tmp_path) as second:
        assert second.tenants == first.tenants
        assert stat.S_IMODE((tmp_path / "demo.json").stat().st_mode) == 0o600
        with second.client(second.acme) as client:
            reply = client.post("/chatbot", json={**body, "message": "A10023"}).json()
            assert "A10023" in reply["reply"]
            assert reply["intent"] == "order_status"
            documents = client.get(f"/v1/knowledge-bases/{second.acme.knowledge_base_id}/documents").json()["items"]
            assert {document["status"] for document in documents} == {"ready"}
            assert len(documents) == 4


def test_a_lost_credentials_file_gives_new_ones_for_the_same_tenants(tmp_path: Path) -> None:
    with running_demo(tmp_path) as first:
        pass
    (tmp_path / "demo.json").unlink()
    with running_demo(tmp_path) as second, second.client(second.acme) as client:
        assert second.acme.bot_id == first.acme.bot_id
        assert second.acme.api_key != first.acme.api_key
        assert client.post("/chatbot", json={"user_id": "U1", "message": "你好"}).status_code == 200
        signed_in = client.post(
            "/auth/token", data={"username": second.acme.email, "password": second.acme.password}, headers={}
        )
        assert signed_in.status_code == 200
