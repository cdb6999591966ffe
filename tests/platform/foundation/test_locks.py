"""What every kind of locks does; the Redis ones also between two replicas."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from chatbot.foundation.errors import ServiceUnavailable
from chatbot.foundation.locks import InProcessLocks, Locks, RedisLocks

KINDS = ["in process", pytest.param("redis", marks=pytest.mark.redis)]


@pytest.fixture(params=KINDS)
async def replicas(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Locks, Locks]]:
    """Two that share their keys: one and the same in process, two clients of one Redis otherwise."""
    if request.param == "in process":
        local = InProcessLocks()
        yield local, local
        return
    url, prefix = request.getfixturevalue("redis_namespace")
    pair = RedisLocks(url, key_prefix=prefix), RedisLocks(url, key_prefix=prefix)
    yield pair
    for locks in pair:
        await locks.close()


async def test_one_at_a_time_holds_a_key(replicas: tuple[Locks, Locks]) -> None:
    inside = 0
    seen: list[int] = []

    async def turn(locks: Locks) -> None:
        nonlocal inside
        async with locks.hold("a", timeout_s=30):
            inside += 1
            seen.append(inside)
            await asyncio.sleep(0.002)
            inside -= 1

    await asyncio.gather(*(turn(replicas[n % 2]) for n in range(20)))
    assert seen == [1] * 20


async def test_those_who_ask_first_come_first(replicas: tuple[Locks, Locks]) -> None:
    order: list[int] = []

    async def turn(number: int) -> None:
        async with replicas[0].hold("a", timeout_s=30):
            order.append(number)

    async with replicas[0].hold("a", timeout_s=30):
        waiting = [asyncio.create_task(turn(number)) for number in range(50)]
        await asyncio.sleep(0.01)
    await asyncio.gather(*waiting)
    assert order == list(range(50))


async def test_keys_do_not_wait_for_each_other(replicas: tuple[Locks, Locks]) -> None:
    async with replicas[0].hold("a", timeout_s=1), replicas[1].hold("b", timeout_s=1):
        pass


async def test_a_key_that_stays_taken_is_refused_in_time_and_free_later(replicas: tuple[Locks, Locks]) -> None:
    async with replicas[0].hold("a", timeout_s=1):
        with pytest.raises(ServiceUnavailable):
            async with replicas[1].hold("a", timeout_s=0.05):
                raise AssertionError("held twice")
    async with replicas[1].hold("a", timeout_s=1):
        pass


async def test_a_block_that_raises_frees_the_key(replicas: tuple[Locks, Locks]) -> None:
    with pytest.raises(ValueError, match="inside"):
        async with replicas[0].hold("a", timeout_s=1):
            raise ValueError("inside")
    async with replicas[1].hold("a", timeout_s=1):
        pass


async def test_who_stops_waiting_holds_nobody_up(replicas: tuple[Locks, Locks]) -> None:
    """Whatever moment it stops at."""

    async def wait() -> None:
        async with replicas[1].hold("a", timeout_s=30):
            raise AssertionError("was cancelled before")

    for attempt in range(40):
        async with replicas[0].hold("a", timeout_s=10):
            waiting = asyncio.create_task(wait())
            await asyncio.sleep(attempt / 4000)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        async with replicas[1].hold("a", timeout_s=10):
            pass


async def test_a_free_key_leaves_no_trace_in_memory() -> None:
    locks = InProcessLocks()
    async with locks.hold("a", timeout_s=1):
        assert locks._entries
    assert not locks._entries


@pytest.mark.redis
async def test_a_replica_that_died_holds_a_key_no_longer_than_its_time(redis_namespace: tuple[str, str]) -> None:
    url, prefix = redis_namespace
    dead, alive = (RedisLocks(url, key_prefix=prefix, ttl_s=0.1) for _ in range(2))
    await dead._stand_in_line(keys=[f"{prefix}{{a}}"], args=["token of the dead", 100])
    async with alive.hold("a", timeout_s=10):
        pass
    await dead.close()
    await alive.close()


@pytest.mark.redis
async def test_a_holder_that_takes_longer_than_its_time_keeps_the_key(redis_namespace: tuple[str, str]) -> None:
    url, prefix = redis_namespace
    first, second = (RedisLocks(url, key_prefix=prefix, ttl_s=0.15) for _ in range(2))
    async with first.hold("a", timeout_s=1):
        with pytest.raises(ServiceUnavailable):
            async with second.hold("a", timeout_s=0.6):
                raise AssertionError("held twice")
    await first.close()
    await second.close()


async def test_a_redis_that_does_not_answer_is_said_to_be_unavailable() -> None:
    locks = RedisLocks("redis://127.0.0.1:1/0")
    with pytest.raises(ServiceUnavailable):
        async with locks.hold("a", timeout_s=1):
            raise AssertionError("held without a server")
    await locks.close()
