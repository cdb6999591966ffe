"""The web router over a real database, with the real accounts: everything a page needs and nothing more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI

from chatbot.accounts.sign_in.sign_in import SignInDesk
from chatbot.edge.problems import install_problem_handlers
from chatbot.foundation.database import Database
from chatbot.foundation.metrics import Metrics
from chatbot.foundation.parts import Parts
from chatbot.foundation.rate_limit import RateLimiter
from chatbot.foundation.security.passwords import Passwords
from chatbot.foundation.security.tokens import Tokens
from chatbot.foundation.settings import Settings
from chatbot.models import Tenant, User, new_id
from tests.conftest import IsolatedSettings
from web.routes import router

PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True)
class Site:
    """A site with one owner and one viewer; `client` is a browser without scripts."""

    client: httpx.AsyncClient
    parts: Parts
    owner: User
    viewer: User


@pytest.fixture
async def site(sqlite_database: Database) -> AsyncIterator[Site]:
    settings = IsolatedSettings(secret_key="k" * 48, public_url="https://bots.example")
    passwords = Passwords()
    limiter = RateLimiter({"login": "5/minute"})
    parts = Parts()
    parts.put(settings, kind=Settings)
    tokens = parts.put(Tokens(settings.signing_key))
    parts.put(SignInDesk(sqlite_database, tokens, passwords))
    parts.put(limiter)
    parts.put(sqlite_database)
    parts.put(Metrics())
    tenant_id, password_hash = new_id(), await passwords.hash(PASSWORD)

    def person(role: str) -> User:
        return User(
            id=new_id(), tenant_id=tenant_id, email=f"{role}@acme.example", password_hash=password_hash, role=role
        )

    owner, viewer = person("owner"), person("viewer")
    async with sqlite_database.write(tenant_id) as session:
        session.add(Tenant(id=tenant_id, slug="acme", name="Acme <b>&</b> Co"))
        await session.flush()
        session.add_all([owner, viewer])
    app = FastAPI(redirect_slashes=False)
    app.include_router(router)
    install_problem_handlers(app)
    app.state.parts = parts
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://bots.example") as client:
        yield Site(client, parts, owner, viewer)
    await limiter.close()
