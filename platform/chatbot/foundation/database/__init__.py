"""The database: engine, sessions, and the tenant each transaction belongs to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Executable, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.pool import ConnectionPoolEntry

from chatbot.foundation.database import sqlite_connection
from chatbot.foundation.database.sqlite_statements import SqliteStatements
from chatbot.foundation.database.statements import Parameters, Row, Statements, Step, WithinSession

_JSON: dict[str, Any] = {
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
}

_NAME_TENANT = text("SELECT set_config('app.tenant_id', :tenant_id, true)")
SYSTEM = "*"  # a transaction that serves no single tenant: sign-in, the job sweeper, migrations of data


class Database:
    """One engine and its sessions. `close` it at shutdown.

    On SQLite, writing transactions queue in this process and begin IMMEDIATE, so that none fails half-way with
    "database is locked". On PostgreSQL every transaction names its tenant, which the row-level security policies read.
    """

    def __init__(self, url: str, *, echo: bool = False, pool_size: int = 10) -> None:
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._write_turn = asyncio.Lock()
        self._sqlite: SqliteStatements | None = None
        if self.is_sqlite:
            file = make_url(url).database
            if not file:
                raise ValueError("SQLite needs a file: several connections share it")
            Path(file).parent.mkdir(parents=True, exist_ok=True)
            self.engine = create_async_engine(
                url,
                echo=echo,
                pool_size=pool_size,
                connect_args={"async_creator_fn": sqlite_connection.connect},
                **_JSON,
            )
            event.listen(self.engine.sync_engine, "connect", _configure_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
            self._sqlite = SqliteStatements(file, self.engine.dialect, write_turn=self._write_turn)
        else:
            self.engine = create_async_engine(
                url, echo=echo, pool_size=pool_size, max_overflow=10, pool_pre_ping=True, **_JSON
            )
        kind = Session if self.is_sqlite else _NamesItsTenant
        self._readers = async_sessionmaker(self.engine, sync_session_class=kind, expire_on_commit=False)
        self._writers = async_sessionmaker(
            self.engine.execution_options(writes=True), sync_session_class=kind, expire_on_commit=False
        )

    @asynccontextmanager
    async def read(self, tenant_id: str) -> AsyncIterator[AsyncSession]:
        """A session whose changes are discarded."""
        async with self._readers(info={"tenant_id": tenant_id}) as session:
            yield session

    @asynccontextmanager
    async def write(self, tenant_id: str) -> AsyncIterator[AsyncSession]:
        """A session that commits when the block ends and rolls back when it raises."""
        turn: AbstractAsyncContextManager[None] = self._write_turn if self.is_sqlite else nullcontext()
        async with turn, self._writers(info={"tenant_id": tenant_id}) as session:
            yield session
            await session.commit()

    def statements(self, tenant_id: str) -> Statements:
        """For what every turn does: each read, and each list of steps, is a transaction of its own."""
        return self._sqlite or _OnEngine(self.engine, tenant_id)

    async def ping(self) -> None:
        """Raises whatever the driver raises when the database does not answer."""
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        if self._sqlite is not None:
            await self._sqlite.close()
        await self.engine.dispose()


class _NamesItsTenant(Session):
    """On PostgreSQL, where every transaction names its tenant."""


@event.listens_for(_NamesItsTenant, "after_begin")
def _name_tenant(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    connection.execute(_NAME_TENANT, {"tenant_id": session.info["tenant_id"]})


class _OnEngine:
    """On PostgreSQL, where every transaction names its tenant."""

    def __init__(self, engine: AsyncEngine, tenant_id: str) -> None:
        self._engine = engine
        self._tenant_id = tenant_id

    async def rows(self, statement: Executable, parameters: Parameters) -> Sequence[Row]:
        async with self._engine.connect() as connection:
            await connection.execute(_NAME_TENANT, {"tenant_id": self._tenant_id})
            return await WithinSession(connection).rows(statement, parameters)

    async def write(self, steps: Sequence[Step]) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(_NAME_TENANT, {"tenant_id": self._tenant_id})
            await WithinSession(connection).write(steps)


def _configure_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions by itself: `_begin_sqlite` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in sqlite_connection.PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
