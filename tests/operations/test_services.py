"""The throw-away services that `make test` starts where none answer."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from chatbot.foundation.migrate import migrate
from scripts.services import postgres_answers, redis_answers, throwaway_postgres, throwaway_redis
from tests.architecture.tree import ROOT


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    with throwaway_postgres() as url:
        if url is None:
            pytest.skip("NOT TESTED: PostgreSQL is not installed, so no cluster of our own can be started.")
        yield url
    assert not postgres_answers(url)


@pytest.mark.postgres
def test_a_cluster_of_our_own_answers(cluster: str) -> None:
    assert postgres_answers(cluster)


@pytest.mark.redis
def test_a_redis_of_our_own_answers_and_is_gone_afterwards() -> None:
    with throwaway_redis() as url:
        if url is None:
            pytest.skip("NOT TESTED: redis-server is not installed, so none of our own can be started.")
        assert redis_answers(url)
    assert not redis_answers(url)


@pytest.mark.postgres
def test_row_level_security_binds_the_role_that_compose_makes(cluster: str) -> None:
    """The very script that the PostgreSQL container runs, against a real cluster."""
    port = cluster.rsplit(":", 1)[1].split("/")[0]
    environment = {**os.environ, "PGHOST": "127.0.0.1", "PGPORT": port, "CHATBOT_DATABASE_PASSWORD": "it's a secret"}
    script = Path(ROOT, "deploy", "postgres", "create-role.sh")
    made = subprocess.run(["sh", script], env=environment, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    url = f"postgresql+asyncpg://chatbot:it%27s%20a%20secret@127.0.0.1:{port}/chatbot"
    migrate(url)

    async def visible(tenant: str) -> int:
        engine = create_async_engine(url)
        try:
            async with engine.begin() as connection:
                await connection.execute(text("SELECT set_config('app.tenant_id', :tenant, true)"), {"tenant": tenant})
                return int((await connection.execute(text("SELECT count(*) FROM tenants"))).scalar_one())
        finally:
            await engine.dispose()

    async def insert_as_superuser() -> None:
        connection = await asyncpg.connect(f"{cluster.rsplit('/', 1)[0]}/chatbot")
        try:
            columns = await connection.fetch(
                "SELECT column_name, data_type FROM information_schema.columns"
                " WHERE table_name = 'tenants' AND is_nullable = 'NO' AND column_default IS NULL"
            )
            values = {"character varying": "'mine'", "boolean": "true", "integer": "0", "json": "'{}'", "jsonb": "'{}'"}
            names = ", ".join(row["column_name"] for row in columns)
            given = ", ".join(values.get(row["data_type"], "now()") for row in columns)
            await connection.execute(f"INSERT INTO tenants ({names}) VALUES ({given})")
        finally:
            await connection.close()

    asyncio.run(insert_as_superuser())
    assert asyncio.run(visible("another")) == 0
    assert asyncio.run(visible("mine")) == 1
