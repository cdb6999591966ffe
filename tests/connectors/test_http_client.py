"""The connectors' HTTP client on real sockets."""

from __future__ import annotations

import gzip
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from connectors.address_guard import AddressGuard, AddressRefused
from connectors.base import ConnectorUnavailable
from connectors.circuit_breaker import CircuitBreakers
from connectors.guarded_transport import GuardedTransport
from connectors.http_client import GuardedHttpClient, HttpLimits
from tests.connectors.certificates import write_certificate
from tests.connectors.loopback import Answer, FlippingResolver, LoopbackServer, Received, answering, loopback


@asynccontextmanager
async def client_of(*servers: LoopbackServer, **options: object) -> AsyncIterator[GuardedHttpClient]:
    async def no_pause(seconds: float) -> None:
        PAUSES.append(seconds)

    client = GuardedHttpClient(
        AddressGuard([server.allowed for server in servers]),
        sleep=no_pause,
        jitter=lambda: 1.0,
        **options,  # type: ignore[arg-type]  # limits and breakers, by the test
    )
    PAUSES.clear()
    try:
        yield client
    finally:
        await client.aclose()


PAUSES: list[float] = []


def in_turn(*answers: Answer) -> Callable[[Received], Answer]:
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


async def test_an_answer_is_read_and_the_connection_is_used_again() -> None:
    async with loopback(lambda _: answering('{"a": 1}')) as server, client_of(server) as client:
        first = await client.request("GET", f"{server.url}/x?y=%2F", headers={"X-API-Key": "k"})
        await client.request("GET", f"{server.url}/again")
        assert first.json() == {"a": 1}
        assert first.status == 200
        assert server.received[0].target == "/x?y=%2F"
        assert server.received[0].headers["x-api-key"] == "k"
        assert server.received[0].headers["host"] == server.allowed
        assert server.connections == 1


async def test_loopback_is_refused_unless_the_operator_allows_it() -> None:
    async with loopback(lambda _: answering()) as server, client_of() as client:
        with pytest.raises(AddressRefused):
            await client.request("GET", server.url)
        assert server.connections == 0


async def test_the_name_is_resolved_once_and_the_checked_address_is_the_one_connected_to() -> None:
    async with loopback(lambda _: answering(headers={"Connection": "close"})) as server:
        resolver = FlippingResolver(["127.0.0.1"], ["169.254.169.254"])
        guard = AddressGuard([f"service.example.com:{server.port}"], resolver=resolver)
        client = GuardedHttpClient(guard)
        await client.request("GET", f"http://service.example.com:{server.port}/")
        assert resolver.asked == ["service.example.com"]
        assert server.received[0].headers["host"] == f"service.example.com:{server.port}"
        with pytest.raises(AddressRefused):
            await client.request("GET", f"http://service.example.com:{server.port}/")
        assert len(server.received) == 1
        await client.aclose()


async def test_over_tls_the_server_name_stays_the_name_of_the_url(tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path, "service.example.com")
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(certificate, key)
    asked_names: list[str | None] = []
    served.sni_callback = lambda _socket, name, _context: asked_names.append(name)
    async with loopback(lambda _: answering(), tls=served) as server:
        guard = AddressGuard(["service.example.com", "other.example.com"], resolver=FlippingResolver(["127.0.0.1"]))
        trust = ssl.create_default_context(cafile=str(certificate))
        client = GuardedHttpClient(guard, transport=GuardedTransport(guard, tls=trust), limits=HttpLimits(attempts=1))
        response = await client.request("GET", f"https://service.example.com:{server.port}/")
        assert response.status == 200
        assert asked_names == ["service.example.com"]
        with pytest.raises(ConnectorUnavailable):  # the certificate is for another name
            await client.request("GET", f"https://other.example.com:{server.port}/")
        await client.aclose()


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "//169.254.169.254/latest/",
        "http://[::ffff:169.254.169.254]/",
        "http://127.0.0.1:1/",
        "http://metadata.google.internal/",
        "file:///etc/passwd",
        "http://a:b@example.com/",
        "\\\\169.254.169.254\\x",
    ],
)
async def test_a_redirect_inside_is_refused(location: str) -> None:
    moved = answering(status=302, headers={"Location": location})
    async with loopback(lambda _: moved) as server, client_of(server) as client:
        with pytest.raises(AddressRefused):
            await client.request("GET", server.url)
        assert len(server.received) == 1


async def test_a_redirect_to_another_origin_takes_no_secret_along() -> None:
    async with loopback(lambda _: answering('"there"')) as target:
        moved = answering(status=307, headers={"Location": f"{target.url}/new"})
        async with loopback(lambda _: moved) as server, client_of(server, target) as client:
            response = await client.request("GET", server.url, headers={"X-API-Key": "secret", "Accept-Language": "zh"})
            assert response.json() == "there"
            assert response.url == f"{target.url}/new"
            assert "x-api-key" not in target.received[0].headers
            assert target.received[0].headers["accept-language"] == "zh"


async def test_a_redirect_on_the_same_origin_keeps_the_headers_and_a_303_becomes_a_get() -> None:
    answers = in_turn(answering(status=303, headers={"Location": "/done?x=1"}), answering())
    async with loopback(answers) as server, client_of(server) as client:
        await client.request("POST", f"{server.url}/start", headers={"X-API-Key": "k"}, content=b"{}")
        assert [(r.method, r.target) for r in server.received] == [("POST", "/start"), ("GET", "/done?x=1")]
        assert server.received[1].headers["x-api-key"] == "k"
        assert server.received[1].body == b""


async def test_endless_redirects_end() -> None:
    moved = answering(status=302, headers={"Location": "/again"})
    async with loopback(lambda _: moved) as server, client_of(server) as client:
        with pytest.raises(ConnectorUnavailable):
            await client.request("GET", server.url)
        assert len(server.received) == 4


