"""On PostgreSQL the database itself keeps tenants apart, also where a query forgets to."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from chatbot.foundation.database import SYSTEM, Database
from chatbot.models import KnowledgeBase, Tenant, new_id, utc_now
from tests.databases import opened
from tests.factories import make_knowledge_base, make_tenant

pytestmark = pytest.mark.postgres


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    async with opened(postgres_url) as database:
        yield database


async def test_the_tests_role_is_bound_by_the_policies(database: Database) -> None:
    async with database.read(SYSTEM) as session:
        role = await session.execute(text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"))
        assert role.scalar_one() is False


async def test_a_query_that_forgets_the_tenant_finds_only_its_own_rows(
    database: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    mine = await make_knowledge_base(database, tenant.id)
    await make_knowledge_base(database, other_tenant.id)
    async with database.read(tenant.id) as session:
        assert (await session.scalars(select(KnowledgeBase.id))).all() == [mine.id]
        assert (await session.scalars(select(Tenant.id))).all() == [tenant.id]


async def test_an_update_that_forgets_the_tenant_changes_only_its_own_rows(
    database: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    await make_knowledge_base(database, tenant.id)
    theirs = await make_knowledge_base(database, other_tenant.id)
    async with database.write(tenant.id) as session:
        await session.execute(update(KnowledgeBase).values(description="changed"))
    async with database.read(SYSTEM) as session:
        unchanged = await session.scalars(select(KnowledgeBase.id).where(KnowledgeBase.description == ""))
        assert unchanged.all() == [theirs.id]


async def test_a_row_cannot_be_written_in_anothers_name(
    database: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    row = {
        "id": new_id(),
        "tenant_id": other_tenant.id,
        "name": "planted",
        "description": "",
        "revision": 0,
        "purged_revision": 0,
        "created_at": utc_now(),
    }
    with pytest.raises(DBAPIError, match="row-level security"):
        async with database.write(tenant.id) as session:
            await session.execute(insert(KnowledgeBase).values(row))


async def test_a_transaction_that_named_no_tenant_sees_nothing(database: Database, tenant: Tenant) -> None:
    await make_knowledge_base(database, tenant.id)
    async with database.engine.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(KnowledgeBase)) == 0
        assert await connection.scalar(select(func.count()).select_from(Tenant)) == 0


async def test_the_tenant_of_one_transaction_is_not_left_to_the_next(database: Database) -> None:
    """Connections go back to the pool and serve others."""
    tenants = [await make_tenant(database) for _ in range(3)]
    for tenant in tenants:
        await make_knowledge_base(database, tenant.id, name=tenant.slug)
    for tenant in tenants * 3:
        async with database.read(tenant.id) as session:
            assert (await session.scalars(select(KnowledgeBase.name))).all() == [tenant.slug]
        async with database.engine.connect() as connection:
            assert await connection.scalar(select(func.count()).select_from(KnowledgeBase)) == 0
