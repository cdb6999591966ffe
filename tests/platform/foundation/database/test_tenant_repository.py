"""Repositories can't reach another tenant's rows, on either database."""

from __future__ import annotations

import inspect
import pkgutil

import pytest
from sqlalchemy import select

import chatbot
from chatbot.bots.content_repository import FlowNotFound, FlowRepository
from chatbot.documents.knowledge_bases.repository import KnowledgeBaseRepository
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.database.repository import TenantRepository
from chatbot.foundation.errors import InvalidInput, KnowledgeBaseNotFound
from chatbot.models import BotFlow, KnowledgeBase, Tenant
from chatbot.search.rows import SearchedRows
from tests.factories import make_bot, make_knowledge_base


async def test_anothers_row_is_not_found(database: Database, tenant: Tenant, other_tenant: Tenant) -> None:
    theirs = await make_knowledge_base(database, other_tenant.id)
    # SYSTEM lifts the database's own guard: what remains is the repository's.
    async with database.read(SYSTEM) as session:
        repository = KnowledgeBaseRepository(session, tenant.id)
        assert await repository.find(theirs.id) is None
        assert (await repository.page())[0] == []
        with pytest.raises(KnowledgeBaseNotFound):
            await repository.get(theirs.id)
    async with database.write(SYSTEM) as session:
        with pytest.raises(KnowledgeBaseNotFound):
            await KnowledgeBaseRepository(session, tenant.id).next_revision(theirs.id)
    assert await SearchedRows(database.statements(SYSTEM), tenant.id).revisions([theirs.id]) == []


async def test_an_added_row_belongs_to_the_repositorys_tenant(
    database: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    async with database.write(tenant.id) as session:
        row = KnowledgeBaseRepository(session, tenant.id).add(KnowledgeBase(name="Mine", tenant_id=other_tenant.id))
    assert row.tenant_id == tenant.id


async def test_pages_hold_every_row_once_and_newest_first(database: Database, tenant: Tenant) -> None:
    ids = sorted([(await make_knowledge_base(database, tenant.id)).id for _ in range(5)], reverse=True)
    async with database.read(tenant.id) as session:
        repository = KnowledgeBaseRepository(session, tenant.id)
        seen: list[str] = []
        cursor = None
        while True:
            rows, cursor = await repository.page(limit=2, cursor=cursor)
            seen += [row.id for row in rows]
            if cursor is None:
                break
    assert seen == ids


async def test_a_row_below_another_parent_is_not_found(
    database: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    bot, other = await make_bot(database, tenant.id), await make_bot(database, tenant.id)
    theirs = await make_bot(database, other_tenant.id)
    async with database.write(tenant.id) as session:
        flows = FlowRepository(session, tenant.id)
        # Ids made within a millisecond have no order.
        named = {"first": "1" * 32, "second": "2" * 32}
        rows = [flows.add(BotFlow(id=made, bot_id=bot.id, name=name, definition={})) for name, made in named.items()]
        alien = flows.add(BotFlow(bot_id=other.id, name="first", definition={}))
    async with database.write(other_tenant.id) as session:
        FlowRepository(session, other_tenant.id).add(BotFlow(bot_id=theirs.id, name="first", definition={}))
    async with database.write(SYSTEM) as session:
        flows = FlowRepository(session, tenant.id)
        assert (await flows.get_of(bot.id, rows[0].id)).name == "first"
        assert [row.name for row in await flows.all(bot.id)] == ["first", "second"]
        assert [row.name for row in await flows.all(bot.id, limit=1)] == ["first"]
        assert [row.name for row in (await flows.page_of(bot.id, limit=1, cursor=None))[0]] == ["second"]
        assert not await flows.all(theirs.id)
        with pytest.raises(FlowNotFound):
            await flows.get_of(bot.id, alien.id)
        assert await flows.change_all(BotFlow.name == "first", name="renamed") == 2
        await flows.delete_all(BotFlow.bot_id == bot.id)
    async with database.read(SYSTEM) as session:
        assert sorted(await session.scalars(select(BotFlow.name))) == ["first", "renamed"]


@pytest.mark.parametrize("cursor", ["", "x", "' OR 1=1 --", "é" * 32 + "!"])
async def test_a_cursor_we_did_not_make_is_refused(sqlite_database: Database, cursor: str) -> None:
    async with sqlite_database.read(SYSTEM) as session:
        with pytest.raises(InvalidInput):
            await KnowledgeBaseRepository(session, "t").page(cursor=cursor)


async def test_a_failed_write_leaves_nothing(database: Database, tenant: Tenant) -> None:
    with pytest.raises(RuntimeError):
        async with database.write(tenant.id) as session:
            KnowledgeBaseRepository(session, tenant.id).add(KnowledgeBase(name="Half"))
            await session.flush()
            raise RuntimeError
    async with database.read(tenant.id) as session:
        assert await KnowledgeBaseRepository(session, tenant.id).with_name("Half") is None


def test_every_repository_of_a_table_is_scoped_to_a_tenant() -> None:
    """Whatever is named Repository and has a model derives from the base that scopes it."""
    seen = 0
    for module in pkgutil.walk_packages(chatbot.__path__, "chatbot."):
        if not module.name.endswith("repository"):
            continue
        loaded = __import__(module.name, fromlist=["_"])
        for name, found in inspect.getmembers(loaded, inspect.isclass):
            if name.endswith("Repository") and hasattr(found, "model"):
                assert issubclass(found, TenantRepository), name
                seen += 1
    assert seen > 15