async def test_a_large_answer_is_cut_off_also_when_it_is_small_on_the_wire() -> None:
    bomb = answering(gzip.compress(b"0" * 10_000_000), headers={"Content-Encoding": "gzip"})
    answers = in_turn(answering(b"x" * 2000), bomb)
    limits = HttpLimits(response_bytes=1000)
    async with loopback(answers) as server, client_of(server, limits=limits) as client:
        for _ in range(2):
            with pytest.raises(ConnectorUnavailable, match="larger than 1000"):
                await client.request("GET", server.url)


async def test_a_compressed_answer_is_unpacked_and_an_unknown_or_broken_packing_is_an_error() -> None:
    answers = in_turn(
        answering(gzip.compress(b'"ok"'), headers={"Content-Encoding": "gzip"}),
        answering(b"zzz", headers={"Content-Encoding": "gzip"}),
        answering(b"zzz", headers={"Content-Encoding": "br"}),
    )
    async with loopback(answers) as server, client_of(server) as client:
        assert (await client.request("GET", server.url)).json() == "ok"
        for _ in range(2):
            with pytest.raises(ConnectorUnavailable):
                await client.request("GET", server.url)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_a_passing_failure_is_tried_again(status: int) -> None:
    async with loopback(in_turn(answering(status=status), answering('"up"'))) as server, client_of(server) as client:
        assert (await client.request("GET", server.url)).json() == "up"
        assert PAUSES == [0.2]


async def test_a_broken_connection_is_tried_again_for_a_get_but_not_for_a_post() -> None:
    async with loopback(in_turn(None, answering())) as server, client_of(server) as client:
        assert (await client.request("GET", server.url)).status == 200
    async with loopback(in_turn(None, answering())) as server, client_of(server) as client:
        with pytest.raises(ConnectorUnavailable):
            await client.request("POST", server.url, content=b"{}")
        assert len(server.received) == 1
    async with loopback(in_turn(None, answering())) as server, client_of(server) as client:
        assert (await client.request("POST", server.url, content=b"{}", idempotent=True)).status == 200


async def test_a_refused_connection_is_tried_again_and_then_unavailable() -> None:
    async with loopback(lambda _: answering()) as server:
        port = server.allowed
    client = GuardedHttpClient(AddressGuard([port]), sleep=_pause, jitter=lambda: 0.5)
    PAUSES.clear()
    with pytest.raises(ConnectorUnavailable, match="could not be reached"):
        await client.request("POST", f"http://{port}/", content=b"{}")  # never arrived, so repeating is safe
    assert PAUSES == [0.1, 0.2]
    await client.aclose()


async def _pause(seconds: float) -> None:
    PAUSES.append(seconds)


async def test_retry_after_is_honoured_and_one_beyond_the_time_limit_gives_up_at_once() -> None:
    answers = in_turn(answering(status=429, headers={"Retry-After": "3"}), answering())
    async with loopback(answers) as server, client_of(server) as client:
        assert (await client.request("GET", server.url)).status == 200
        assert PAUSES == [3.0]
    busy = answering(status=429, headers={"Retry-After": "3600"})
    async with loopback(lambda _: busy) as server, client_of(server) as client:
        with pytest.raises(ConnectorUnavailable, match="429"):
            await client.request("GET", server.url)
        assert len(server.received) == 1


async def test_a_server_error_is_unavailable_and_not_repeated() -> None:
    async with loopback(lambda _: answering(status=500)) as server, client_of(server) as client:
        with pytest.raises(ConnectorUnavailable, match="500"):
            await client.request("GET", server.url)
        assert len(server.received) == 1


async def test_a_silent_server_is_given_up_on() -> None:
    async with loopback(lambda _: b"HTTP/1.1 200 OK\r\n") as server:
        limits = HttpLimits(total_seconds=0.2)
        async with client_of(server, limits=limits) as client:
            with pytest.raises(ConnectorUnavailable, match=r"within 0\.2 s"):
                await client.request("GET", server.url)


async def test_an_origin_that_keeps_failing_is_not_called_any_more() -> None:
    breakers = CircuitBreakers(failures=3)
    async with loopback(lambda _: answering(status=500)) as server, client_of(server, breakers=breakers) as client:
        for _ in range(5):
            with pytest.raises(ConnectorUnavailable):
                await client.request("GET", server.url)
        assert len(server.received) == 3


async def test_cookies_of_one_call_never_reach_another() -> None:
    kept = answering(headers={"Set-Cookie": "session=tenant-a; Path=/"})
    async with loopback(lambda _: kept) as server, client_of(server) as client:
        await client.request("GET", server.url)
        await client.request("GET", server.url)
        assert "cookie" not in server.received[1].headers


async def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with loopback(lambda _: answering()) as server, client_of(server) as client:
        assert (await client.request("GET", server.url)).status == 200


@pytest.mark.parametrize("body", ["<html>", "", "[" * 100_000, '{"a": NaN}', "1e999"])
async def test_a_body_that_is_not_json_is_unavailable(body: str) -> None:
    async with loopback(lambda _: answering(body)) as server, client_of(server) as client:
        response = await client.request("GET", server.url)
        with pytest.raises(ConnectorUnavailable, match="not JSON"):
            response.json()


async def test_the_transport_guards_an_ordinary_httpx_client_too() -> None:
    async with loopback(lambda _: answering(json.dumps({"ok": True}))) as server:
        transport = GuardedTransport(AddressGuard([server.allowed]))
        async with httpx.AsyncClient(transport=transport) as client:
            assert (await client.post(server.url, json={"x": 1})).json() == {"ok": True}
            with pytest.raises(AddressRefused):
                await client.get("http://127.0.0.1:1/")
