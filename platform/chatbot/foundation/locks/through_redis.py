"""Locks shared by replicas: a queue of tokens in Redis, whose first one holds the key.

Each token in the queue is vouched for by a key of its own that expires. A process that dies stops renewing it, and
whoever comes next drops the token. A holder that Redis forgets (a restart without persistence) is not stopped: the
rows it writes are guarded by their own constraints.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import monotonic

from redis.asyncio import Redis
from redis.exceptions import RedisError

from chatbot.foundation.errors import ServiceUnavailable
from chatbot.foundation.locks.in_process import BUSY, InProcessLocks

logger = logging.getLogger(__name__)

UNREACHABLE = "The lock server does not answer."
ANSWERS_WITHIN_S = 5.0
SHORTEST_POLL_S, LONGEST_POLL_S = 0.002, 0.05

# KEYS: the queue. ARGV: the token, how long it is vouched for (ms). Returns 1 when the token holds the key.
STAND_IN_LINE = """
local queue, token, ttl = KEYS[1], ARGV[1], ARGV[2]
if redis.call('SET', queue .. ':' .. token, 1, 'PX', ttl, 'GET') == false then
  redis.call('LREM', queue, 0, token)
  redis.call('RPUSH', queue, token)
end
redis.call('PEXPIRE', queue, ttl * 10)
while true do
  local first = redis.call('LINDEX', queue, 0)
  if first == token then return 1 end
  if redis.call('EXISTS', queue .. ':' .. first) == 1 then return 0 end
  redis.call('LPOP', queue)
end
"""
LEAVE = """
redis.call('DEL', KEYS[1] .. ':' .. ARGV[1])
return redis.call('LREM', KEYS[1], 0, ARGV[1])
"""


class RedisLocks:
    """Within this process waiters queue locally, so that each key costs Redis one waiter a replica."""

    def __init__(self, url: str, *, key_prefix: str = "chatbot:lock:", ttl_s: float = 10.0) -> None:
        """`ttl_s`: how long the key of a process that died stays taken."""
        # No socket_timeout: with one, the client waits by asyncio.wait_for, which on Python 3.11 now and then swallows
        # a cancellation; a client that left would go on standing in line. `_ask` has a time limit of its own.
        self._redis: Redis = Redis.from_url(url, socket_connect_timeout=2.0, socket_timeout=None)
        self._prefix = key_prefix
        self._ttl_s = ttl_s
        self._local = InProcessLocks()
        self._stand_in_line = self._redis.register_script(STAND_IN_LINE)
        self._leave = self._redis.register_script(LEAVE)

    @asynccontextmanager
    async def hold(self, key: str, *, timeout_s: float) -> AsyncIterator[None]:
        deadline = monotonic() + timeout_s
        # The braces keep the queue and the keys of its tokens in one slot of a Redis cluster.
        queue, token = f"{self._prefix}{{{key}}}", secrets.token_hex(16)
        async with self._local.hold(key, timeout_s=timeout_s):
            try:
                await self._wait(queue, token, deadline)
                renewal = asyncio.create_task(self._renew(queue, token))
                try:
                    yield
                finally:
                    renewal.cancel()
                    with suppress(asyncio.CancelledError):
                        await renewal
            finally:
                await self._step_out(queue, token)

    async def close(self) -> None:
        await self._redis.aclose()

    async def _wait(self, queue: str, token: str, deadline: float) -> None:
        pause = SHORTEST_POLL_S
        while True:
            try:
                if await self._ask(queue, token):
                    return
            except (RedisError, TimeoutError) as error:
                raise ServiceUnavailable(UNREACHABLE) from error
            if monotonic() + pause > deadline:
                raise ServiceUnavailable(BUSY)
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, LONGEST_POLL_S)

    async def _ask(self, queue: str, token: str) -> bool:
        """Whether the token holds the key; also vouches for it."""
        async with asyncio.timeout(ANSWERS_WITHIN_S):
            return bool(await self._stand_in_line(keys=[queue], args=[token, int(self._ttl_s * 1000)]))

    async def _renew(self, queue: str, token: str) -> None:
        while True:
            await asyncio.sleep(self._ttl_s / 3)
            try:
                if not await self._ask(queue, token):
                    logger.warning("a lock was lost while it was held", extra={"key": queue})
                    return
            except (RedisError, TimeoutError) as error:
                logger.warning("a lock could not be renewed", extra={"key": queue}, exc_info=error)

    async def _step_out(self, queue: str, token: str) -> None:
        try:
            async with asyncio.timeout(ANSWERS_WITHIN_S):
                await asyncio.shield(self._leave(keys=[queue], args=[token]))
        except (RedisError, TimeoutError) as error:
            logger.warning("a lock is left to expire", extra={"key": queue}, exc_info=error)
