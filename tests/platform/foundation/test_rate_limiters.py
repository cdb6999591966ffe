"""Rate limits, in process and in Redis alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from limits import parse
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from chatbot.foundation import rate_limit
from chatbot.foundation.errors import RateLimited
from chatbot.foundation.rate_limit import RateLimiter, SweptMemory, rates_of
from chatbot.foundation.settings import Settings

RATES = {"key": "3/hour", "visitor": "1/hour"}
Make = Callable[[], RateLimiter]


@pytest.fixture(params=["in process", pytest.param("redis", marks=pytest.mark.redis)])
async def make(request: pytest.FixtureRequest) -> AsyncIterator[Make]:
    """Makes limiters as replicas of one installation do."""
    url, prefix = request.getfixturevalue("redis_namespace") if request.param == "redis" else ("", "")
    made: list[RateLimiter] = []

    def make_one() -> RateLimiter:
        made.append(RateLimiter(RATES, redis_url=url, key_prefix=prefix))
        return made[-1]

    yield make_one
    for limiter in made:
        await limiter.close()


async def allowed(limiter: RateLimiter, kind: str, identifier: str, *, of: int) -> int:
    passed = 0
    for _ in range(of):
        try:
            await limiter.check(kind, identifier)
        except RateLimited:
            continue
        passed += 1
    return passed


async def test_the_rate_is_kept_and_the_refusal_says_when_to_come_back(make: Make) -> None:
    limiter = make()
    assert await allowed(limiter, "key", "a", of=3) == 3
    with pytest.raises(RateLimited) as refused:
        await limiter.check("key", "a")
    assert 1 <= int(refused.value.headers["Retry-After"]) <= 2 * 3600


async def test_callers_and_kinds_are_counted_apart(make: Make) -> None:
    limiter = make()
    assert await allowed(limiter, "key", "a", of=5) == 3
    assert await allowed(limiter, "key", "b", of=5) == 3
    assert await allowed(limiter, "visitor", "a", of=5) == 1


async def test_a_request_may_cost_more_than_one(make: Make) -> None:
    limiter = make()
    await limiter.check("key", "a", cost=2)
    with pytest.raises(RateLimited):
        await limiter.check("key", "a", cost=2)
    await limiter.check("key", "a", cost=1)
    await limiter.check("key", "a", cost=0)


async def test_requests_at_once_do_not_slip_through(make: Make) -> None:
    limiter = make()
    results = await asyncio.gather(*(allowed(limiter, "key", "a", of=1) for _ in range(20)))
    assert sum(results) == 3


async def test_counts_in_process_are_forgotten_once_they_have_expired_without_a_walk_for_each_hit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the parent's own sweep is kept from: a task for each hit that walks all keys."""
    memory, rate = SweptMemory(), parse("2/hour")
    limiter = SlidingWindowCounterRateLimiter(memory)
    assert [await limiter.hit(rate, caller) for caller in "aab"] == [True, True, True]
    assert not await limiter.hit(rate, "a")
    assert len(memory.storage) == 2
    assert memory.timer is None
    memory.expirations = dict.fromkeys(memory.expirations, 0.0)
    monkeypatch.setattr(rate_limit, "SWEEP_EVERY_S", 0.0)
    assert await limiter.hit(rate, "c")
    assert [len(kept) for kept in (memory.storage, memory.expirations)] == [1, 1]
    assert memory.timer is None


@pytest.mark.redis
async def test_replicas_share_one_count(redis_namespace: tuple[str, str]) -> None:
    url, prefix = redis_namespace
    first, second = (RateLimiter(RATES, redis_url=url, key_prefix=prefix) for _ in range(2))
    try:
        assert await allowed(first, "key", "a", of=2) == 2
        assert await allowed(second, "key", "a", of=2) == 1
        assert await first.ping()
    finally:
        await first.close()
        await second.close()


async def test_without_redis_the_count_goes_on_in_process_and_redis_is_asked_again_later() -> None:
    outages, now = [], [0.0]
    limiter = RateLimiter(
        RATES,
        redis_url="redis://127.0.0.1:1/0",  # nothing listens there
        on_outage=lambda: outages.append(now[0]),
        clock=lambda: now[0],
    )
    try:
        assert await allowed(limiter, "key", "a", of=5) == 3
        assert outages == [0.0]
        now[0] = 60.0
        assert await allowed(limiter, "key", "b", of=1) == 1
        assert outages == [0.0, 60.0]
        assert not await limiter.ping()
    finally:
        await limiter.close()


def test_every_kind_of_caller_has_a_rate() -> None:
    assert set(rates_of(Settings(_env_file=None))) == {"user", "key", "visitor", "login", "widget"}  # type: ignore[call-arg]


@pytest.mark.parametrize("rate", ["", "often", "5 per fortnight"])
def test_a_rate_that_says_nothing_is_refused_at_the_start(rate: str) -> None:
    with pytest.raises(ValueError, match=r"parse|granularity"):
        RateLimiter({"key": rate})
