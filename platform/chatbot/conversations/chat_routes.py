"""`/chatbot` and its asynchronous and batch forms."""

from __future__ import annotations

import asyncio
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Header, Response

from chatbot.conversations.chat_schemas import (
    BatchBody,
    BatchItem,
    BatchReply,
    ChatBody,
    ReplyBody,
    TaskAccepted,
    TaskBody,
)
from chatbot.conversations.tasks import TaskService
from chatbot.conversations.turns import ConversationService
from chatbot.conversations.turns_repository import IdempotencyKey
from chatbot.edge.dependencies import callers_service, part, require
from chatbot.edge.fields import Identifier
from chatbot.edge.problems import CONFLICT, NOT_FOUND, PROBLEMS, problem_body
from chatbot.foundation.errors import AppError, TenantNotFound
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.rate_limit import RateLimiter
from chatbot.foundation.security import Caller

router = APIRouter(tags=["chat"], responses=PROBLEMS)

BATCH_CONCURRENCY = 8

ChatCaller = Annotated[Caller, Depends(require("chat"))]
Conversations = Annotated[ConversationService, part(ConversationService)]
Tasks = Annotated[TaskService, callers_service(TaskService, "chat", JobQueue)]
KeyHeader = Annotated[
    str | None,
    Header(alias="Idempotency-Key", min_length=1, max_length=255, description="Makes a retry safe for 24 h."),
]


def idempotency(caller: Caller, key: str | None, digest: str) -> IdempotencyKey | None:
    """None when the caller sent no key."""
    return IdempotencyKey(caller=caller.caller_id, key=key, body_hash=digest) if key else None


@router.post("/chatbot", response_model=ReplyBody, responses={**NOT_FOUND, **CONFLICT}, summary="One turn")
@router.post("/chatbot/", response_model=ReplyBody, include_in_schema=False)
async def chat(
    body: ChatBody, caller: ChatCaller, conversations: Conversations, idempotency_key: KeyHeader = None
) -> Response:
    """Answers one message. The conversation is named by `bot_id`, `user_id` and `session_id` together."""
    key = idempotency(caller, idempotency_key, body.digest("chat"))
    reply = await conversations.chat(caller, body.to_request(), key=key)
    return Response(orjson.dumps(reply), media_type="application/json")


@router.post(
    "/v1/tenants/{slug}/chatbot",
    response_model=ReplyBody,
    responses={**NOT_FOUND, **CONFLICT},
    summary="One turn, with the tenant in the path",
)
async def chat_of_tenant(
    slug: str, body: ChatBody, caller: ChatCaller, conversations: Conversations, idempotency_key: KeyHeader = None
) -> Response:
    """The tenant must be the credential's own; any other is not found."""
    if slug != caller.tenant_slug:
        raise TenantNotFound("tenant", slug)
    return await chat(body, caller, conversations, idempotency_key)


@router.post("/chatbot/batch", response_model=BatchReply, response_model_exclude_none=True, summary="Up to 64 turns")
async def chat_in_batch(
    body: BatchBody,
    caller: ChatCaller,
    conversations: Conversations,
    limiter: Annotated[RateLimiter, part(RateLimiter)],
    idempotency_key: KeyHeader = None,
) -> BatchReply:
    """One bad turn does not spoil the others: each gets a response or a problem."""
    if len(body.turns) > 1:  # the request itself was counted as one
        await limiter.check_caller(caller, cost=len(body.turns) - 1)
    slots = asyncio.Semaphore(BATCH_CONCURRENCY)
    queues: dict[tuple[str, str | None], list[int]] = {}
    for index, turn in enumerate(body.turns):
        queues.setdefault((turn.user_id, turn.session_id), []).append(index)
    results: dict[int, BatchItem] = {}

    async def answer(index: int) -> BatchItem:
        turn = body.turns[index]
        key = idempotency(caller, idempotency_key and f"{idempotency_key[:240]}#{index}", turn.digest("batch"))
        try:
            reply = await conversations.chat(caller, turn.to_request(), key=key)
        except AppError as error:
            return BatchItem(problem=problem_body(error))
        return BatchItem(response=ReplyBody.model_validate(reply))

    async def in_order(indexes: list[int]) -> None:
        async with slots:
            for index in indexes:
                results[index] = await answer(index)

    await asyncio.gather(*(in_order(indexes) for indexes in queues.values()))
    return BatchReply(results=[results[index] for index in range(len(body.turns))])


@router.post(
    "/chatbot/async",
    response_model=TaskAccepted,
    status_code=202,
    responses={**NOT_FOUND, **CONFLICT},
    summary="One turn, answered later",
)
async def chat_later(
    body: ChatBody,
    caller: ChatCaller,
    tasks: Tasks,
    idempotency_key: KeyHeader = None,
) -> TaskAccepted:
    """The turn survives a restart of the server and runs once."""
    key = idempotency(caller, idempotency_key, body.digest("async"))
    return TaskAccepted(task_id=await tasks.submit(body.to_request(), key))


@router.get(
    "/v1/tasks/{task_id}",
    response_model=TaskBody,
    response_model_exclude_none=True,
    responses=NOT_FOUND,
    summary="A task's result",
)
async def get_task(task_id: Identifier, tasks: Tasks) -> TaskBody:
    """`result` is there once `status` is done, `error` once it is failed."""
    job = await tasks.get(task_id)
    result = ReplyBody.model_validate(job.result) if job.status == "done" else None
    return TaskBody(id=job.id, status=job.status, result=result, error=job.error)
