"""A knowledge base with something to test, over HTTP."""

from __future__ import annotations

import asyncio

import httpx

from tests.platform.documents.knowledge_client import KnowledgeClient

LEAVE = (
    "Annual leave\n\nEvery full-time employee receives twenty-five days of paid annual leave in each calendar year. "
    "Unused leave may be carried over until the end of March of the following year."
)
CANTEEN = (
    "Canteen\n\nThe canteen on the ground floor opens at noon and closes at two in the afternoon. "
    "Vegetarian dishes are available every day and visitors pay at the counter."
)
PARKING = (
    "Parking\n\nParking in the garage is free for employees who register their number plate with reception. "
    "Visitors find spaces marked in blue beside the main entrance of the building."
)


class LabClient:
    """`base` is the knowledge base, `documents` its documents' ids by title."""

    def __init__(self, knowledge: KnowledgeClient, base: str, documents: dict[str, str]) -> None:
        self.knowledge = knowledge
        self.base = base
        self.documents = documents

    async def call(self, method: str, path: str, **options: object) -> httpx.Response:
        return await self.knowledge.call(method, f"/{self.base}{path}", **options)

    async def new_set(self, name: str = "Questions") -> str:
        response = await self.call("POST", "/test-sets", json={"name": name})
        assert response.status_code == 201, response.text
        return f"/test-sets/{response.json()['id']}"

    async def ask_for(self, test_set: str, question: str, *titles: str) -> dict[str, object]:
        body = {"question": question, "expected": [self.documents[title] for title in titles]}
        response = await self.call("POST", f"{test_set}/questions", json=body)
        assert response.status_code == 201, response.text
        found: dict[str, object] = response.json()
        return found

    async def run(self, test_set: str) -> dict[str, object]:
        """A run, carried out."""
        response = await self.call("POST", f"{test_set}/runs")
        assert response.status_code == 202, response.text
        while True:
            run: dict[str, object] = (await self.call("GET", f"{test_set}/runs/{response.json()['id']}")).json()
            if run["status"] in ("done", "failed"):
                return run
            await asyncio.sleep(0.01)

    async def calibrated(self, rate: float = 0.05) -> dict[str, object]:
        """The last job of a calibration, over."""
        response = await self.call("POST", "/calibrate", json={"wrong_answer_rate": rate})
        assert response.status_code == 202, response.text
        while True:
            state = (await self.call("GET", "/calibration")).json()
            if state["job"]["id"] == response.json()["id"] and state["job"]["status"] in ("done", "failed"):
                job: dict[str, object] = state["job"]
                return job
            await asyncio.sleep(0.01)

    async def upload_table(self, test_set: str, text: str | bytes, **options: object) -> httpx.Response:
        content = text.encode() if isinstance(text, str) else text
        return await self.call("POST", f"{test_set}/import", files={"file": ("questions.csv", content)}, **options)


async def lab_over(knowledge: KnowledgeClient, **texts: str) -> LabClient:
    """A knowledge base of these documents, all ready."""
    base = await knowledge.new_base(f"Lab {len(texts)}")
    documents = {title: await knowledge.ready(base, text.encode(), f"{title}.txt") for title, text in texts.items()}
    return LabClient(knowledge, base, documents)
