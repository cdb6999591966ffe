"""Reads a connection's configuration, naming the place of every mistake."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from connectors.address_guard import AddressRefused
from connectors.base import ConnectorMisconfigured
from connectors.http_client import GuardedHttpClient
from connectors.json_value import JsonValue

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}\Z")


def wrong(path: str, reason: str) -> ConnectorMisconfigured:
    """The error to raise for the setting at `path`."""
    return ConnectorMisconfigured(f"{path}: {reason}")


def _at(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def known_keys(config: Mapping[str, JsonValue], path: str, allowed: Collection[str]) -> None:
    """Refuses a key that nothing reads: it is a slip of the pen, most often."""
    for key in config:
        if key not in allowed:
            raise wrong(_at(path, key), f"is not a setting here; known are {', '.join(sorted(allowed))}")


def text(config: Mapping[str, JsonValue], key: str, path: str, default: str | None = None) -> str:
    """The text at `key`; required when there is no default."""
    value = config.get(key, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise wrong(_at(path, key), "must be text" if key in config else "is missing")
    return value


def section(config: Mapping[str, JsonValue], key: str, path: str) -> Mapping[str, JsonValue]:
    """The mapping at `key`, empty when absent."""
    value = config.get(key)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise wrong(_at(path, key), "must be a mapping")
    return value


def texts(config: Mapping[str, JsonValue], key: str, path: str) -> dict[str, str]:
    """The mapping at `key` of names to texts, empty when absent."""
    found = section(config, key, path)
    return {name: text(found, name, _at(path, key)) for name in found}


def statuses(config: Mapping[str, JsonValue], key: str, path: str, default: tuple[int, ...]) -> frozenset[int]:
    """The HTTP statuses listed at `key`."""
    value = config.get(key)
    if value is None:
        return frozenset(default)
    if not isinstance(value, list) or not all(type(status) is int and 200 <= status < 500 for status in value):
        raise wrong(f"{path}.{key}", "must be a list of HTTP statuses from 200 to 499")
    return frozenset(status for status in value if isinstance(status, int))


def base_url(config: Mapping[str, JsonValue], key: str, client: GuardedHttpClient, default: str | None = None) -> str:
    """The URL at `key` without a trailing slash, once the guard finds nothing wrong with its form."""
    value = text(config, key, "", default)
    try:
        parsed = client.check_url(value)
    except AddressRefused as error:
        raise AddressRefused(f"{key}: {error}") from error
    if parsed.query or parsed.fragment:
        raise wrong(key, "must not have a query or a fragment")
    return value.rstrip("/")


def header_name(config: Mapping[str, JsonValue], key: str, path: str) -> str:
    """A header's name; not one that frames the message or names the host."""
    value = text(config, key, path)
    if not _HEADER_NAME.match(value) or value.lower() in {"host", "content-length", "transfer-encoding", "connection"}:
        raise wrong(f"{path}.{key}", "is not a header that may be set")
    return value


def header_value(value: str, path: str) -> str:
    """`value` when it can stand in a header, never quoted in the error since it may be a secret."""
    if not value.isascii() or not value.isprintable():
        raise wrong(path, "holds characters that cannot stand in a header")
    return value
