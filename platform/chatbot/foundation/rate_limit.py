"""How often a caller may ask: counted in Redis for all replicas when configured, else in this process.

When Redis stops answering, requests are counted in this process instead: a limit that is N times too generous on N
replicas does less harm than a chatbot that is down. Redis is asked again after `RETRY_AFTER_S`.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

from chatbot.foundation.errors import RateLimited
from chatbot.foundation.settings import Settings

logger = logging.getLogger(__name__)

RETRY_AFTER_S = 5.0
REDIS_TIMEOUT_S = 0.5
SWEEP_EVERY_S = 10.0


def rates_of(settings: Settings) -> dict[str, str]:
    """By kind of caller; "login" and "widget" count addresses."""
    return {
        "user": settings.rate_limit_key,
        "key": settings.rate_limit_key,
        "visitor": settings.rate_limit_visitor,
        "login": settings.rate_limit_login,
        "widget": settings.rate_limit_widget,
    }


class SweptMemory(MemoryStorage):
    """Looks for expired keys now and then; its parent starts a task that walks all of them with every hit.

    Whoever counts here never waits between reading a count and writing it, so it needs none of the parent's locks.
    """

    STORAGE_SCHEME: list[str] = []  # noqa: RUF012 -- declared so by the parent; not for the registry of limits
    _swept_at = 0.0

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        if time.monotonic() - self._swept_at >= SWEEP_EVERY_S:
            self._swept_at = time.monotonic()
            for kept in list(self.expirations):
                await self.get(kept)  # forgets it where it has expired
        count = await self.get(key) + amount
        self.storage[key] = count
        if count == amount:
            self.expirations[key] = time.time() + expiry
        return count


class LimitedCaller(Protocol):
    """Whoever is counted, by kind and id."""

    @property
    def kind(self) -> str: ...

    @property
    def id(self) -> str: ...


class RateLimiter:
    """`rates` says how often each kind of caller may ask. `on_outage` is told each time that Redis failed."""

    def __init__(
        self,
        rates: Mapping[str, str],
        *,
        redis_url: str = "",
        key_prefix: str = "chatbot:limit",
        on_outage: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rates = {kind: parse(rate) for kind, rate in rates.items()}
        self._local = SlidingWindowCounterRateLimiter(SweptMemory())
        self._shared: SlidingWindowCounterRateLimiter | None = None
        self._redis: Redis | None = None
        if redis_url:
            pool = BlockingConnectionPool.from_url(
                redis_url,
                max_connections=32,
                timeout=REDIS_TIMEOUT_S,
                socket_timeout=REDIS_TIMEOUT_S,
                socket_connect_timeout=REDIS_TIMEOUT_S,
            )
            self._redis = Redis(connection_pool=pool)
            self._shared = SlidingWindowCounterRateLimiter(
                RedisStorage(
                    f"async+{redis_url}",
                    implementation="redispy",
                    key_prefix=key_prefix,
                    connection_pool=pool,  # type: ignore[arg-type]
                )
            )
        self._on_outage = on_outage
        self._clock = clock
        self._down_until = 0.0

    async def check_caller(self, caller: LimitedCaller, *, cost: int = 1) -> None:
        """Count requests of the credential that was used. Raises RateLimited."""
        await self.check(caller.kind, caller.id, cost=cost)

    async def check(self, kind: str, identifier: str, *, cost: int = 1) -> None:
        """Raises RateLimited; for a kind without a rate, KeyError."""
        item = self._rates[kind]
        if cost < 1:
            return
        if self._shared is not None and self._clock() >= self._down_until:
            try:
                await self._hit(self._shared, item, kind, identifier, cost)
            except (RedisError, OSError, TimeoutError) as error:
                self._down_until = self._clock() + RETRY_AFTER_S
                self._on_outage()
                logger.warning("redis does not answer; counting requests in this process", extra={"reason": str(error)})
            else:
                return
        await self._hit(self._local, item, kind, identifier, cost)

    async def ping(self) -> bool:
        """Whether Redis answers; True without one."""
        if self._redis is None:
            return True
        try:
            return bool(await self._redis.ping())
        except (RedisError, OSError, TimeoutError):
            return False

    async def close(self) -> None:
        if self._redis is not None:
            await self._redis.aclose(close_connection_pool=True)

    async def _hit(
        self, limiter: SlidingWindowCounterRateLimiter, item: RateLimitItem, kind: str, identifier: str, cost: int
    ) -> None:
        if await limiter.hit(item, kind, identifier, cost=cost):
            return
        window = await limiter.get_window_stats(item, kind, identifier)
        raise RateLimited(max(1, math.ceil(window.reset_time - time.time())))
