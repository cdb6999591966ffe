"""The knowledge routes as one of a tenant's people calls them."""

from __future__ import annotations

import asyncio

import httpx

NOTE = b"The canteen opens at noon.\n\nParking is free for employees."


class KnowledgeClient:
    """`headers` carry the credential."""

    def __init__(self, client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self.client = client
        self.headers = headers

    async def call(self, method: str, path: str, **options: object) -> httpx.Response:
        headers = {**self.headers, **options.pop("headers", {})}  # type: ignore[dict-item]
        return await self.client.request(method, f"/v1/knowledge-bases{path}", headers=headers, **options)  # type: ignore[arg-type]

    async def new_base(self, name: str = "Handbook") -> str:
        response = await self.call("POST", "", json={"name": name})
        assert response.status_code == 201, response.text
        return str(response.json()["id"])

    async def upload(
        self, base_id: str, content: bytes, file_name: str = "note.txt", **options: object
    ) -> httpx.Response:
        files = {"file": (file_name, content)}
        return await self.call("POST", f"/{base_id}/documents", files=files, **options)

    async def until_over(self, base_id: str, document_id: str) -> dict[str, object]:
        while True:
            document: dict[str, object] = (await self.call("GET", f"/{base_id}/documents/{document_id}")).json()
            if document["status"] in ("ready", "failed"):
                return document
            await asyncio.sleep(0.01)

    async def ready(self, base_id: str, content: bytes = NOTE, file_name: str = "note.txt") -> str:
        response = await self.upload(base_id, content, file_name)
        assert response.status_code == 202, response.text
        document = await self.until_over(base_id, response.json()["id"])
        assert document["status"] == "ready", document
        return str(document["id"])

    async def ask(self, base_id: str, question: str, **body: object) -> list[dict[str, object]]:
        response = await self.call("POST", f"/{base_id}/search", json={"question": question, **body})
        assert response.status_code == 200, response.text
        items: list[dict[str, object]] = response.json()["items"]
        return items
