"""Real databases for tests: SQLite always, PostgreSQL and Redis where they answer."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from typing import NoReturn, TypeVar

import asyncpg
import pytest
import redis
from sqlalchemy import delete
from sqlalchemy.engine import make_url

from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.migrate import migrate
from chatbot.models import Tenant

POSTGRES_URL = os.environ.get("CHATBOT_TEST_POSTGRES_URL", "postgresql://root@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("CHATBOT_TEST_REDIS_URL", "redis://127.0.0.1:6379/0")
Result = TypeVar("Result")


def skip_without(service: str, variable: str, error: Exception) -> NoReturn:
    """Say which service is missing and how to name one; the same test has run on the in-process counterpart."""
    pytest.skip(f"NOT TESTED: no {service} answers ({error!r}). Start one, or name it in {variable}.")


@contextmanager
def postgres_database(*, migrated: bool = True) -> Iterator[str]:
    """The URL of a new database, owned by a new role that is no superuser, so that row-level security binds it."""
    name = f"chatbot_test_{secrets.token_hex(6)}"
    password = secrets.token_hex(16)
    try:
        _run(_administer(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'", f"CREATE DATABASE {name} OWNER {name}"))
    except (OSError, asyncpg.PostgresError) as error:
        skip_without("PostgreSQL", "CHATBOT_TEST_POSTGRES_URL", error)
    server = make_url(POSTGRES_URL)
    url = server.set(drivername="postgresql+asyncpg", username=name, password=password, database=name)
    rendered = url.render_as_string(hide_password=False)
    try:
        if migrated:
            in_thread(migrate, rendered)
        yield rendered
    finally:
        _run(_administer(f"DROP DATABASE {name} WITH (FORCE)", f"DROP ROLE {name}"))


@contextmanager
def redis_namespace() -> Iterator[tuple[str, str]]:
    """(URL, key prefix); every key under the prefix is gone afterwards."""
    prefix = f"chatbot-test-{secrets.token_hex(6)}:"
    with redis.Redis.from_url(REDIS_URL) as client:
        try:
            client.ping()
        except redis.RedisError as error:
            skip_without("Redis", "CHATBOT_TEST_REDIS_URL", error)
        yield REDIS_URL, prefix
        for key in client.scan_iter(f"{prefix}*"):
            client.delete(key)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """A Database that is empty when the block ends, for the next test to use."""
    database = Database(url, pool_size=5)
    try:
        yield database
        if not database.is_sqlite:
            async with database.write(SYSTEM) as session:
                await session.execute(delete(Tenant))  # everything belongs to a tenant and goes with it
    finally:
        await database.close()


def in_thread(function: object, *arguments: object) -> object:
    """Run something that makes an event loop of its own, away from the loop of the tests."""
    assert callable(function)
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(function, *arguments).result()


def _run(work: Coroutine[object, object, Result]) -> Result:
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, work).result()


async def _administer(*statements: str) -> None:
    connection = await asyncpg.connect(POSTGRES_URL, timeout=5)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
