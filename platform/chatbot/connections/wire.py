"""Connections among the parts of a process."""

from __future__ import annotations

from chatbot.connections import routes
from chatbot.connections.calls import TenantConnectors
from chatbot.connections.connections import ConnectionTester
from chatbot.foundation.database import Database
from chatbot.foundation.metrics import Metrics
from chatbot.foundation.parts import Parts
from chatbot.foundation.security.secret_box import SecretBox
from chatbot.foundation.settings import Settings
from connectors.http_client import GuardedHttpClient

ROUTERS = (routes.router,)


def wire(parts: Parts, settings: Settings) -> None:
    database, client, secrets = parts.get(Database), parts.get(GuardedHttpClient), parts.get(SecretBox)
    parts.put(TenantConnectors(database, client, secrets, parts.get(Metrics)))
    parts.put(ConnectionTester(database, secrets, client))
