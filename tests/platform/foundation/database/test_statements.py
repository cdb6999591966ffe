"""Short transactions without a session: the same on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import bindparam, create_engine, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.database.sqlite_connection import PRAGMAS
from chatbot.foundation.database.statements import Step
from chatbot.foundation.errors import Conflict
from chatbot.models import Conversation, KnowledgeBase, Tenant, new_id, utc_now
from tests.databases import opened
from tests.factories import make_bot, make_knowledge_base

NAMED = (
    select(KnowledgeBase.name, KnowledgeBase.created_at, KnowledgeBase.settings)
    .where(KnowledgeBase.tenant_id == bindparam("tenant_id"), KnowledgeBase.id.in_(bindparam("ids", expanding=True)))
    .order_by(KnowledgeBase.name)
)
RENAME = (
    update(KnowledgeBase.__table__)  # type: ignore[arg-type]
    .where(KnowledgeBase.tenant_id == bindparam("of_tenant"), KnowledgeBase.id == bindparam("of_id"))
    .values(name=bindparam("new_name"))
)
BEGIN = insert(Conversation.__table__)  # type: ignore[arg-type]


def rename(tenant: Tenant, base: KnowledgeBase, name: str, refused: Conflict | None = None) -> Step:
    return Step(RENAME, {"of_tenant": tenant.id, "of_id": base.id, "new_name": name}, refused)


async def names(database: Database, tenant: Tenant, *ids: str) -> list[str]:
    rows = await database.statements(tenant.id).rows(NAMED, {"tenant_id": tenant.id, "ids": list(ids)})
    return [row[0] for row in rows]


async def test_lists_of_any_length_find_what_they_name(database: Database, tenant: Tenant) -> None:
    ids = [(await make_knowledge_base(database, tenant.id, name=f"Base {number}")).id for number in range(4)]
    for count in (0, 1, 4, 2, 0):
        assert await names(database, tenant, *ids[:count]) == [f"Base {number}" for number in range(count)]


async def test_values_are_those_of_the_models(database: Database, tenant: Tenant) -> None:
    base = await make_knowledge_base(database, tenant.id, name="年假")
    found = await database.statements(tenant.id).rows(NAMED, {"tenant_id": tenant.id, "ids": [base.id]})
    name, created_at, settings = found[0]
    assert (name, settings) == ("年假", base.settings)
    assert created_at.utcoffset() == timedelta(0)
    assert abs(created_at - utc_now()) < timedelta(minutes=1)


async def test_anothers_rows_are_neither_found_nor_changed(
    database: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    theirs = await make_knowledge_base(database, other_tenant.id, name="Theirs")
    assert await names(database, tenant, theirs.id) == []
    with pytest.raises(Conflict):
        await database.statements(tenant.id).write([rename(tenant, theirs, "Mine", Conflict("gone"))])
    assert await names(database, other_tenant, theirs.id) == ["Theirs"]


async def test_a_refused_step_undoes_those_before_it(database: Database, tenant: Tenant) -> None:
    one = await make_knowledge_base(database, tenant.id, name="One")
    two = await make_knowledge_base(database, tenant.id, name="Two")
    statements = database.statements(tenant.id)
    with pytest.raises(Conflict, match="taken"):
        await statements.write([rename(tenant, one, "Three"), rename(tenant, two, "Three", Conflict("taken"))])
    assert await names(database, tenant, one.id, two.id) == ["One", "Two"]
    await statements.write([rename(tenant, one, "Three"), rename(tenant, two, "Four")])
    assert await names(database, tenant, one.id, two.id) == ["Four", "Three"]


async def test_a_violation_that_nobody_expected_is_an_integrity_error(database: Database, tenant: Tenant) -> None:
    one = await make_knowledge_base(database, tenant.id, name="One")
    two = await make_knowledge_base(database, tenant.id, name="Two")
    with pytest.raises(IntegrityError):
        await database.statements(tenant.id).write([rename(tenant, one, "Two")])
    assert await names(database, tenant, one.id, two.id) == ["One", "Two"]


async def test_what_a_session_has_not_committed_is_not_seen(database: Database, tenant: Tenant) -> None:
    base = await make_knowledge_base(database, tenant.id, name="Before")
    async with database.write(tenant.id) as session:
        await session.execute(update(KnowledgeBase).where(KnowledgeBase.id == base.id).values(name="After"))
        assert await names(database, tenant, base.id) == ["Before"]
    assert await names(database, tenant, base.id) == ["After"]


async def test_writers_of_both_kinds_take_turns(database: Database, tenant: Tenant) -> None:
    bot = await make_bot(database, tenant.id)

    async def by_statement(number: int) -> None:
        row = _conversation(tenant, bot.id, f"s{number}")
        await database.statements(tenant.id).write([Step(BEGIN, row, Conflict("twice"))])

    async def by_session(number: int) -> None:
        async with database.write(tenant.id) as session:
            session.add(Conversation(**_conversation(tenant, bot.id, f"t{number}")))

    await asyncio.gather(*(write(number) for number in range(10) for write in (by_statement, by_session)))
    async with database.read(tenant.id) as session:
        assert len((await session.scalars(select(Conversation.id))).all()) == 20


async def test_another_process_sees_what_was_written_at_once(sqlite_url: str) -> None:
    async with opened(sqlite_url) as writer, opened(sqlite_url) as reader:
        async with writer.write(SYSTEM) as session:
            tenant = Tenant(slug="a", name="A")
            session.add(tenant)
        base = await make_knowledge_base(writer, tenant.id, name="Old")
        assert await names(reader, tenant, base.id) == ["Old"]
        await writer.statements(tenant.id).write([rename(tenant, base, "New")])
        assert await names(reader, tenant, base.id) == ["New"]


async def test_a_database_that_stays_locked_is_an_error_and_then_usable(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(sqlite_url) as holder, opened(sqlite_url) as waiting:
        monkeypatch.setattr("chatbot.foundation.database.sqlite_statements.PRAGMAS", (*PRAGMAS, "busy_timeout=20"))
        async with holder.write(SYSTEM) as session:
            tenant = Tenant(slug="a", name="A")
            session.add(tenant)
        base = await make_knowledge_base(holder, tenant.id, name="Old")
        async with holder.write(SYSTEM) as session:
            await session.execute(update(Tenant).values(name="B"))
            assert await names(waiting, tenant, base.id) == ["Old"]
            with pytest.raises(OperationalError, match="locked"):
                await waiting.statements(tenant.id).write([rename(tenant, base, "New")])
        await waiting.statements(tenant.id).write([rename(tenant, base, "New")])
        assert await names(holder, tenant, base.id) == ["New"]


async def test_a_cancelled_writer_leaves_the_turn_to_the_next(sqlite_database: Database) -> None:
    async with sqlite_database.write(SYSTEM) as session:
        tenant = Tenant(slug="a", name="A")
        session.add(tenant)
    base = await make_knowledge_base(sqlite_database, tenant.id, name="Old")
    statements = sqlite_database.statements(tenant.id)
    for number in range(10):
        writer = asyncio.create_task(statements.write([rename(tenant, base, f"Half {number}")]))
        for _ in range(number):
            await asyncio.sleep(0)
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
        await statements.write([rename(tenant, base, f"Whole {number}")])
        assert await names(sqlite_database, tenant, base.id) == [f"Whole {number}"]


def _conversation(tenant: Tenant, bot_id: str, session_id: str) -> dict[str, object]:
    now = utc_now()
    return {
        "id": new_id(),
        "created_at": now,
        "tenant_id": tenant.id,
        "bot_id": bot_id,
        "user_id": "U1",
        "session_id": session_id,
        "channel": "api",
        "language": "en",
        "status": "open",
        "state": {},
        "message_count": 0,
        "updated_at": now,
    }


def test_sessions_of_others_know_nothing_of_tenants() -> None:
    """What our sessions say at their beginning is bound to our own class: SQLite has no `set_config`."""
    engine = create_engine("sqlite://")
    with Session(engine, info={"tenant_id": "t"}) as session:
        assert session.scalar(text("SELECT 1")) == 1
    engine.dispose()
