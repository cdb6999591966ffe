"""Short transactions of a few statements: what every turn asks of the database, without a session around it.

A session, its engine and the driver's thread cost about ten times what such a statement costs SQLite itself. So there
the same SQLAlchemy statements are compiled once and run on connections of their own; elsewhere on the engine's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol  # a row's columns are of any type

from sqlalchemy import Executable
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from chatbot.foundation.errors import AppError

Row = Sequence[Any]
Parameters = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of a transaction that writes; with several sets of parameters it is carried out for each.

    `refused` is raised, and the transaction undone, where it breaks a constraint or one set of parameters changes not
    exactly one row. Without it any number of rows will do.
    """

    statement: Executable
    parameters: Parameters | list[Parameters]
    refused: AppError | None = None

    def check(self, changed: int) -> None:
        """Raises `refused` for another number of rows than one."""
        if self.refused is not None and isinstance(self.parameters, Mapping) and changed != 1:
            raise self.refused


class Statements(Protocol):
    """Statements are made once, as constants of a module, and told apart by identity."""

    async def rows(self, statement: Executable, parameters: Parameters) -> Sequence[Row]:
        """What a SELECT finds."""
        ...

    async def write(self, steps: Sequence[Step]) -> None:
        """All of the steps or none. Raises the `refused` of the step that was."""
        ...


class WithinSession:
    """Inside a session's own transaction, which its owner commits."""

    def __init__(self, session: AsyncSession | AsyncConnection) -> None:
        self._session = session

    async def rows(self, statement: Executable, parameters: Parameters) -> Sequence[Row]:
        return (await self._session.execute(statement, dict(parameters))).all()

    async def write(self, steps: Sequence[Step]) -> None:
        for step in steps:
            given = step.parameters
            sets = dict(given) if isinstance(given, Mapping) else [dict(one) for one in given]
            try:
                result = await self._session.execute(step.statement, sets)
            except IntegrityError as error:
                if step.refused is None:
                    raise
                raise step.refused from error
            step.check(result.rowcount)  # type: ignore[attr-defined]  # a change's result has it
