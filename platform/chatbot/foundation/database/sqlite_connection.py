"""A SQLite connection that goes to its thread once a statement.

aiosqlite asks its thread for each of cursor, execution, rows and closing, and SQLAlchemy adds BEGIN and ROLLBACK: nine
trips for a transaction that reads one row, most of what a small transaction costs. Here BEGIN goes along with the first
statement, a statement brings its rows, and a transaction in which nothing ran is ended without a trip: two trips.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any  # what a driver passes through is of any type

import aiosqlite

BEGINNINGS = frozenset({"BEGIN", "BEGIN IMMEDIATE"})
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000")  # of every connection


class OneTripConnection(aiosqlite.Connection):
    """As SQLAlchemy's aiosqlite dialect uses one; its own `connect_args` make it: see `connect`."""

    def __init__(self, database: str, **options: Any) -> None:
        super().__init__(partial(sqlite3.connect, database, **options), iter_chunk_size=64)
        self._thread.daemon = True  # an engine that nobody closed must not keep the process from ending
        self._begin_with = ""
        # Said before the thread is asked, taken back after it has ended the transaction: a caller that is cancelled in
        # between leaves it said, and the rollback that follows is really carried out.
        self._may_be_open = False

    def cursor(self) -> OneTripCursor:  # type: ignore[override]  # the dialect enters it, and needs no more
        return OneTripCursor(self)

    async def commit(self) -> None:
        await self._end(sqlite3.Connection.commit)

    async def rollback(self) -> None:
        await self._end(sqlite3.Connection.rollback)

    async def run(self, cursor: OneTripCursor, operation: str, parameters: Any, *, many: bool) -> None:
        """Carry out one statement, in the transaction that was asked for."""
        if operation in BEGINNINGS:
            self._begin_with = operation
            return
        begin_with, self._begin_with = self._begin_with, ""
        self._may_be_open = self._may_be_open or bool(begin_with)
        await self._trip(partial(self._run, cursor, begin_with, operation, parameters, many))

    def _run(self, cursor: OneTripCursor, begin_with: str, operation: str, parameters: Any, many: bool) -> None:
        if begin_with:
            self._conn.execute(begin_with)
        found = self._conn.executemany(operation, parameters) if many else self._conn.execute(operation, parameters)
        cursor.rows = found.fetchall() if found.description else []
        cursor.description, cursor.rowcount, cursor.lastrowid = found.description, found.rowcount, found.lastrowid
        found.close()

    async def _end(self, how: Any) -> None:
        self._begin_with = ""
        if self._may_be_open:
            await self._trip(partial(how, self._conn))
            self._may_be_open = False

    async def _trip(self, work: Callable[[], None]) -> None:
        await self._execute(work)  # type: ignore[no-untyped-call]  # aiosqlite does not say


class OneTripCursor:
    """The result of one statement, all of it. Nothing here waits but execution."""

    arraysize = 1

    def __init__(self, connection: OneTripConnection) -> None:
        self._connection = connection
        self.rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> OneTripCursor:
        return self

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> OneTripCursor:
        await self._connection.run(self, operation, parameters, many=False)
        return self

    async def executemany(self, operation: str, parameters: Iterable[Sequence[Any]]) -> OneTripCursor:
        await self._connection.run(self, operation, parameters, many=True)
        return self

    async def fetchone(self) -> Any:
        return self.rows.pop(0) if self.rows else None

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        taken, self.rows = self.rows[: size or self.arraysize], self.rows[size or self.arraysize :]
        return taken

    async def fetchall(self) -> list[Any]:
        taken, self.rows = self.rows, []
        return taken

    async def close(self) -> None:
        self.rows = []


def connect(database: str, **options: Any) -> OneTripConnection:
    """For SQLAlchemy: `create_async_engine(url, connect_args={"async_creator_fn": connect})`."""
    return OneTripConnection(database, **options)
