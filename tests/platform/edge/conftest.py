"""Owners who can sign in with a password."""

from __future__ import annotations

import asyncio

import pytest

from chatbot.database import Database
from chatbot.models import Tenant, User
from chatbot.security import Passwords
from tests import factories
from tests.databases import in_thread
from tests.platform.edge.application import PASSWORD


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Of PASSWORD; made once, since a good hash takes time."""
    made = in_thread(lambda: asyncio.run(Passwords().hash(PASSWORD)))
    assert isinstance(made, str)
    return made


@pytest.fixture
async def owner(database: Database, tenant: Tenant, password_hash: str) -> User:
    return await factories.make_user(database, tenant.id, password_hash=password_hash)


@pytest.fixture
async def other_owner(database: Database, other_tenant: Tenant, password_hash: str) -> User:
    return await factories.make_user(database, other_tenant.id, password_hash=password_hash)
