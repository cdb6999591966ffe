"""A tenant's configured connectors."""

from __future__ import annotations

from chatbot.foundation.database.repository import TenantRepository
from chatbot.foundation.errors import ConnectionNotFound
from chatbot.models import Connection


class ConnectionRepository(TenantRepository[Connection]):
    model = Connection
    not_found = ConnectionNotFound
    noun = "connection"
