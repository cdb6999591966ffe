"""SQLite transactions: what one trip a statement must not change."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.database.sqlite_connection import OneTripConnection
from chatbot.models import KnowledgeBase, Tenant
from tests.databases import opened
from tests.factories import make_knowledge_base, make_tenant


async def count(database: Database) -> int:
    async with database.read(SYSTEM) as session:
        return int(await session.scalar(select(func.count()).select_from(Tenant)) or 0)


async def test_what_is_not_committed_is_gone(sqlite_database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with sqlite_database.write(SYSTEM) as session:
            session.add(Tenant(slug="a", name="A"))
            await session.flush()
            raise RuntimeError
    assert await count(sqlite_database) == 0


async def test_a_transaction_reads_one_state_throughout(sqlite_database: Database) -> None:
    await make_tenant(sqlite_database)
    async with sqlite_database.read(SYSTEM) as session:
        query = select(func.count()).select_from(Tenant)
        before = await session.scalar(query)
        await make_tenant(sqlite_database)
        assert await session.scalar(query) == before == 1
    assert await count(sqlite_database) == 2


async def test_a_cancelled_writer_leaves_no_transaction_open(sqlite_database: Database) -> None:
    """Whatever moment the cancellation comes at, others can write and none of its rows is there."""

    async def write_until_cancelled(slug: str) -> None:
        async with sqlite_database.write(SYSTEM) as session:
            for number in range(1000):
                session.add(Tenant(slug=f"{slug}-{number}", name="A"))
                await session.flush()

    for attempt in range(10):
        writer = asyncio.create_task(write_until_cancelled(f"t{attempt}"))
        for _ in range(attempt * 3):
            await asyncio.sleep(0)
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
        await make_tenant(sqlite_database)
    assert await count(sqlite_database) == 10


async def test_a_violated_constraint_undoes_the_whole_transaction(sqlite_database: Database) -> None:
    tenant = await make_tenant(sqlite_database)
    base = await make_knowledge_base(sqlite_database, tenant.id)
    with pytest.raises(IntegrityError):
        async with sqlite_database.write(SYSTEM) as session:
            session.add(KnowledgeBase(tenant_id=tenant.id, name="another"))
            await session.flush()
            session.add(KnowledgeBase(tenant_id=tenant.id, name=base.name))
    async with sqlite_database.read(SYSTEM) as session:
        assert (await session.scalars(select(KnowledgeBase.name))).all() == [base.name]


async def test_two_processes_that_write_wait_for_each_other(sqlite_url: str) -> None:
    """Two engines stand for two processes: neither knows the other's turns."""
    async with opened(sqlite_url) as one, opened(sqlite_url) as other:
        await asyncio.gather(*(make_tenant(database) for _ in range(10) for database in (one, other)))
        assert await count(one) == 20


async def test_a_database_that_stays_locked_is_an_error_and_then_usable(sqlite_url: str) -> None:
    async with opened(sqlite_url) as holder, opened(sqlite_url) as waiting:
        for database in (holder, waiting):
            event.listen(database.engine.sync_engine, "connect", _be_impatient)
        async with holder.write(SYSTEM) as session:
            await session.execute(text("UPDATE tenants SET name = name"))
            with pytest.raises(OperationalError, match="locked"):
                await make_tenant(waiting)
        await make_tenant(waiting)
        assert await count(waiting) == 1


async def test_a_session_that_asked_nothing_makes_no_trip(tmp_path: Path) -> None:
    connection = OneTripConnection(str(tmp_path / "a.db"))
    await connection
    cursor = connection.cursor()
    await cursor.execute("BEGIN IMMEDIATE")
    await connection.rollback()
    assert not connection.in_transaction
    await cursor.execute("CREATE TABLE t (n)")
    await cursor.executemany("INSERT INTO t VALUES (?)", [(n,) for n in range(5)])
    await cursor.execute("SELECT n FROM t")
    assert await cursor.fetchone() == (0,)
    assert await cursor.fetchmany(2) == [(1,), (2,)]
    assert await cursor.fetchall() == [(3,), (4,)]
    await connection.close()


def _be_impatient(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA busy_timeout=20")
    cursor.close()
