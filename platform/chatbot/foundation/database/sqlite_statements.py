"""Statements on SQLite connections of their own: compiled once, reads at once, a whole transaction in one trip."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast  # a row's columns are of any type

from sqlalchemy import ClauseElement, Dialect, Executable, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from chatbot.foundation.database.sqlite_connection import PRAGMAS
from chatbot.foundation.database.statements import Parameters, Row, Step

Process = Callable[[Any], Any]


class SqliteStatements:
    """Of one database file. Not tied to a tenant: every statement names its own.

    Reads run on the caller's thread. They find a few rows by key, in the file's cached pages: some twenty microseconds,
    where asking another thread takes a hundred, and in WAL mode no writer keeps them waiting.
    """

    def __init__(self, path: str, dialect: Dialect, *, write_turn: asyncio.Lock) -> None:
        """Connects when first used. `write_turn` is held by whoever writes in this process."""
        self._path = path
        self._dialect = dialect
        self._write_turn = write_turn
        self._compiled: dict[Executable, _Compiled] = {}
        self._reader: sqlite3.Connection | None = None
        self._writer: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-write")

    async def rows(self, statement: Executable, parameters: Parameters) -> Sequence[Row]:
        if self._reader is None:
            self._reader = _connect(self._path, read_only=True)
        compiled = self._ready(statement, parameters)
        sql, values = compiled.bound(parameters)
        try:
            return compiled.results(self._reader.execute(sql, values).fetchall())
        except sqlite3.Error as error:
            raise self._named(error, sql) from error

    async def write(self, steps: Sequence[Step]) -> None:
        work = []
        for step in steps:
            sets = [step.parameters] if isinstance(step.parameters, Mapping) else step.parameters
            compiled = self._ready(step.statement, sets[0])
            bound = [compiled.bound(one) for one in sets]
            work.append((step, bound[0][0], [values for _, values in bound]))
        async with self._write_turn:
            # A caller who is cancelled leaves it running: the turn to write is given back when it is over.
            await _to_the_end(asyncio.get_running_loop().run_in_executor(self._thread, self._write, work))

    async def close(self) -> None:
        """Nothing may be under way."""
        for connection in (self._reader, self._writer):
            if connection is not None:
                connection.close()
        self._reader = self._writer = None
        self._thread.shutdown()

    def _write(self, work: Sequence[tuple[Step, str, list[list[object]]]]) -> None:
        if self._writer is None:
            self._writer = _connect(self._path, read_only=False)
        connection, sql = self._writer, "BEGIN IMMEDIATE"
        try:
            connection.execute(sql)
            for step, sql, sets in work:
                try:
                    cursor = connection.execute(sql, sets[0]) if len(sets) == 1 else connection.executemany(sql, sets)
                except sqlite3.IntegrityError as error:
                    if step.refused is None:
                        raise
                    raise step.refused from error
                step.check(cursor.rowcount)
            sql = "COMMIT"
            connection.execute(sql)
        except BaseException as error:
            connection.rollback()
            if isinstance(error, sqlite3.Error):
                raise self._named(error, sql) from error
            raise

    def _named(self, error: sqlite3.Error, sql: str) -> BaseException:
        """As the engine would raise it, for those who answer it."""
        return DBAPIError.instance(sql, None, error, sqlite3.Error, hide_parameters=True, dialect=self._dialect)

    def _ready(self, statement: Executable, parameters: Parameters) -> _Compiled:
        compiled = self._compiled.get(statement)
        if compiled is None:
            compiled = self._compiled[statement] = _Compiled(statement, self._dialect, parameters)
        return compiled


class _Compiled:
    """SQL text, the order of its parameters, and what turns values into those of the driver and back."""

    def __init__(self, statement: Executable, dialect: Dialect, example: Parameters) -> None:
        made = cast(SQLCompiler, cast(ClauseElement, statement).compile(dialect=dialect, column_keys=list(example)))
        self._made = made
        self._process: dict[str, Process | None] = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in made.binds.items()
        }
        self._constants = {name: bind.value for name, bind in made.binds.items() if not bind.required}
        self._lists = tuple(name for name, bind in made.binds.items() if bind.expanding)
        self._forms: dict[tuple[int, ...], tuple[str, list[tuple[str, int | None, Process | None]]]] = {}
        columns = statement.selected_columns if isinstance(statement, Select) else ()
        results = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._results = [(place, process) for place, process in enumerate(results) if process is not None]

    def bound(self, parameters: Parameters) -> tuple[str, list[object]]:
        """The text for lists of these lengths, and the values in its order. Raises KeyError for one not given."""
        lengths = tuple(len(parameters[name]) for name in self._lists)  # type: ignore[arg-type]
        form = self._forms.get(lengths)
        if form is None:
            form = self._forms[lengths] = self._form(parameters)
        values: list[object] = []
        for name, place, process in form[1]:
            value: Any = parameters[name] if name in parameters else self._constants[name]
            value = value if place is None else value[place]
            values.append(value if process is None else process(value))
        return form[0], values

    def results(self, rows: list[Any]) -> Sequence[Row]:
        if not self._results:
            return rows
        processed = []
        for row in rows:
            columns = list(row)
            for place, process in self._results:
                columns[place] = process(columns[place])
            processed.append(columns)
        return processed

    def _form(self, parameters: Parameters) -> tuple[str, list[tuple[str, int | None, Process | None]]]:
        whole = {**self._constants, **parameters}
        state = self._made.construct_expanded_state({name: whole[name] for name in self._made.binds})
        sources: dict[str, tuple[str, int | None]] = {name: (name, None) for name in self._made.binds}
        for name in self._lists:
            for place, made in enumerate(state.parameter_expansion.get(name, ())):
                sources[made] = (name, place)
        order = [(*sources[name], self._process[sources[name][0]]) for name in state.positiontup or ()]
        return state.statement, order


def _connect(path: str, *, read_only: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
    for pragma in (*PRAGMAS, *(("query_only=ON",) if read_only else ())):
        connection.execute(f"PRAGMA {pragma}")
    return connection


async def _to_the_end(future: asyncio.Future[None]) -> None:
    """As `await`, but a cancellation arrives only once the future is done."""
    try:
        await asyncio.shield(future)
    except asyncio.CancelledError:
        await asyncio.wait([future])
        raise
