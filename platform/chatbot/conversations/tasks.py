"""Asynchronous turns: a job answers, the caller asks for the result."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, cast

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.bots.repository import BotRepository
from chatbot.conversations.turns import ChatRequest, ConversationService
from chatbot.conversations.turns_repository import IdempotencyKey, TurnRepository
from chatbot.foundation.database.statements import WithinSession
from chatbot.foundation.errors import AppError, TaskNotFound
from chatbot.foundation.jobs import JobFailed, JobOrder, JobQueue, RunningJob
from chatbot.foundation.jobs.repository import JobRepository
from chatbot.foundation.security import Caller, CallerKind
from chatbot.models import Job
from connectors.json_value import JsonValue


@dataclass(frozen=True, slots=True)
class AnswerLater(JobOrder):
    kind: ClassVar[str] = "turn"

    caller: dict[str, str | None]
    request: dict[str, Any]


class TaskService:
    """One request's view of its asynchronous turns."""

    def __init__(self, session: AsyncSession, caller: Caller, jobs: JobQueue) -> None:
        self._session = session
        self._caller = caller
        self._jobs = jobs

    async def submit(self, request: ChatRequest, key: IdempotencyKey | None) -> str:
        """The id of the task; the same one again for the same idempotency key and body. Raises BotNotFound."""
        turns = TurnRepository(WithinSession(self._session), self._caller.tenant_id)
        if key is not None and (stored := await turns.stored_response(key)) is not None:
            return str(stored["task_id"])
        bot_id = self._caller.bot_id or request.bot_id
        if bot_id is not None:
            await BotRepository(self._session, self._caller.tenant_id).get(bot_id)
        order = AnswerLater(_caller_body(self._caller), asdict(request))
        job = self._jobs.enqueue(self._session, self._caller.tenant_id, order)
        await self._session.flush()
        if key is not None:
            await turns.store_response(key, {"task_id": job.id})
        return job.id

    async def get(self, task_id: str) -> Job:
        """Raises TaskNotFound for any job that is not a turn this caller submitted."""
        job = await JobRepository(self._session, self._caller.tenant_id).find(task_id)
        if job is None or job.kind != AnswerLater.kind:
            raise TaskNotFound("task", task_id)
        owner = AnswerLater.of(job.payload).caller
        if self._caller.kind == "visitor" and (owner["kind"], owner["id"]) != ("visitor", self._caller.id):
            raise TaskNotFound("task", task_id)
        return job


class TurnJob:
    """Handler of `AnswerLater`. Its idempotency key is the job's id: a job handed out twice answers once."""

    def __init__(self, conversations: ConversationService) -> None:
        self._conversations = conversations

    async def __call__(self, job: RunningJob) -> dict[str, JsonValue]:
        order = job.order(AnswerLater)
        body = order.caller
        caller = Caller(
            tenant_id=job.tenant_id,
            kind=cast(CallerKind, body["kind"]),
            id=str(body["id"]),
            scopes=frozenset({"chat"}),
            bot_id=body["bot_id"],
        )
        request = ChatRequest(**order.request)
        key = IdempotencyKey(caller=f"job:{job.id}", key=job.id, body_hash=job.id)
        try:
            reply = await self._conversations.chat(caller, request, key=key)
        except AppError as error:
            if error.status_code < 500:
                raise JobFailed(error.text, error.code) from error
            raise
        return cast(dict[str, JsonValue], reply)


def _caller_body(caller: Caller) -> dict[str, str | None]:
    return {"kind": caller.kind, "id": caller.id, "bot_id": caller.bot_id}
