"""The address guard against addresses and spellings that lead inside."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.address_guard import AddressGuard, AddressRefused, is_public
from connectors.base import ConnectorUnavailable
from tests.connectors.loopback import FlippingResolver

INSIDE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://0/",
    "http://0.0.0.0:8080/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://127.0.0.1.:80/",
    "http://127。0。0。1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://%31%32%37.0.0.1/",
    "http://10.0.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://100.100.100.200/latest/meta-data",
    "http://169.254.169.254/latest/meta-data/",
    "http://168.63.129.16/machine",
    "http://192.0.0.192/latest/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[ff02::1]/",
    "http://localhost/",
    "http://LOCALHOST/",
    "http://api.localhost/",
    "http://metadata/computeMetadata/v1/",
    "http://metadata.google.internal/",
    "http://metadata.tencentyun.com/latest/meta-data/",
    "http://printer.local/",
    "http://user@example.com/",
    "http://user:secret@example.com/",
    "http://example.com:80@127.0.0.1/",
    "http://127.0.0.1:80\\@example.com/",
    "http://example.com\\@127.0.0.1/",
    "http://localhost%2f@example.com/",
    "http://exa mple.com/",
    "http://example.com/\r\nHost: 127.0.0.1",
    "http://example.com:0/",
    "http://example.com:99999/",
    "http:///etc/passwd",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_INFO",
    "ftp://example.com/",
    "//example.com/",
    "/orders",
    "",
    "http://" + "a" * 300 + ".com/",
    "http://example.com/" + "a" * 9000,
]


@pytest.mark.parametrize("url", INSIDE)
def test_a_url_that_leads_inside_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        AddressGuard().parse(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/",
        "https://example.com:8443/a%2Fb?c=d",
        "http://93.184.216.34/",
        "https://[2606:2800:220:1::1]/",
        "https://例え.テスト/",
        "https://api.example.com/users/@me",
        "https://my_service.example.com/",
    ],
)
def test_a_public_url_is_accepted(url: str) -> None:
    assert AddressGuard().parse(url).scheme in ("http", "https")


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_python_calls_private_is_never_public(address: ipaddress.IPv4Address) -> None:
    if is_public(address):
        assert address.is_global
        assert not address.is_multicast


@given(st.ip_addresses(v=6))
def test_an_ipv6_address_that_carries_an_ipv4_address_is_never_public(address: ipaddress.IPv6Address) -> None:
    if address.ipv4_mapped or address.sixtofour or address.teredo or not address.is_global:
        assert not is_public(address)


@given(st.text())
def test_any_text_is_parsed_or_refused(text: str) -> None:
    for url in (text, f"http://{text}/"):
        try:
            AddressGuard().parse(url)
        except AddressRefused:
            continue


def test_the_operator_allows_one_port_of_one_address() -> None:
    guard = AddressGuard(["127.0.0.1:8900", "[::1]:8900", "10.1.0.0/16"])
    assert guard.parse("http://127.0.0.1:8900/v1").port == 8900
    assert guard.parse("http://[::1]:8900/v1").port == 8900
    assert guard.parse("http://10.1.2.3/").host == "10.1.2.3"
    for url in ("http://127.0.0.1:8901/", "http://127.0.0.1/", "http://10.2.0.1/", "http://2130706433:8900/"):
        with pytest.raises(AddressRefused):
            guard.parse(url)


@pytest.mark.parametrize("entry", ["http://x", "a b", "", "1.2.3", "::1:8900:", "x:port"])
def test_an_allowance_of_another_form_is_an_error(entry: str) -> None:
    with pytest.raises(ValueError, match="not a host"):
        AddressGuard([entry])


async def test_a_name_that_resolves_inside_is_refused() -> None:
    guard = AddressGuard(resolver=FlippingResolver(["10.0.0.7"]))
    with pytest.raises(AddressRefused):
        await guard.addresses("rebind.example.com", 80)


async def test_one_private_answer_among_public_ones_refuses_the_name() -> None:
    guard = AddressGuard(resolver=FlippingResolver(["93.184.216.34", "::ffff:127.0.0.1"]))
    with pytest.raises(AddressRefused):
        await guard.addresses("mixed.example.com", 80)


async def test_a_named_host_may_resolve_to_private_but_never_to_metadata_addresses() -> None:
    resolver = FlippingResolver(["10.0.0.7"], ["169.254.169.254"])
    guard = AddressGuard(["crm.corp:443", "backend"], resolver=resolver)
    assert await guard.addresses("crm.corp", 443) == ("10.0.0.7",)
    with pytest.raises(AddressRefused):
        await guard.addresses("crm.corp", 443)
    with pytest.raises(AddressRefused):
        await guard.addresses("crm.corp", 80)
    assert guard.parse("http://backend:8080/").host == "backend"


async def test_a_name_without_an_address_is_unavailable_not_refused() -> None:
    with pytest.raises(ConnectorUnavailable):
        await AddressGuard(resolver=FlippingResolver([])).addresses("gone.example.com", 80)
