"""Organisations. Only the operator sees more than one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.foundation.errors import InvalidInput, TenantNotFound
from chatbot.models import Tenant


class AllTenantsRepository:
    """For sessions of no single tenant."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, tenant_id: str) -> Tenant:
        """Raises TenantNotFound."""
        tenant = await self._session.get(Tenant, tenant_id)
        if tenant is None:
            raise TenantNotFound("tenant", tenant_id)
        return tenant

    async def by_slug(self, slug: str) -> Tenant | None:
        return (await self._session.scalars(select(Tenant).where(Tenant.slug == slug))).one_or_none()

    def add(self, tenant: Tenant) -> Tenant:
        self._session.add(tenant)
        return tenant

    async def page(self, *, limit: int, cursor: str | None) -> tuple[Sequence[Tenant], str | None]:
        """Newest first."""
        query = select(Tenant).order_by(Tenant.id.desc()).limit(limit + 1)
        if cursor is not None:
            if len(cursor) != 32 or not cursor.isalnum():
                raise InvalidInput("The cursor is not one that this API gave out.", field="cursor")
            query = query.where(Tenant.id < cursor)
        rows = (await self._session.scalars(query)).all()
        return rows[:limit], (rows[limit - 1].id if len(rows) > limit else None)
