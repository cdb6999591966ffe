"""A tenant's configured connectors."""

from __future__ import annotations

from chatbot.errors import ConnectionNotFound
from chatbot.models import Connection
from chatbot.repositories.base import TenantRepository


class ConnectionRepository(TenantRepository[Connection]):
    model = Connection
    not_found = ConnectionNotFound
    noun = "connection"
