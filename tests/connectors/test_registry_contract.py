"""What every registered connector keeps to. A newcomer is covered by its line in the registry and one in CONFIGURED."""

from __future__ import annotations

import orjson
import pytest

from connectors.base import ConnectorError, ConnectorMisconfigured
from connectors.json_value import JsonValue
from connectors.registry import CONNECTOR_KINDS, build_connector
from tests.connectors.clients import client_for
from tests.connectors.loopback import Received, answering, loopback

SECRETS = {"api_key": "s3cret-value"}
HOSTILE = ["", "..", "a\r\nb: c", "\x00", "\ud800", "x" * 5000, "🧨", "' OR 1=1 --", "${jndi:ldap://x}", "{order_id}"]


def configured(kind: str, base: str) -> dict[str, JsonValue]:
    known: dict[str, dict[str, JsonValue]] = {
        "weather": {"geocoding_url": f"{base}/v1/search", "forecast_url": f"{base}/v1/forecast"},
        "rest": {
            "base_url": base,
            "auth": {"header": "X-API-Key", "secret": "api_key"},
            "operations": {"status": {"path": "/orders/{order_id}", "fields": {"status": "/status"}}},
        },
    }
    assert kind in known, f"say here how {kind} is configured"
    return known[kind]


@pytest.mark.parametrize("kind", CONNECTOR_KINDS)
def test_building_calls_nothing_and_lists_operations(kind: str) -> None:
    built = build_connector(kind, configured(kind, "https://api.example.com"), SECRETS, client_for())
    assert built.operations
    assert all(isinstance(name, str) for arguments in built.operations.values() for name in arguments)


@pytest.mark.parametrize("kind", CONNECTOR_KINDS)
def test_the_representation_shows_no_secret(kind: str) -> None:
    built = build_connector(kind, configured(kind, "https://api.example.com"), SECRETS, client_for())
    assert "s3cret" not in repr(built)
    assert "s3cret" not in str(built)


@pytest.mark.parametrize("kind", CONNECTOR_KINDS)
def test_a_key_that_nothing_reads_is_refused(kind: str) -> None:
    with pytest.raises(ConnectorMisconfigured, match="surprise"):
        build_connector(kind, configured(kind, "https://api.example.com") | {"surprise": 1}, SECRETS, client_for())


@pytest.mark.parametrize("kind", CONNECTOR_KINDS)
@pytest.mark.parametrize("base", ["http://127.0.0.1:1", "http://169.254.169.254", "file:///etc", "http://localhost"])
def test_an_address_inside_is_refused_when_it_is_configured(kind: str, base: str) -> None:
    with pytest.raises(ConnectorMisconfigured):
        build_connector(kind, configured(kind, base), SECRETS, client_for())


@pytest.mark.parametrize("kind", CONNECTOR_KINDS)
@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"<html>",
        b"null",
        b"[[[",
        b'{"results": {}}',
        b"\xff\xfe",
        b'"x"',
        b"1e999",
        b'{"status": "half \\ud800 of a pair, and a \\u0000"}',
        b'{"status": ' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"status": ' + b"9" * 4000 + b"}",
    ],
)
async def test_whatever_the_other_side_says_becomes_a_result_or_a_connector_error(kind: str, garbage: bytes) -> None:
    async with loopback(lambda _: answering(garbage)) as server:
        built = build_connector(kind, configured(kind, server.url), SECRETS, client_for(server.allowed))
        for operation, names in built.operations.items():
            try:
                result = await built.call(operation, dict.fromkeys(names, "today"), language="zh")
                assert orjson.dumps(dict(result.data))
            except ConnectorError as error:
                assert error.kind in ("unavailable", "not_found", "invalid")
                assert "s3cret" not in str(error)


@pytest.mark.parametrize("kind", CONNECTOR_KINDS)
@pytest.mark.parametrize("value", HOSTILE)
async def test_hostile_arguments_never_leave_their_place(kind: str, value: str) -> None:
    def answer(request: Received) -> bytes:
        assert request.target.split("?")[0].count("/") == 2
        return answering("{}")

    async with loopback(answer) as server:
        built = build_connector(kind, configured(kind, server.url), SECRETS, client_for(server.allowed))
        for operation, names in built.operations.items():
            try:
                await built.call(operation, dict.fromkeys(names, value), language="en")
            except ConnectorError:
                continue


@pytest.mark.parametrize("kind", CONNECTOR_KINDS)
async def test_a_dead_system_is_unavailable(kind: str) -> None:
    async with loopback(lambda _: None) as server:
        built = build_connector(kind, configured(kind, server.url), SECRETS, client_for(server.allowed))
    for operation, names in built.operations.items():
        with pytest.raises(ConnectorError) as caught:
            await built.call(operation, dict.fromkeys(names, "today"), language="zh")
        assert caught.value.kind == "unavailable"


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ConnectorMisconfigured, match="known are"):
        build_connector("os.system", {}, {}, client_for())
