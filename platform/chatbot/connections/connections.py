"""A tenant's connections to outside systems. Secrets go in and never come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.bots.bots import NameTaken
from chatbot.bots.repository import BotRepository
from chatbot.connections.repository import ConnectionRepository
from chatbot.foundation.database import Database
from chatbot.foundation.errors import InvalidInput
from chatbot.foundation.security.secret_box import SecretBox
from chatbot.models import Connection
from connectors.base import ConnectorError, ConnectorMisconfigured
from connectors.http_client import GuardedHttpClient
from connectors.json_value import JsonValue
from connectors.registry import build_connector

Config = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class ShownConnection:
    """Of its secrets, only the names."""

    row: Connection
    secret_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallResult:
    """`error` is the kind of failure ("unavailable", "not_found", "invalid") and None on success."""

    milliseconds: float
    data: Mapping[str, JsonValue]
    error: str | None = None
    message: str = ""


class ConnectionService:
    """Every change makes the tenant's bots load anew: any of them may use any connection."""

    def __init__(self, session: AsyncSession, tenant_id: str, secrets: SecretBox, client: GuardedHttpClient) -> None:
        self._secrets = secrets
        self._client = client
        self._connections = ConnectionRepository(session, tenant_id)
        self._bots = BotRepository(session, tenant_id)

    async def page(self, *, limit: int, cursor: str | None) -> tuple[list[ShownConnection], str | None]:
        rows, following = await self._connections.page(limit=limit, cursor=cursor)
        return [self._shown(row) for row in rows], following

    async def get(self, connection_id: str) -> ShownConnection:
        return self._shown(await self._connections.get(connection_id))

    async def create(self, *, name: str, kind: str, config: Config, secrets: Mapping[str, str]) -> ShownConnection:
        """Raises InvalidInput, naming the setting at fault, and NameTaken."""
        self._check(kind, config, secrets)
        row = self._connections.add(
            Connection(
                name=name,
                kind=kind,
                config=dict(config),
                encrypted_secrets=self._secrets.seal_mapping(secrets),
            )
        )
        await self._connections.flush(NameTaken("Another connection has this name."))
        await self._bots.bump_all()
        return self._shown(row)

    async def change(
        self,
        connection_id: str,
        *,
        name: str | None,
        config: Config | None,
        secrets: Mapping[str, str | None] | None,
    ) -> ShownConnection:
        """Secrets that are not named stay; one that is null goes. Raises InvalidInput, NameTaken."""
        row = await self._connections.get(connection_id)
        kept = self._secrets.open_mapping(row.encrypted_secrets)
        for secret, value in (secrets or {}).items():
            if value is None:
                kept.pop(secret, None)
            else:
                kept[secret] = value
        new_config = cast(Config, row.config) if config is None else config
        self._check(row.kind, new_config, kept)
        row.name = row.name if name is None else name
        row.config = dict(new_config)
        row.encrypted_secrets = self._secrets.seal_mapping(kept)
        row.revision += 1
        await self._connections.flush(NameTaken("Another connection has this name."))
        await self._bots.bump_all()
        return self._shown(row)

    async def delete(self, connection_id: str) -> None:
        """Flows that call it answer that the system is unavailable."""
        await self._connections.delete(await self._connections.get(connection_id))
        await self._bots.bump_all()

    def _check(self, kind: str, config: Config, secrets: Mapping[str, str]) -> None:
        try:
            build_connector(kind, config, secrets, self._client)
        except ConnectorMisconfigured as error:
            raise InvalidInput(f"The connection cannot work: {error}.", field="body.config") from error

    def _shown(self, row: Connection) -> ShownConnection:
        return ShownConnection(row, tuple(sorted(self._secrets.open_mapping(row.encrypted_secrets))))


class ConnectionTester:
    """Makes one real call, with no transaction open while it lasts."""

    def __init__(self, database: Database, secrets: SecretBox, client: GuardedHttpClient) -> None:
        self._database = database
        self._secrets = secrets
        self._client = client

    async def call(
        self, tenant_id: str, connection_id: str, operation: str, arguments: Mapping[str, str], *, language: str
    ) -> CallResult:
        """Whatever the other side does is a result; raises ConnectionNotFound."""
        started = perf_counter()
        async with self._database.read(tenant_id) as session:
            row = await ConnectionRepository(session, tenant_id).get(connection_id)
        try:
            secrets = self._secrets.open_mapping(row.encrypted_secrets)
            connector = build_connector(row.kind, cast(Config, row.config), secrets, self._client)
            result = await connector.call(operation, arguments, language=language)
        except ConnectorError as error:
            return CallResult(_milliseconds(started), {}, error.kind, str(error))
        return CallResult(_milliseconds(started), result.data)


def _milliseconds(started: float) -> float:
    return round((perf_counter() - started) * 1000, 1)
