"""A running application and somebody who may bring bots."""

from __future__ import annotations

import pytest

from chatbot.foundation.database import Database
from chatbot.models import Tenant
from tests import factories
from tests.platform.edge.application import Application
from tests.platform.exchange.exchange_client import BotExchangeClient


@pytest.fixture
async def exchange(application: Application, database: Database, tenant: Tenant) -> BotExchangeClient:
    owner = await factories.make_user(database, tenant.id)
    return BotExchangeClient(application.client, application.as_user(owner))
