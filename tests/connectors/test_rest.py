"""The generic REST connector."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from connectors.base import (
    ConnectorMisconfigured,
    ConnectorRequestInvalid,
    ConnectorUnavailable,
    RecordNotFound,
)
from connectors.json_value import JsonValue
from connectors.rest import RestConnector
from tests.connectors.clients import client_for
from tests.connectors.loopback import LoopbackServer, Received, answering, loopback

SECRETS = {"api_key": "s3cret-value"}


def config(base_url: str = "https://orders.example.com", **operation: JsonValue) -> dict[str, JsonValue]:
    described: dict[str, JsonValue] = {
        "path": "/orders/{order_id}",
        "fields": {"order_id": "/order/id", "status": "/order/status", "first": "/order/lines/0/name~1x"},
        "required": ["status"],
        "values": {"status": {"shipped": {"zh": "已发货", "en": "shipped"}}},
    }
    return {
        "base_url": base_url,
        "auth": {"header": "Authorization", "secret": "api_key", "prefix": "Bearer "},
        "headers": {"X-Tenant": "demo"},
        "operations": {"status": {**described, **operation}},
    }


def connector(server: LoopbackServer, **operation: JsonValue) -> RestConnector:
    return RestConnector.from_config(config(server.url, **operation), SECRETS, client_for(server.allowed))


ORDER = json.dumps({"order": {"id": "A1", "status": "shipped", "lines": [{"name/x": "pen"}]}})


@pytest.mark.parametrize(("language", "word"), [("zh", "已发货"), ("en", "shipped")])
async def test_fields_are_read_by_pointer_and_codes_become_words(language: str, word: str) -> None:
    async with loopback(lambda _: answering(ORDER)) as server:
        result = await connector(server).call("status", {"order_id": "A1"}, language=language)
    assert result.data == {"order_id": "A1", "status": word, "status_code": "shipped", "first": "pen"}
    assert server.received[0].headers["authorization"] == "Bearer s3cret-value"
    assert server.received[0].headers["x-tenant"] == "demo"


async def test_a_code_without_a_word_is_given_as_it_is() -> None:
    async with loopback(lambda _: answering('{"order": {"status": "lost"}}')) as server:
        result = await connector(server).call("status", {"order_id": "A1"}, language="zh")
    assert result.data["status"] == "lost"
    assert result.data["order_id"] is None


@pytest.mark.parametrize(
    ("value", "target"),
    [
        ("A1/../../admin", "/orders/A1%2F..%2F..%2Fadmin"),
        ("A1?admin=1#x", "/orders/A1%3Fadmin%3D1%23x"),
        ("订单 1", "/orders/%E8%AE%A2%E5%8D%95%201"),
        ("%2e%2e", "/orders/%252e%252e"),
        ("..%2f", "/orders/..%252f"),
        ("{order_id}", "/orders/%7Border_id%7D"),
    ],
)
async def test_an_argument_stays_inside_its_path_segment(value: str, target: str) -> None:
    async with loopback(lambda _: answering(ORDER)) as server:
        await connector(server).call("status", {"order_id": value}, language="zh")
    assert server.received[0].target == target


@pytest.mark.parametrize("value", ["", "  ", ".", "..", "a\r\nX: y", "a\x00b", "x" * 501])
async def test_an_argument_that_cannot_be_a_value_is_invalid(value: str) -> None:
    async with loopback(lambda _: answering(ORDER)) as server:
        with pytest.raises(ConnectorRequestInvalid):
            await connector(server).call("status", {"order_id": value}, language="zh")
        assert not server.received


async def test_query_and_body_are_filled_and_encoded() -> None:
    def echo(request: Received) -> bytes:
        return answering(json.dumps({"body": json.loads(request.body)}))

    operation: dict[str, JsonValue] = {
        "method": "POST",
        "path": "/search",
        "query": {"q": "{text}", "lang": "{language}"},
        "body": {"filters": [{"name": "{text}"}], "limit": 5},
        "fields": {"body": "/body", "localised": "/names/{language}"},
        "required": [],
        "values": {},
    }
    async with loopback(echo) as server:
        searching = connector(server, **operation)
        assert searching.operations == {"status": ("text",)}
        result = await searching.call("status", {"text": 'a&b="c"'}, language="zh")
    assert server.received[0].target == "/search?q=a%26b%3D%22c%22&lang=zh"
    assert server.received[0].headers["content-type"] == "application/json"
    assert result.data["body"] == {"filters": [{"name": 'a&b="c"'}], "limit": 5}


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, RecordNotFound),
        (410, RecordNotFound),
        (400, ConnectorRequestInvalid),
        (422, ConnectorRequestInvalid),
        (401, ConnectorMisconfigured),
        (403, ConnectorMisconfigured),
        (418, ConnectorUnavailable),
        (500, ConnectorUnavailable),
        (503, ConnectorUnavailable),
        (429, ConnectorUnavailable),
    ],
)
async def test_statuses_become_the_errors_the_dialogue_tells_apart(status: int, error: type[Exception]) -> None:
    async with loopback(lambda _: answering(status=status)) as server:
        with pytest.raises(error) as caught:
            await connector(server).call("status", {"order_id": "A1"}, language="zh")
    assert type(caught.value) is error
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "error"),
    [("<html>", ConnectorUnavailable), ('{"order": null}', RecordNotFound), ("[]", RecordNotFound)],
)
async def test_an_answer_of_another_shape_is_an_error(body: str, error: type[Exception]) -> None:
    async with loopback(lambda _: answering(body)) as server:
        with pytest.raises(error):
            await connector(server).call("status", {"order_id": "A1"}, language="zh")


async def test_an_unknown_operation_is_the_configurations_fault() -> None:
    async with loopback(lambda _: answering()) as server:
        with pytest.raises(ConnectorMisconfigured, match="no operation"):
            await connector(server).call("cancel", {}, language="en")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"base_url": "http://127.0.0.1/"}, "base_url: .*not public"),
        ({"base_url": "ftp://example.com"}, "base_url"),
        ({"base_url": 7}, "base_url: must be text"),
        ({"base_url": "https://example.com/?key=1"}, "base_url: must not have a query"),
        ({"operations": {}}, "operations: must name"),
        ({"operations": []}, "operations: must be a mapping"),
        ({"operation": {}}, "operation: is not a setting here"),
        ({"auth": {"header": "X-Key", "secret": "nope"}}, "auth.secret: the connection has no secret named 'nope'"),
        ({"auth": {"header": "Host", "secret": "api_key"}}, "auth.header"),
        ({"auth": {"header": "X\nY", "secret": "api_key"}}, "auth.header"),
        ({"headers": {"X-A": "b\r\nc"}}, "headers.X-A"),
    ],
)
def test_a_wrong_configuration_is_refused_by_name(change: dict[str, JsonValue], complaint: str) -> None:
    with pytest.raises(ConnectorMisconfigured, match=complaint):
        RestConnector.from_config({**config(), **change}, SECRETS, client_for())


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"method": "BREW"}, "status.method"),
        ({"path": "orders"}, "status.path"),
        ({"path": "/a/../b"}, "status.path"),
        ({"path": "/a?b={c}"}, "status.path"),
        ({"path": "/{Order-Id}"}, "status.path: has a brace"),
        ({"fields": {"a": "order"}}, "status.fields.a: must be a JSON pointer"),
        ({"required": ["nothing"]}, "status.required"),
        ({"required": [["status"]]}, "status.required"),
        ({"not_found": ["404"]}, "status.not_found"),
        ({"not_found": [500]}, "status.not_found"),
        ({"idempotent": "yes"}, "status.idempotent"),
        ({"values": {"other": {}}}, "status.values.other"),
        ({"values": {"status": {"x": {}}}}, "values.status.x"),
        ({"query": {"a": 1}}, "status.query.a: must be text"),
    ],
)
def test_a_wrong_operation_is_refused_by_name(change: dict[str, JsonValue], complaint: str) -> None:
    with pytest.raises(ConnectorMisconfigured, match=complaint):
        RestConnector.from_config(config("https://orders.example.com", **change), SECRETS, client_for())


def test_a_secret_that_cannot_stand_in_a_header_is_refused_without_being_shown() -> None:
    with pytest.raises(ConnectorMisconfigured) as caught:
        RestConnector.from_config(config(), {"api_key": "geheim\r\nX-Evil: 1"}, client_for())
    assert "geheim" not in str(caught.value)


def test_arguments_are_listed_in_order_of_appearance() -> None:
    listed: Mapping[str, tuple[str, ...]] = RestConnector.from_config(
        config(path="/{b}/{a}/{b}", query={"x": "{c}"}), SECRETS, client_for()
    ).operations
    assert listed == {"status": ("b", "a", "c")}
