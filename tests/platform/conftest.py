"""One running application a test, with the owners of two tenants as its callers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from chatbot.database import Database
from chatbot.models import Tenant
from chatbot.settings import Settings
from tests import factories
from tests.platform.edge.application import Application, running
from tests.platform.knowledge.knowledge_client import KnowledgeClient


@pytest.fixture
async def application(settings: Settings, database: Database) -> AsyncIterator[Application]:
    """`database` is another connection to the same database, which it empties afterwards."""
    async with running(settings) as application:
        yield application


@pytest.fixture
async def knowledge(application: Application, database: Database, tenant: Tenant) -> KnowledgeClient:
    owner = await factories.make_user(database, tenant.id)
    return KnowledgeClient(application.client, application.as_user(owner))


@pytest.fixture
async def stranger(application: Application, database: Database, other_tenant: Tenant) -> KnowledgeClient:
    owner = await factories.make_user(database, other_tenant.id)
    return KnowledgeClient(application.client, application.as_user(owner))
