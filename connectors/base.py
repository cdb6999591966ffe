"""The contract of a connector."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from connectors.json_value import JsonValue
from connectors.kept_values import kept


class ConnectorError(Exception):
    """A call that brought no result. `kind` is what the dialogue tells apart: "unavailable", "not_found", "invalid"."""

    kind = "unavailable"


class ConnectorUnavailable(ConnectorError):
    """Timed out, refused, circuit open, or answered 5xx after retries."""


class RecordNotFound(ConnectorError):
    """The system answered, and has no such record."""

    kind = "not_found"


class ConnectorRequestInvalid(ConnectorError):
    """The system answered that the arguments are wrong, or the arguments do not fit the operation."""

    kind = "invalid"


class ConnectorMisconfigured(ConnectorError):
    """The connection's configuration cannot work (bad URL, blocked address, missing secret): for the tenant admin."""


@dataclass(frozen=True, slots=True)
class ConnectorResult:
    """Named values that reply templates can use, in the form of `kept`; ConnectorUnavailable where they have none."""

    data: Mapping[str, JsonValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        try:
            data = {name: kept(value) for name, value in self.data.items()}
        except ValueError as error:
            raise ConnectorUnavailable(f"the system's answer {error}") from error
        object.__setattr__(self, "data", data)


class Connector(Protocol):
    """One configured connection. The registry builds it from (config, secrets, HTTP client); kept while unchanged."""

    @property
    def operations(self) -> Mapping[str, tuple[str, ...]]:
        """Names of the operations, each with the arguments it needs."""
        ...

    async def call(self, operation: str, arguments: Mapping[str, str], *, language: str) -> ConnectorResult:
        """Raises `ConnectorError` and nothing else for whatever the other side does."""
        ...
