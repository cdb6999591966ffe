"""The HTTP client of every connector: guarded addresses, limits, retries, and a circuit breaker per origin."""

from __future__ import annotations

import asyncio
import json
import logging
import math
import random
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

import httpx

from connectors.address_guard import AddressGuard, AddressRefused, port_of
from connectors.base import ConnectorUnavailable
from connectors.circuit_breaker import CircuitBreakers
from connectors.guarded_transport import GuardedTransport
from connectors.json_value import JsonValue

logger = logging.getLogger(__name__)

_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_RETRIED = frozenset({429, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_DEFAULT_HEADERS = httpx.Headers(
    {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "chatbot-connector"}
)
_KEPT_ACROSS_ORIGINS = frozenset({"accept", "accept-language", "content-type", "user-agent"})
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 2.0


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """`total_seconds` covers everything: name resolution, redirects, retries and the pauses between them."""

    total_seconds: float = 10.0
    connect_seconds: float = 3.0
    response_bytes: int = 2 * 1024 * 1024  # after decompression
    redirects: int = 3
    attempts: int = 3


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An answer below 500 and other than 429, read whole. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    url: str

    def json(self) -> JsonValue:
        """The body as JSON. Raises `ConnectorUnavailable` when it is none (a proxy's error page, most often)."""
        try:
            value: JsonValue = json.loads(self.content, parse_constant=_refuse_constant, parse_float=_finite)
        except (ValueError, RecursionError) as error:
            raise ConnectorUnavailable("the system answered with something that is not JSON") from error
        return value


class _Failure(Exception):
    """One attempt that brought nothing. `sent` says whether the other side may have acted on the request."""

    def __init__(self, reason: str, *, sent: bool, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent
        self.retry_after = retry_after


class GuardedHttpClient:
    """Keeps no cookies and follows no redirect unchecked, so one client serves every tenant.

    `allowed_private` is what an `AddressGuard` takes, for want of a `guard`.
    """

    def __init__(
        self,
        guard: AddressGuard | None = None,
        *,
        allowed_private: Sequence[str] = (),
        limits: HttpLimits | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        breakers: CircuitBreakers | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._guard = guard or AddressGuard(allowed_private)
        self._limits = limits or HttpLimits()
        self._transport = transport or GuardedTransport(self._guard)
        self._breakers = breakers or CircuitBreakers()
        self._sleep = sleep
        self._jitter = jitter

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        idempotent: bool | None = None,
        limits: HttpLimits | None = None,
    ) -> HttpResponse:
        """Raises `AddressRefused` for the URL, `ConnectorUnavailable` for no answer, 429, 5xx or an answer too large.

        `idempotent` (default: by the method) allows a second try after the request may have arrived.
        """
        limits = limits or self._limits
        target = self._guard.parse(url)
        repeatable = method in _IDEMPOTENT if idempotent is None else idempotent
        try:
            async with asyncio.timeout(limits.total_seconds):
                return await self._with_retries(method, target, dict(headers or {}), content, repeatable, limits)
        except TimeoutError as error:
            self._breakers.failed(_origin(target))
            raise ConnectorUnavailable(f"no answer within {limits.total_seconds:g} s") from error

    def check_url(self, url: str) -> httpx.URL:
        """What `AddressGuard.parse` says of `url`: its form only, since a name is resolved at the time of the call."""
        return self._guard.parse(url)

    async def aclose(self) -> None:
        """Closes the pooled connections."""
        await self._transport.aclose()

    async def _with_retries(
        self,
        method: str,
        url: httpx.URL,
        headers: dict[str, str],
        content: bytes | None,
        repeatable: bool,
        limits: HttpLimits,
    ) -> HttpResponse:
        for attempt in range(1, max(1, limits.attempts) + 1):
            try:
                return await self._follow(method, url, headers, content, limits)
            except _Failure as failure:
                logger.info("call failed", extra={"origin": _origin(url), "attempt": attempt, "reason": failure.reason})
                if attempt >= limits.attempts or (failure.sent and not repeatable):
                    raise ConnectorUnavailable(failure.reason) from failure
                pause = self._jitter() * min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (attempt - 1))
                if failure.retry_after is not None:
                    if failure.retry_after > limits.total_seconds:
                        raise ConnectorUnavailable(failure.reason) from failure
                    pause = max(pause, failure.retry_after)
                await self._sleep(pause)
        raise ConnectorUnavailable("no attempt was allowed")

    async def _follow(
        self, method: str, url: httpx.URL, headers: dict[str, str], content: bytes | None, limits: HttpLimits
    ) -> HttpResponse:
        for _ in range(limits.redirects + 1):
            response = await self._once(method, url, headers, content, limits)
            location = response.headers.get("location")
            if response.status not in _REDIRECTS or not location:
                return response
            target = self._redirect_target(url, location)
            if _origin(target) != _origin(url):
                # A secret may sit in any header, so only the harmless ones go along to another origin.
                headers = {name: value for name, value in headers.items() if name.lower() in _KEPT_ACROSS_ORIGINS}
            if response.status == 303 or (response.status in (301, 302) and method == "POST"):
                method, content = ("HEAD" if method == "HEAD" else "GET"), None
            url = target
        raise ConnectorUnavailable("the system redirected too often")

    def _redirect_target(self, url: httpx.URL, location: str) -> httpx.URL:
        try:
            joined = str(url.join(location))
        except (httpx.InvalidURL, ValueError) as error:
            raise AddressRefused("the system redirected to a malformed URL") from error
        # The location itself is checked too: joining may have quoted what the check looks for.
        target = self._guard.parse(joined if "\\" not in location else location)
        if url.scheme == "https" and target.scheme == "http":
            raise AddressRefused("the system redirected from https to http")
        return target

    async def _once(
        self, method: str, url: httpx.URL, headers: dict[str, str], content: bytes | None, limits: HttpLimits
    ) -> HttpResponse:
        origin = _origin(url)
        if not self._breakers.allows(origin):
            raise ConnectorUnavailable(f"{origin} failed repeatedly and is left alone for a while")
        sent = _DEFAULT_HEADERS.copy()
        sent.update(headers)  # whatever the case of their names
        request = httpx.Request(
            method,
            url,
            headers=sent,
            content=content,
            extensions={"timeout": {"connect": limits.connect_seconds, "pool": limits.connect_seconds}},
        )
        try:
            response = await self._transport.handle_async_request(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            self._breakers.failed(origin)
            raise _Failure(f"{origin} could not be reached", sent=False) from error
        except httpx.TransportError as error:
            self._breakers.failed(origin)
            raise _Failure(f"the connection to {origin} broke", sent=True) from error
        try:
            if response.status_code == 429 or response.status_code >= 500:
                self._note_refusal(origin, response)
            content = await _read(response, limits.response_bytes)
        except httpx.TransportError as error:
            self._breakers.failed(origin)
            raise _Failure(f"the connection to {origin} broke", sent=True) from error
        finally:
            await response.aclose()
        self._breakers.succeeded(origin)
        return HttpResponse(response.status_code, dict(response.headers), content, str(url))

    def _note_refusal(self, origin: str, response: httpx.Response) -> NoReturn:
        status = response.status_code
        if status >= 500:
            self._breakers.failed(origin)
        reason = f"{origin} answered {status}"
        if status not in _RETRIED:
            raise ConnectorUnavailable(reason)
        raise _Failure(reason, sent=status != 429, retry_after=_retry_after(response))


async def _read(response: httpx.Response, limit: int) -> bytes:
    """The body, decompressed. Stops as soon as it outgrows `limit`, however small it was on the wire."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", "deflate", ""):
        raise ConnectorUnavailable(f"the system answered in an encoding that was not asked for: {encoding[:20]}")
    inflater = None if encoding in ("identity", "") else zlib.decompressobj(zlib.MAX_WBITS | 32)
    body = bytearray()
    async for part in response.stream:  # type: ignore[union-attr]  # asynchronous, since the transport is
        try:
            body += inflater.decompress(part, limit + 1 - len(body)) if inflater else part
        except zlib.error as error:
            raise ConnectorUnavailable("the system's answer is compressed wrongly") from error
        if len(body) > limit:
            raise ConnectorUnavailable(f"the system's answer is larger than {limit} bytes")
    return bytes(body)


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after", "")
    return float(value) if value.isascii() and value.isdigit() else None


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.host}:{port_of(url)}"


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):  # 1e999 is valid JSON that nothing after us could write down again
        raise ValueError("a number is out of range")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
