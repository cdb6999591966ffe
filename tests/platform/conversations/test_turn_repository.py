"""The two transactions of a turn, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from chatbot.conversations.turns_repository import FinishedTurn, IdempotencyKey, OpenedTurn, TurnRepository
from chatbot.foundation.database import Database
from chatbot.foundation.database.statements import WithinSession
from chatbot.foundation.errors import BotNotFound, Conflict, IdempotencyKeyReused
from chatbot.models import Bot, IdempotentRequest, Message, Tenant, new_id, utc_now
from tests.factories import make_bot

KEY = IdempotencyKey(caller="key:1", key="abc", body_hash="0" * 64)


def finished(reply: str = "Hello") -> FinishedTurn:
    return FinishedTurn(
        message_id=new_id(),
        text="Hi",
        context={"page": "/home"},
        reply=reply,
        response={"reply": reply},
        trace=[{"hop": "understand", "milliseconds": 1.0}],
        state={"turn": 1},
        language="en",
        status="open",
    )


def turns(database: Database, tenant: Tenant) -> TurnRepository:
    return TurnRepository(database.statements(tenant.id), tenant.id)


async def default_bot(database: Database, tenant: Tenant) -> Bot:
    return await make_bot(database, tenant.id, is_default=True)


async def open_turn(database: Database, tenant: Tenant, *, user_id: str = "U1") -> OpenedTurn:
    return await turns(database, tenant).open(bot_id=None, user_id=user_id, session_id="s")


async def record(
    database: Database, tenant: Tenant, opened: OpenedTurn, turn: FinishedTurn, key: IdempotencyKey | None = None
) -> None:
    await turns(database, tenant).record(
        opened, turn, user_id="U1", session_id="s", channel="api", started=utc_now(), key=key
    )


async def test_a_second_turn_starts_from_the_state_the_first_one_left(database: Database, tenant: Tenant) -> None:
    await default_bot(database, tenant)
    first = await open_turn(database, tenant)
    assert first.is_new
    await record(database, tenant, first, finished())
    second = await open_turn(database, tenant)
    assert (second.conversation_id, second.is_new, second.state, second.message_count) == (
        first.conversation_id,
        False,
        {"turn": 1},
        2,
    )
    await record(database, tenant, second, finished("Again"))
    async with database.read(tenant.id) as session:
        rows = (await session.scalars(select(Message).order_by(Message.ordinal))).all()
    assert [(row.role, row.text) for row in rows] == [
        ("user", "Hi"),
        ("bot", "Hello"),
        ("user", "Hi"),
        ("bot", "Again"),
    ]
    assert rows[0].response == {"context": {"page": "/home"}}


async def test_another_users_same_session_name_is_another_conversation(database: Database, tenant: Tenant) -> None:
    await default_bot(database, tenant)
    await record(database, tenant, await open_turn(database, tenant), finished())
    assert (await open_turn(database, tenant, user_id="U2")).is_new


async def test_a_turn_that_was_overtaken_writes_nothing(database: Database, tenant: Tenant) -> None:
    await default_bot(database, tenant)
    await record(database, tenant, await open_turn(database, tenant), finished())
    seen = await open_turn(database, tenant)
    await record(database, tenant, seen, finished())
    with pytest.raises(Conflict):
        await record(database, tenant, seen, finished("late"))
    assert (await open_turn(database, tenant)).message_count == 4


async def test_a_conversation_opened_twice_at_once_is_a_conflict(database: Database, tenant: Tenant) -> None:
    await default_bot(database, tenant)
    first, second = await open_turn(database, tenant), await open_turn(database, tenant)
    await record(database, tenant, first, finished())
    with pytest.raises(Conflict):
        await record(database, tenant, second, finished())


async def test_without_a_bot_nobody_answers(database: Database, tenant: Tenant, other_tenant: Tenant) -> None:
    with pytest.raises(BotNotFound):
        await open_turn(database, tenant)
    theirs = await default_bot(database, other_tenant)
    with pytest.raises(BotNotFound):
        await turns(database, tenant).open(bot_id=theirs.id, user_id="U1", session_id="s")


async def test_a_stored_response_is_given_again_to_its_caller_alone(
    database: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    mine = turns(database, tenant)
    await mine.store_response(KEY, {"reply": "once"})
    assert await mine.stored_response(KEY) == {"reply": "once"}
    assert await mine.stored_response(replace(KEY, caller="key:2")) is None
    with pytest.raises(IdempotencyKeyReused):
        await mine.stored_response(replace(KEY, body_hash="1" * 64))
    assert await turns(database, other_tenant).stored_response(KEY) is None


async def test_a_key_is_stored_once(database: Database, tenant: Tenant) -> None:
    await turns(database, tenant).store_response(KEY, {"reply": "first"})
    with pytest.raises(IdempotencyKeyReused):
        await turns(database, tenant).store_response(KEY, {"reply": "second"})
    async with database.write(tenant.id) as session:
        with pytest.raises(IdempotencyKeyReused):
            await TurnRepository(WithinSession(session), tenant.id).store_response(KEY, {"reply": "third"})
        await session.rollback()
    assert await turns(database, tenant).stored_response(KEY) == {"reply": "first"}


async def test_a_turn_whose_key_was_taken_meanwhile_writes_nothing(database: Database, tenant: Tenant) -> None:
    await default_bot(database, tenant)
    await record(database, tenant, await open_turn(database, tenant), finished(), KEY)
    seen = await open_turn(database, tenant)
    with pytest.raises(IdempotencyKeyReused):
        await record(database, tenant, seen, finished("Again"), KEY)
    assert (await open_turn(database, tenant)).message_count == 2
    assert await turns(database, tenant).stored_response(KEY) == {"reply": "Hello"}


async def test_a_key_is_free_again_after_a_day(database: Database, tenant: Tenant) -> None:
    mine = turns(database, tenant)
    await mine.store_response(KEY, {"reply": "old"})
    async with database.write(tenant.id) as session:
        await session.execute(update(IdempotentRequest).values(expires_at=utc_now() - timedelta(seconds=1)))
    assert await mine.stored_response(KEY) is None
    await mine.store_response(KEY, {"reply": "new"})
    assert await mine.stored_response(KEY) == {"reply": "new"}
