"""Which addresses a connector may reach: the one parser of tenants' URLs, and the check of every resolved address."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import httpx

from connectors.base import ConnectorMisconfigured, ConnectorUnavailable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _networks(listed: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(network) for network in listed.split())


# Special-purpose IPv4 (RFC 6890 and successors), plus the one public address that a cloud answers its metadata on.
_REFUSED_V4 = _networks(
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24"
    " 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15"
    " 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3"
)
# In IPv6 only 2000::/3 is ever public; inside it these are not. Teredo (in 2001::/23) and 6to4 carry an IPv4 address.
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
_REFUSED_V6 = _networks("2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20")
# What a host that the operator names may resolve to; link-local (cloud metadata) is deliberately not among them.
_NAMED_HOST_NETWORKS = _networks("10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 172.16.0.0/12 192.168.0.0/16 ::1/128 fc00::/7")
# The last is a public name, which leads to a cloud's metadata address.
_LOCAL_SUFFIXES = (
    *("localhost", "local", "localdomain", "internal", "intranet", "home.arpa", "lan"),
    "metadata.tencentyun.com",
)
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\Z")
_NUMERIC_LABEL = re.compile(r"(0x[0-9a-f]*|[0-9]+)\Z")
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\\]")


class AddressRefused(ConnectorMisconfigured):
    """The URL is malformed or leads to an address that connectors may not reach."""


class Resolver(Protocol):
    """Host name to IP addresses as text. Raises OSError when the name is unknown."""

    async def resolve(self, host: str, port: int) -> Sequence[str]: ...


class SystemResolver:
    """The operating system's resolver, without blocking the event loop."""

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class _Allowance:
    """One entry of the operator's list: a network or a host name, on one port or on every port."""

    network: Network | None
    host: str
    port: int | None

    def covers_address(self, address: Address, port: int) -> bool:
        return self.network is not None and self.port in (None, port) and address in self.network

    def covers_host(self, host: str, port: int) -> bool:
        return self.network is None and self.port in (None, port) and host == self.host


def _parse_allowance(entry: str) -> _Allowance:
    text = entry.strip().lower()
    bracketed = re.fullmatch(r"\[([0-9a-f:./]+)\](?::(\d{1,5}))?", text)
    plain = re.fullmatch(r"([^:\[\]]+)(?::(\d{1,5}))?", text)
    match = bracketed or plain
    host, port = (match[1], match[2]) if match else (text, None)
    try:
        return _Allowance(ipaddress.ip_network(host, strict=False), "", int(port) if port else None)
    except ValueError:
        if not plain or not _NAME.match(host) or _NUMERIC_LABEL.match(host.rsplit(".", 1)[-1]):
            raise ValueError(f"not a host, network, host:port or network:port: {entry!r}") from None
        return _Allowance(None, host, int(port) if port else None)


def is_public(address: Address) -> bool:
    """Whether `address` is on the public internet and carries no other address inside (mapped, 6to4, NAT64)."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _REFUSED_V4)
    return address in _PUBLIC_V6 and not any(address in network for network in _REFUSED_V6)


class AddressGuard:
    """`allowed_private` is the operator's list: "127.0.0.1:8900", "[::1]:8900", "10.1.0.0/16", "crm.corp".

    Raises ValueError for an entry of another form.
    """

    def __init__(self, allowed_private: Sequence[str] = (), *, resolver: Resolver | None = None) -> None:
        self._allowances = tuple(_parse_allowance(entry) for entry in allowed_private)
        self._resolver = resolver or SystemResolver()

    def parse(self, url: str) -> httpx.URL:
        """The URL to request. Raises `AddressRefused` for anything but http(s) to a host that may be public."""
        if len(url) > 8000 or _UNSAFE.search(url):
            raise AddressRefused("the URL is too long or holds spaces, control characters or a backslash")
        try:
            parsed = httpx.URL(url)
        except (httpx.InvalidURL, ValueError) as error:
            raise AddressRefused("the URL is malformed") from error
        if parsed.scheme not in ("http", "https"):
            raise AddressRefused(f"only http and https URLs are allowed, not {parsed.scheme[:20]!r}")
        if parsed.userinfo or b"@" in parsed.netloc:
            raise AddressRefused("a URL with a user name or password in it is not allowed")
        port = port_of(parsed)
        if not 0 < port < 65536:
            raise AddressRefused("the URL names an impossible port")
        self._check_host(parsed.raw_host.decode("ascii", "replace"), port)
        return parsed

    async def addresses(self, host: str, port: int) -> tuple[str, ...]:
        """Resolves once, and gives the addresses to connect to. Refuses the host when any answer is not allowed."""
        literal = self._check_host(host, port)
        if literal is not None:
            return (str(literal),)
        try:
            answers = await self._resolver.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise ConnectorUnavailable(f"the name {host} could not be resolved") from error
        named = any(entry.covers_host(host, port) for entry in self._allowances)
        checked = []
        for answer in answers:
            address = ipaddress.ip_address(answer)
            in_named = named and any(address in network for network in _NAMED_HOST_NETWORKS)
            if not in_named and not self._may_reach(address, port):
                raise AddressRefused(f"{host} resolves to an address that is not public")
            checked.append(str(address))
        if not checked:
            raise ConnectorUnavailable(f"the name {host} has no address")
        return tuple(checked)

    def _check_host(self, host: str, port: int) -> Address | None:
        """The address when `host` is one in canonical form, None when it is a name; refuses every other spelling."""
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            address = None
        if address is not None:
            if getattr(address, "scope_id", None) or not self._may_reach(address, port):
                raise AddressRefused("the URL leads to an address that is not public")
            return address
        if not _NAME.match(host) or _NUMERIC_LABEL.match(host.rsplit(".", 1)[-1]):
            raise AddressRefused("the URL's host is neither a name nor an address in its usual form")
        if not any(entry.covers_host(host, port) for entry in self._allowances):
            local = "." not in host or any(host == tail or host.endswith("." + tail) for tail in _LOCAL_SUFFIXES)
            if local:
                raise AddressRefused(f"{host} is a local name")
        return None

    def _may_reach(self, address: Address, port: int) -> bool:
        return is_public(address) or any(entry.covers_address(address, port) for entry in self._allowances)


def port_of(url: httpx.URL) -> int:
    """The port a connection would use."""
    return url.port if url.port is not None else {"http": 80, "https": 443}.get(url.scheme, 0)
