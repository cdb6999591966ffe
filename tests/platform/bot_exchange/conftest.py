"""A running application and somebody who may bring bots."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from chatbot.database import Database
from chatbot.models import Tenant
from chatbot.settings import Settings
from tests import factories
from tests.platform.bot_exchange.bot_exchange_client import BotExchangeClient
from tests.platform.edge.application import Application, running


@pytest.fixture
async def application(settings: Settings, database: Database) -> AsyncIterator[Application]:
    async with running(settings) as application:
        yield application


@pytest.fixture
async def exchange(application: Application, database: Database, tenant: Tenant) -> BotExchangeClient:
    owner = await factories.make_user(database, tenant.id)
    return BotExchangeClient(application.client, application.as_user(owner))
