"""The whole application in this process, with a toy model in place of weights, and people to call it."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise

import httpx
import numpy as np
from fastapi import FastAPI

from chatbot import wiring
from chatbot.foundation.database import Database
from chatbot.foundation.parts import Parts
from chatbot.foundation.security import KEY_SCOPES
from chatbot.foundation.security.keys import new_api_key
from chatbot.foundation.security.tokens import Tokens, VisitorToken
from chatbot.foundation.settings import Settings
from chatbot.main import create_app
from chatbot.models import ApiKey, Tenant, User
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.retrieval import Vectors
from tests import factories

PASSWORD = "correct horse battery"
BASE_URL = "http://chatbot.test"


class LetterPairs:
    """Texts that share pairs of letters are near: enough of a model for tests that are not about models."""

    space = "letter pairs"
    dimension = 64

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        vectors = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for pair in pairwise(text):
                vectors[row, zlib.crc32("".join(pair).encode("utf-8", "replace")) % self.dimension] += 1
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    encode_passages = encode_queries


@dataclass(frozen=True)
class Application:
    """`client` calls it without a credential."""

    app: FastAPI
    parts: Parts
    client: httpx.AsyncClient

    def as_user(self, user: User) -> dict[str, str]:
        """Headers of a signed-in user."""
        return bearer(self.parts.get(Tokens).access(user.id, user.tenant_id))

    def as_visitor(self, tenant_id: str, bot_id: str, *, origin: str, visitor_id: str = "0" * 32) -> dict[str, str]:
        """Headers of a visitor on a page of `origin`."""
        token = self.parts.get(Tokens).visitor(VisitorToken(visitor_id, tenant_id, bot_id, origin))
        return {**bearer(token), "Origin": origin}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def build_parts(settings: Settings) -> Parts:
    model = LetterPairs()
    return wiring.build(settings, embedder=RoutedEmbedder({"zh": model, "en": model}))


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Application]:
    """Started, and stopped when the block ends. Errors come back as responses, as a client sees them."""
    app = create_app(settings, parts=build_parts(settings))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, client=("203.0.113.7", 4711))
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
            yield Application(app, app.state.parts, client)


@dataclass(frozen=True)
class Key:
    """An API key with its secret."""

    row: ApiKey
    secret: str

    @property
    def headers(self) -> dict[str, str]:
        return {"X-API-Key": self.secret}


async def make_key(
    database: Database, tenant: Tenant, *, scopes: frozenset[str] = KEY_SCOPES, **columns: object
) -> Key:
    key = new_api_key()
    row = ApiKey(
        tenant_id=tenant.id, name="key", prefix=key.prefix, secret_hash=key.digest, scopes=sorted(scopes), **columns
    )
    return Key(await factories.save(database, row), key.secret)


def problem_of(response: httpx.Response) -> Mapping[str, object]:
    """The problem document of a response, after checking that it is a whole one."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    problem: dict[str, object] = response.json()
    assert problem["status"] == response.status_code
    assert problem["request_id"] == response.headers["x-request-id"]
    assert {"type", "title", "status", "detail", "code", "request_id"} <= set(problem)
    return problem
