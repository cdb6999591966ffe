"""Every kind of connector there is. A new one is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Protocol, Self

from connectors.base import Connector, ConnectorMisconfigured
from connectors.http_client import GuardedHttpClient
from connectors.json_value import JsonValue
from connectors.rest import RestConnector
from connectors.weather import WeatherConnector


class ConfiguredConnector(Connector, Protocol):
    """What a class must offer to be registered. `config_form` is the TypedDict that its `config` is written as."""

    config_form: ClassVar[object]

    @classmethod
    def from_config(
        cls, config: Mapping[str, JsonValue], secrets: Mapping[str, str], client: GuardedHttpClient
    ) -> Self:
        """Checks `config` and `secrets` without calling anything. Raises `ConnectorMisconfigured`."""
        ...


# An explicit list: a kind comes from a tenant and must never name code.
CONNECTOR_KINDS: Mapping[str, type[ConfiguredConnector]] = {
    "rest": RestConnector,
    "weather": WeatherConnector,
}


def build_connector(
    kind: str, config: Mapping[str, JsonValue], secrets: Mapping[str, str], client: GuardedHttpClient
) -> Connector:
    """The connector of a connection. Raises `ConnectorMisconfigured`, naming the setting at fault, never a secret."""
    if kind not in CONNECTOR_KINDS:
        raise ConnectorMisconfigured(f"there is no connector kind {kind!r}; known are {', '.join(CONNECTOR_KINDS)}")
    return CONNECTOR_KINDS[kind].from_config(config, secrets, client)
