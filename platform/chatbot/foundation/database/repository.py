"""Rows of one tenant, by construction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import ColumnElement, CursorResult, Select, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.foundation.errors import AppError, InvalidInput, NotFound
from chatbot.models import TenantOwned

Row = TypeVar("Row", bound=TenantOwned)


class TenantRepository(Generic[Row]):
    """Built with (session, tenant_id): it can neither read nor write another tenant's rows."""

    model: type[Row]
    not_found: type[NotFound] = NotFound
    noun = "object"

    def __init__(self, session: AsyncSession, tenant_id: str) -> None:
        self.session = session
        self.tenant_id = tenant_id

    def scoped(self) -> Select[Row]:
        """Where every query of a subclass starts."""
        return select(self.model).where(self.model.tenant_id == self.tenant_id)

    async def find(self, identifier: str) -> Row | None:
        return (await self.session.scalars(self.scoped().where(self.model.id == identifier))).one_or_none()

    async def get(self, identifier: str) -> Row:
        """Raises the repository's own NotFound."""
        row = await self.find(identifier)
        if row is None:
            raise self.not_found(self.noun, identifier)
        return row

    def add(self, row: Row) -> Row:
        row.tenant_id = self.tenant_id
        self.session.add(row)
        return row

    async def delete(self, row: Row) -> None:
        await self.session.delete(row)

    async def flush(self, refused: AppError) -> None:
        """Raises `refused` where what was added or changed breaks a constraint."""
        try:
            await self.session.flush()
        except IntegrityError as error:
            raise refused from error

    async def change_all(self, *where: ColumnElement[bool], **values: object) -> int:
        """How many there were. In one statement, of which rows that were read before learn nothing."""
        statement = update(self.model).where(self.model.tenant_id == self.tenant_id, *where).values(**values)
        result = await self.session.execute(statement.execution_options(synchronize_session=False))
        return cast(CursorResult[Any], result).rowcount

    async def delete_all(self, *where: ColumnElement[bool]) -> None:
        """In one statement, of which rows that were read before learn nothing."""
        statement = delete(self.model).where(self.model.tenant_id == self.tenant_id, *where)
        await self.session.execute(statement.execution_options(synchronize_session=False))

    async def page(
        self, query: Select[Row] | None = None, *, limit: int = 50, cursor: str | None = None
    ) -> tuple[Sequence[Row], str | None]:
        """Newest first; `cursor` is the id of the last row of the page before (ids sort by creation time)."""
        if cursor is not None and (len(cursor) != 32 or not cursor.isalnum()):
            raise InvalidInput("The cursor is not one that this API gave out.", field="cursor")
        query = self.scoped() if query is None else query
        if cursor is not None:
            query = query.where(self.model.id < cursor)
        rows = (await self.session.scalars(query.order_by(self.model.id.desc()).limit(limit + 1))).all()
        return rows[:limit], (rows[limit - 1].id if len(rows) > limit else None)


class ChildRepository(TenantRepository[Row]):
    """Rows below another row, whose id is in the column `parent`."""

    parent: str

    def of(self, parent_id: str) -> Select[Row]:
        return self.scoped().where(getattr(self.model, self.parent) == parent_id)

    async def get_of(self, parent_id: str, identifier: str) -> Row:
        """Raises the repository's own NotFound also for a row below another parent."""
        row = (await self.session.scalars(self.of(parent_id).where(self.model.id == identifier))).one_or_none()
        if row is None:
            raise self.not_found(self.noun, identifier)
        return row

    async def all(self, parent_id: str, *, limit: int | None = None) -> Sequence[Row]:
        """In the order in which they came."""
        return (await self.session.scalars(self.of(parent_id).order_by(self.model.id).limit(limit))).all()

    async def page_of(self, parent_id: str, *, limit: int, cursor: str | None) -> tuple[Sequence[Row], str | None]:
        """Newest first."""
        return await self.page(self.of(parent_id), limit=limit, cursor=cursor)
