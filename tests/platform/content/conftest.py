"""The knowledge routes of a running application, called by people of two tenants; and a bot that answers from them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chatbot.database import Database
from chatbot.models import Tenant
from tests import factories
from tests.platform.content.content_client import ContentClient
from tests.platform.edge.application import Application
from tests.platform.knowledge.knowledge_stack import KnowledgeStack, knowledge_stack


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
    async with knowledge_stack(database, tmp_path) as stack:
        yield stack
