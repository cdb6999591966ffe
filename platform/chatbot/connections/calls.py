"""Calling a tenant's connections on behalf of a turn."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Mapping

from chatbot.connections.repository import CalledConnections
from chatbot.foundation.database import Database
from chatbot.foundation.metrics import Metrics
from chatbot.foundation.security.secret_box import SecretBox
from connectors.base import Connector, ConnectorError, ConnectorMisconfigured
from connectors.http_client import GuardedHttpClient
from connectors.registry import build_connector
from dialogue.actions import CallOutcome

logger = logging.getLogger(__name__)

MOST_KEPT = 512


class TenantConnectors:
    """Connectors are built when first called and kept until their connection's revision changes."""

    def __init__(self, database: Database, client: GuardedHttpClient, secrets: SecretBox, metrics: Metrics) -> None:
        self._database = database
        self._client = client
        self._secrets = secrets
        self._metrics = metrics
        self._kept: OrderedDict[tuple[str, int], Connector] = OrderedDict()

    async def call(
        self, tenant_id: str, connection: str, operation: str, arguments: Mapping[str, str], *, language: str
    ) -> CallOutcome:
        """Whatever the other side does is an outcome; only the log tells the operator more."""
        try:
            connector = await self._connector(tenant_id, connection)
            result = await connector.call(operation, arguments, language=language)
        except ConnectorError as error:
            self._metrics.connector_failure(error.kind)
            level = logging.INFO if error.kind == "not_found" else logging.WARNING
            logger.log(
                level,
                "connector call failed",
                extra={"connection": connection, "operation": operation, "kind": error.kind, "reason": str(error)},
            )
            return CallOutcome(error=error.kind)
        return CallOutcome(data=result.data)

    async def _connector(self, tenant_id: str, name: str) -> Connector:
        found = await CalledConnections(self._database.statements(tenant_id), tenant_id).named(name)
        if found is None:
            raise ConnectorMisconfigured(f"The flow calls the connection {name!r}, which does not exist.")
        identifier, revision, kind, config, encrypted_secrets = found
        key = (identifier, revision)
        connector = self._kept.get(key)
        if connector is None:
            secrets = self._secrets.open_mapping(encrypted_secrets)
            connector = build_connector(kind, config, secrets, self._client)
            self._kept[key] = connector
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return connector
