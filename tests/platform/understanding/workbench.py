"""One bot of one tenant, taught and asked over HTTP, as an admin and an integrator would."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from chatbot.foundation.database import Database
from chatbot.models import Bot, Tenant, User
from tests import factories
from tests.nlu.examples import SENTENCES
from tests.platform.edge.application import Application

Json = dict[str, Any]

PARCEL = {
    "name": "parcel",
    "intents": ["order_status"],
    "slots": [{"name": "order_id", "entity": "order_id", "required": True, "prompt": {"en": "Which order?"}}],
    "replies": {"success": {"en": "Order {order_id} is on its way."}},
}
FORECAST = {
    "name": "forecast",
    "intents": ["weather"],
    "slots": [{"name": "city", "entity": "city", "required": True, "prompt": {"en": "Which city?"}}],
    "replies": {"success": {"en": "It is sunny in {city}."}},
}


@dataclass(frozen=True)
class Workbench:
    """`call` is for the bot's own routes; every method but it fails on an error."""

    application: Application
    tenant: Tenant
    owner: User
    bot: Bot

    async def call(
        self, method: str, path: str, body: object = None, *, language: str = "en", **more: Any
    ) -> httpx.Response:
        headers = {**self.application.as_user(more.pop("user", self.owner)), "Accept-Language": language}
        url = f"/v1/bots/{more.pop('bot_id', self.bot.id)}{path}"
        return await self.application.client.request(method, url, json=body, headers=headers, **more)

    async def get(self, path: str) -> Json:
        return _good(await self.call("GET", path))

    async def post(self, path: str, body: object = None) -> Json:
        return _good(await self.call("POST", path, {} if body is None else body))

    async def patch(self, path: str, body: object) -> Json:
        return _good(await self.call("PATCH", path, body))

    async def teach(self, sentences: Mapping[str, Sequence[str]]) -> Json:
        examples = [{"intent": intent, "text": text} for intent, texts in sentences.items() for text in texts]
        return await self.post("/examples", {"examples": examples})

    async def job(self, job: Json) -> Json:
        """The job once it is over."""
        async with asyncio.timeout(60):
            while job["status"] not in ("done", "failed"):
                await asyncio.sleep(0.02)
                job = await self.get(f"/nlu/jobs/{job['id']}")
        return job

    async def train(self, *, activate: bool = False) -> Json:
        """The result of the job."""
        job = await self.job(await self.post("/nlu/train", {"activate": activate}))
        assert job["status"] == "done", job
        result: Json = job["result"]
        return result

    async def say(self, message: str, *, user: str | None = None) -> Json:
        """What the bot answers somebody, by default somebody new."""
        body = {"user_id": user or secrets.token_hex(4), "message": message, "bot_id": self.bot.id}
        headers = self.application.as_user(self.owner)
        return _good(await self.application.client.post("/chatbot", json=body, headers=headers))

    async def understood(self, reply: Json) -> Json:
        """The first hop of the reply's trace."""
        path = f"/v1/messages/{reply['metadata']['message_id']}/trace"
        response = await self.application.client.get(path, headers=self.application.as_user(self.owner))
        found: Json = next(hop for hop in _good(response)["trace"] if hop["hop"] == "understand")
        return found


async def make_workbench(application: Application, *, small_talk: bool = False) -> Workbench:
    database = application.parts.get(Database)
    tenant = await factories.make_tenant(database)
    owner = await factories.make_user(database, tenant.id)
    bot = await factories.make_bot(database, tenant.id, default_language="en", is_default=True)
    bench = Workbench(application, tenant, owner, bot)
    if not small_talk:
        await bench.patch("/nlu", {"small_talk": False})
    return bench


def shop(*intents: str) -> dict[str, list[str]]:
    """Sentences of both languages."""
    return {intent: [text for texts in SENTENCES[intent] for text in texts] for intent in intents or SENTENCES}


def _good(response: httpx.Response) -> Json:
    assert response.status_code < 300, response.text
    body: Json = response.json()
    return body
