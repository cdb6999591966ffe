"""What people do with the content of a knowledge base."""

from __future__ import annotations

import httpx

from tests.platform.documents.knowledge_client import KnowledgeClient


class ContentClient(KnowledgeClient):
    async def add_faq(self, base_id: str, question: str, answer: str, *alternatives: str, **body: object) -> str:
        given = {"question": question, "answer": answer, "alternatives": list(alternatives), **body}
        response = await self.call("POST", f"/{base_id}/faqs", json=given)
        assert response.status_code == 201, response.text
        return str(response.json()["id"])

    async def import_faqs(
        self, base_id: str, content: bytes, name: str = "faqs.csv", **options: object
    ) -> httpx.Response:
        return await self.call("POST", f"/{base_id}/faqs/import", files={"file": (name, content)}, **options)

    async def faqs(self, base_id: str) -> list[dict[str, object]]:
        """Oldest first."""
        response = await self.call("GET", f"/{base_id}/faqs", params={"limit": 200})
        items: list[dict[str, object]] = response.json()["items"]
        return items[::-1]

    async def bot_over(self, base_id: str) -> str:
        body = {"name": "Support", "default_language": "en", "knowledge_base_ids": [base_id], "is_default": True}
        response = await self.client.post("/v1/bots", json=body, headers=self.headers)
        assert response.status_code == 201, response.text
        return str(response.json()["id"])

    async def say(self, message: str, **body: object) -> dict[str, object]:
        """One turn of a new conversation with the default bot."""
        given = {"user_id": "u1", "message": message, **body}
        response = await self.client.post("/chatbot", json=given, headers=self.headers)
        assert response.status_code == 200, response.text
        reply: dict[str, object] = response.json()
        return reply
