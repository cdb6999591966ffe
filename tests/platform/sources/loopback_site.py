"""A site on loopback, and what people do with sources."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from tests.connectors.loopback import LoopbackServer, Received, answering
from tests.platform.documents.content_client import ContentClient

SITE = {
    "/robots.txt": "User-agent: *\nDisallow: /private\n",
    "/": '<title>Home</title><p>Welcome to the home of parking.</p><a href="/parking">P</a><a href="/private">x</a>',
    "/parking": '<title>Parking</title><p>Parking is free for employees.</p><a href="/deep">d</a><a href="/">h</a>',
    "/deep": '<title>Deep</title><p>The deep page is about diving.</p><a href="/deeper">d</a>',
    "/deeper": "<title>Deeper</title><p>Nobody should come as deep as here.</p>",
    "/private": "<title>Private</title><p>Private things.</p>",
}


@dataclass
class Site:
    """Pages by path; a page's ETag is its text."""

    pages: dict[str, str] = field(default_factory=lambda: dict(SITE))
    server: LoopbackServer | None = None

    @property
    def url(self) -> str:
        assert self.server is not None
        return self.server.url

    def answer(self, request: Received) -> bytes:
        body = self.pages.get(request.target)
        if body is None:
            return answering("gone", 404)
        if body.startswith("http"):
            return answering("", 302, {"Location": body})
        etag = f'"{hash(body)}"'
        if request.headers.get("if-none-match") == etag:
            return answering("", 304, {"ETag": etag})
        kind = "text/plain" if request.target.endswith(".txt") else "text/html"
        return answering(body, headers={"Content-Type": kind, "ETag": etag})

    def asked(self) -> list[str]:
        """The paths asked for since the last call."""
        assert self.server is not None
        targets = [request.target for request in self.server.received]
        self.server.received.clear()
        return targets


async def create(knowledge: ContentClient, base_id: str, **body: object) -> dict[str, object]:
    response = await knowledge.call("POST", f"/{base_id}/sources", json={"kind": "site", **body})
    assert response.status_code == 201, response.text
    return await fetched(knowledge, base_id, response.json()["id"])


async def fetched(knowledge: ContentClient, base_id: str, source_id: object) -> dict[str, object]:
    """When the fetch and the indexing of what it brought are over."""
    while True:
        source: dict[str, object] = (await knowledge.call("GET", f"/{base_id}/sources/{source_id}")).json()
        documents = (await knowledge.call("GET", f"/{base_id}/documents")).json()["items"]
        if source["status"] != "fetching" and all(one["status"] in ("ready", "failed") for one in documents):
            return source
        await asyncio.sleep(0.02)


async def again(knowledge: ContentClient, base_id: str, source_id: object) -> dict[str, object]:
    assert (await knowledge.call("POST", f"/{base_id}/sources/{source_id}/fetch")).status_code == 202
    return await fetched(knowledge, base_id, source_id)


async def titles(knowledge: ContentClient, base_id: str) -> dict[str, str]:
    items = (await knowledge.call("GET", f"/{base_id}/documents")).json()["items"]
    return {item["title"]: item["id"] for item in items}
