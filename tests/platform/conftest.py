"""One running application a test, with the owners of two tenants as its callers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chatbot.foundation.database import Database
from chatbot.foundation.security.passwords import Passwords
from chatbot.foundation.settings import Settings
from chatbot.models import Tenant, User
from tests import factories
from tests.databases import in_thread
from tests.platform.documents.content_client import ContentClient
from tests.platform.documents.knowledge_stack import KnowledgeStack, knowledge_stack
from tests.platform.edge.application import PASSWORD, Application, running


@pytest.fixture
async def application(settings: Settings, database: Database) -> AsyncIterator[Application]:
    """`database` is another connection to the same database, which it empties afterwards."""
    async with running(settings) as application:
        yield application


@pytest.fixture
async def knowledge(application: Application, database: Database, tenant: Tenant) -> ContentClient:
    owner = await factories.make_user(database, tenant.id)
    return ContentClient(application.client, application.as_user(owner))


@pytest.fixture
async def stranger(application: Application, database: Database, other_tenant: Tenant) -> ContentClient:
    owner = await factories.make_user(database, other_tenant.id)
    return ContentClient(application.client, application.as_user(owner))


@pytest.fixture
async def stack(database: Database, tmp_path: Path) -> AsyncIterator[KnowledgeStack]:
    """A knowledge stack over each database."""
    async with knowledge_stack(database, tmp_path) as stack:
        yield stack


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Of PASSWORD; made once, since a good hash takes time."""
    made = in_thread(lambda: asyncio.run(Passwords().hash(PASSWORD)))
    assert isinstance(made, str)
    return made


@pytest.fixture
async def owner(database: Database, tenant: Tenant, password_hash: str) -> User:
    """Can sign in with PASSWORD."""
    return await factories.make_user(database, tenant.id, password_hash=password_hash)


@pytest.fixture
async def other_owner(database: Database, other_tenant: Tenant, password_hash: str) -> User:
    return await factories.make_user(database, other_tenant.id, password_hash=password_hash)
