"""A tenant's configured connectors."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from chatbot.foundation.database.repository import TenantRepository
from chatbot.foundation.database.statements import Row, Statements
from chatbot.foundation.errors import ConnectionNotFound
from chatbot.models import Connection

_NAMED = select(
    Connection.id, Connection.revision, Connection.kind, Connection.config, Connection.encrypted_secrets
).where(Connection.tenant_id == bindparam("tenant_id"), Connection.name == bindparam("name"))


class ConnectionRepository(TenantRepository[Connection]):
    model = Connection
    not_found = ConnectionNotFound
    noun = "connection"

    async def with_name(self, name: str) -> Connection | None:
        return (await self.session.scalars(self.scoped().where(Connection.name == name))).one_or_none()


class CalledConnections:
    """As turns read them: in a short transaction, without a session."""

    def __init__(self, statements: Statements, tenant_id: str) -> None:
        self._statements = statements
        self._tenant_id = tenant_id

    async def named(self, name: str) -> Row | None:
        """(id, revision, kind, config, encrypted secrets)."""
        found = await self._statements.rows(_NAMED, {"tenant_id": self._tenant_id, "name": name})
        return found[0] if found else None
