"""Rows of one tenant, by construction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.foundation.errors import InvalidInput, NotFound
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
