"""What a chat turn reads before it is at work and writes after it, in as few statements as they need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, bindparam, delete, insert, select, update

from chatbot.foundation.database.statements import Statements, Step
from chatbot.foundation.errors import BotNotFound, Conflict, IdempotencyKeyReused
from chatbot.models import Bot, Conversation, IdempotentRequest, Message, new_id, utc_now

IDEMPOTENCY_KEPT_FOR = timedelta(hours=24)

Json = Mapping[str, object]
Row = dict[str, object]

# Built once, and on tables instead of mapped classes: making statements would cost a turn more than running them.
_conversations = cast(Table, Conversation.__table__)
_messages = cast(Table, Message.__table__)
_requests = cast(Table, IdempotentRequest.__table__)

_OPEN = (
    select(Bot.id, Bot.revision, Conversation.id, Conversation.state, Conversation.message_count)
    .join(
        Conversation,
        (Conversation.tenant_id == Bot.tenant_id)
        & (Conversation.bot_id == Bot.id)
        & (Conversation.user_id == bindparam("user_id"))
        & (Conversation.session_id == bindparam("session_id")),
        isouter=True,
    )
    .where(Bot.tenant_id == bindparam("tenant_id"), Bot.is_active.is_(True))
    .limit(1)
)
_OPEN_DEFAULT = _OPEN.where(Bot.is_default.is_(True))
_OPEN_NAMED = _OPEN.where(Bot.id == bindparam("bot_id"))
_STORED = select(_requests.c.body_hash, _requests.c.response).where(
    _requests.c.tenant_id == bindparam("tenant_id"),
    _requests.c.caller == bindparam("caller"),
    _requests.c.key == bindparam("key"),
    _requests.c.expires_at > bindparam("now"),
)
_EXPIRED = delete(_requests).where(
    _requests.c.tenant_id == bindparam("tenant_id"), _requests.c.expires_at <= bindparam("now")
)
_STORE = insert(_requests)
_MOVE = (
    update(_conversations)
    .where(
        _conversations.c.tenant_id == bindparam("of_tenant"),
        _conversations.c.id == bindparam("of_conversation"),
        _conversations.c.message_count == bindparam("seen_count"),
    )
    .values(
        state=bindparam("state"),
        language=bindparam("language"),
        status=bindparam("status"),
        message_count=bindparam("message_count"),
        updated_at=bindparam("updated_at"),
    )
)
_BEGIN = insert(_conversations)
_SAY = insert(_messages)


@dataclass(frozen=True, slots=True)
class OpenedTurn:
    """The bot that answers and the conversation so far; `conversation_id` is new when `is_new`."""

    bot_id: str
    bot_revision: int
    conversation_id: str
    is_new: bool
    state: Json
    message_count: int


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A caller's key and what it stands for."""

    caller: str
    key: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class FinishedTurn:
    """What is written when a turn is over."""

    message_id: str
    text: str
    context: Json | None
    reply: str
    response: dict[str, object]
    trace: Sequence[Json]
    state: dict[str, object]
    language: str
    status: str


class TurnRepository:
    """Built with a tenant, like every repository; speaks columns instead of objects, for speed."""

    def __init__(self, statements: Statements, tenant_id: str) -> None:
        self._statements = statements
        self._tenant_id = tenant_id

    async def open(self, *, bot_id: str | None, user_id: str, session_id: str) -> OpenedTurn:
        """One statement. Without `bot_id` the tenant's default bot answers; raises BotNotFound."""
        names = {"tenant_id": self._tenant_id, "user_id": user_id, "session_id": session_id}
        if bot_id is None:
            rows = await self._statements.rows(_OPEN_DEFAULT, names)
        else:
            rows = await self._statements.rows(_OPEN_NAMED, {**names, "bot_id": bot_id})
        if not rows:
            raise BotNotFound("bot", bot_id or "default")
        found_bot, revision, conversation_id, state, message_count = rows[0]
        return OpenedTurn(
            bot_id=found_bot,
            bot_revision=revision,
            conversation_id=conversation_id or new_id(),
            is_new=conversation_id is None,
            state=state or {},
            message_count=message_count or 0,
        )

    async def stored_response(self, key: IdempotencyKey) -> dict[str, object] | None:
        """The response already given for this key; raises IdempotencyKeyReused when the body was another."""
        names = {"tenant_id": self._tenant_id, "caller": key.caller, "key": key.key, "now": utc_now()}
        for body_hash, response in await self._statements.rows(_STORED, names):
            if body_hash != key.body_hash:
                raise IdempotencyKeyReused()
            return dict(response or {})
        return None

    async def store_response(self, key: IdempotencyKey, response: dict[str, object]) -> None:
        """Keeps the response for a day. Raises IdempotencyKeyReused when another request was faster with the key."""
        await self._statements.write(self._stored(key, response))

    async def record(
        self,
        opened: OpenedTurn,
        turn: FinishedTurn,
        *,
        user_id: str,
        session_id: str,
        channel: str,
        started: datetime,
        key: IdempotencyKey | None = None,
    ) -> None:
        """Writes both messages, the state and the response for `key`, all or nothing.

        Raises Conflict when another process moved the conversation meanwhile, and as `store_response`.
        """
        now, of_tenant = utc_now(), {"tenant_id": self._tenant_id}
        talk: Row = {
            "state": turn.state,
            "language": turn.language,
            "status": turn.status,
            "message_count": opened.message_count + 2,
            "updated_at": now,
        }
        if opened.is_new:
            whose = {"bot_id": opened.bot_id, "user_id": user_id, "session_id": session_id, "channel": channel}
            row = {**talk, **of_tenant, **whose, "id": opened.conversation_id, "created_at": now}
            refused = Conflict("The conversation was opened twice at once; send the message again.")
            first = Step(_BEGIN, row, refused=refused)
        else:
            seen = {"of_conversation": opened.conversation_id, "seen_count": opened.message_count}
            refused = Conflict("The conversation moved on while this turn was at work; send the message again.")
            first = Step(_MOVE, {**talk, **seen, "of_tenant": self._tenant_id}, refused=refused)
        asked: Row = {"id": new_id(), "role": "user", "text": turn.text, "created_at": started, "trace": None}
        asked["response"] = {"context": dict(turn.context)} if turn.context else None
        replied: Row = {"id": turn.message_id, "role": "bot", "text": turn.reply, "created_at": now}
        replied |= {"response": turn.response, "trace": list(turn.trace)}
        messages: list[Json] = [
            {**message, **of_tenant, "conversation_id": opened.conversation_id, "ordinal": opened.message_count + place}
            for place, message in enumerate((asked, replied))
        ]
        stored = self._stored(key, turn.response) if key is not None else []
        await self._statements.write([first, Step(_SAY, messages), *stored])

    def _stored(self, key: IdempotencyKey, response: dict[str, object]) -> list[Step]:
        now = utc_now()
        row = {
            "id": new_id(),
            "created_at": now,
            "tenant_id": self._tenant_id,
            "caller": key.caller,
            "key": key.key,
            "body_hash": key.body_hash,
            "response": response,
            "expires_at": now + IDEMPOTENCY_KEPT_FOR,
        }
        expired = Step(_EXPIRED, {"tenant_id": self._tenant_id, "now": now})
        return [expired, Step(_STORE, row, refused=IdempotencyKeyReused())]
