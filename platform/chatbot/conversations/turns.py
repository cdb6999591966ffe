"""A chat turn as a use case: one at a time per conversation, answered once, written once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import perf_counter
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chatbot.conversations.reply_body import build_reply
from chatbot.conversations.repository import MessageRepository
from chatbot.conversations.turns_repository import FinishedTurn, IdempotencyKey, TurnRepository
from chatbot.foundation import logs
from chatbot.foundation.database import Database
from chatbot.foundation.errors import InvalidInput, MessageNotFound
from chatbot.foundation.locks import Locks
from chatbot.foundation.metrics import Metrics
from chatbot.foundation.security import Caller
from chatbot.models import new_id, utc_now
from chatbot.search.schemas import SearchFilter
from chatbot.turn.pipeline import ChatbotPipeline
from chatbot.turn.result import TurnResult
from chatbot.turn.runtime import BotRuntime
from chatbot.understanding.serving import BotRuntimes
from dialogue.state import DialogueState

logger = logging.getLogger(__name__)

LONGEST_WAIT_S = 60.0  # for the turns before this one in the same conversation

Reply = dict[str, object]  # the body of POST /chatbot


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What a caller says. `session_id` defaults to "sess_<user_id>", `bot_id` to the tenant's default bot."""

    user_id: str
    message: str
    session_id: str | None = None
    bot_id: str | None = None
    language: str | None = None
    context: Mapping[str, object] = field(default_factory=dict)
    channel: str = "api"


@dataclass(frozen=True, slots=True)
class RunningTurn:
    """A turn that goes on though its client may have left."""

    message_id: str
    tenant_id: str
    user_id: str
    outcome: asyncio.Future[Reply]


class ConversationService:
    """Process-wide. No transaction is open while the pipeline is at work."""

    def __init__(
        self, database: Database, locks: Locks, bots: BotRuntimes, pipeline: ChatbotPipeline, metrics: Metrics
    ) -> None:
        self._database = database
        self._locks = locks
        self._bots = bots
        self._pipeline = pipeline
        self._metrics = metrics
        self._running: dict[str, RunningTurn] = {}

    async def start(self, caller: Caller, request: ChatRequest, *, key: IdempotencyKey | None = None) -> RunningTurn:
        """Begin a turn that a lost connection does not stop; `resume` finds it by its message id."""
        request = _as_caller(caller, request)
        if key is not None and (stored := await self._stored(caller.tenant_id, key)) is not None:
            return RunningTurn(_message_id(stored), caller.tenant_id, request.user_id, _done(stored))
        message_id = new_id()
        task = asyncio.create_task(self._turn(caller.tenant_id, request, message_id, key))
        running = RunningTurn(message_id, caller.tenant_id, request.user_id, task)
        self._running[message_id] = running
        task.add_done_callback(lambda _: self._running.pop(message_id, None))
        return running

    async def chat(self, caller: Caller, request: ChatRequest, *, key: IdempotencyKey | None = None) -> Reply:
        """One whole turn. A client that leaves does not undo it: the answer is there when it asks again."""
        return await asyncio.shield((await self.start(caller, request, key=key)).outcome)

    async def resume(self, caller: Caller, message_id: str) -> asyncio.Future[Reply]:
        """The outcome of a turn that is running or over; raises MessageNotFound for anybody else's."""
        running = self._running.get(message_id)
        if running is not None and running.tenant_id == caller.tenant_id and _may_see(caller, running.user_id):
            return running.outcome
        async with self._database.read(caller.tenant_id) as session:
            found = await MessageRepository(session, caller.tenant_id).with_owner(message_id)
        if found is None or found[0].role != "bot" or found[0].response is None or not _may_see(caller, found[1]):
            raise MessageNotFound("message", message_id)
        return _done(found[0].response)

    async def stop(self) -> None:
        """Lets the turns at work finish."""
        tasks = [running.outcome for running in self._running.values()]
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _stored(self, tenant_id: str, key: IdempotencyKey) -> Reply | None:
        return await TurnRepository(self._database.statements(tenant_id), tenant_id).stored_response(key)

    async def _turn(self, tenant_id: str, request: ChatRequest, message_id: str, key: IdempotencyKey | None) -> Reply:
        session_id = request.session_id or f"sess_{request.user_id}"
        started, clock = utc_now(), perf_counter()
        lock = f"conversation:{tenant_id}:{request.user_id}:{session_id}"
        async with self._locks.hold(lock, timeout_s=LONGEST_WAIT_S):
            turns = TurnRepository(self._database.statements(tenant_id), tenant_id)
            if key is not None and (stored := await turns.stored_response(key)) is not None:
                return stored
            opened = await turns.open(bot_id=request.bot_id, user_id=request.user_id, session_id=session_id)
            logs.conversation_id.set(opened.conversation_id)
            bot = await self._bots.get(tenant_id, opened.bot_id, opened.bot_revision)
            filters = SearchFilter.model_validate(request.context.get("filters") or {})
            bot = replace(bot.serving(request.user_id), only=filters.read())
            result = await self._pipeline.run(
                bot,
                DialogueState.from_json(opened.state),
                request.message,
                now=datetime.now(_zone(request, bot)),
                language=request.language,
            )
            reply = build_reply(result, session_id, message_id, opened.conversation_id, perf_counter() - clock)
            await turns.record(
                opened,
                _finished(request, result, reply, message_id),
                user_id=request.user_id,
                session_id=session_id,
                channel=request.channel,
                started=started,
                key=key,
            )
        seconds = perf_counter() - clock
        self._metrics.turn(result.action, result.language, seconds)
        logger.info(
            "turn",
            extra={"action": result.action, "intent": result.intent, "milliseconds": round(seconds * 1000, 1)},
        )
        return reply


def _done(reply: Reply) -> asyncio.Future[Reply]:
    outcome: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
    outcome.set_result(reply)
    return outcome


def _message_id(reply: Reply) -> str:
    return str(cast(Mapping[str, object], reply["metadata"])["message_id"])


def _finished(request: ChatRequest, result: TurnResult, reply: Reply, message_id: str) -> FinishedTurn:
    return FinishedTurn(
        message_id=message_id,
        text=request.message,
        context=request.context or None,
        reply=result.reply,
        response=reply,
        trace=result.trace.to_json(),
        state={**result.state.to_json()},
        language=result.language,
        status="handed_over" if result.state.handed_over else "open",
    )


def _as_caller(caller: Caller, request: ChatRequest) -> ChatRequest:
    """A visitor is who the token says, whatever the body says; nobody else can pass for a visitor."""
    if caller.kind == "visitor":
        return replace(
            request,
            user_id=f"visitor:{caller.id}",
            session_id=request.session_id or "widget",
            bot_id=caller.bot_id,
            channel="widget",
        )
    if request.user_id.startswith("visitor:"):
        raise InvalidInput("Ids that start with 'visitor:' are reserved for the widget.", field="user_id")
    return request


def _may_see(caller: Caller, user_id: str) -> bool:
    return caller.kind != "visitor" or user_id == f"visitor:{caller.id}"


def _zone(request: ChatRequest, bot: BotRuntime) -> ZoneInfo:
    wanted = request.context.get("timezone")
    name = wanted if isinstance(wanted, str) else bot.timezone
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidInput(f"{name!r:.80} is not an IANA time zone.", field="context.timezone") from error
