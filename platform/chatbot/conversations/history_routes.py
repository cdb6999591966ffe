"""Conversations, messages, traces and feedback."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from chatbot.conversations.history import HistoryService
from chatbot.edge.dependencies import SessionDep, require
from chatbot.edge.fields import Cursor, Identifier, Limit, ListOf, StrictBody, Text
from chatbot.edge.problems import NOT_FOUND, PROBLEMS
from chatbot.foundation.security import Caller
from chatbot.models import Conversation, Feedback, Message

router = APIRouter(tags=["conversations"], responses=PROBLEMS)

Reader = Annotated[Caller, Depends(require("conversations:read"))]
Talker = Annotated[Caller, Depends(require("chat"))]


class ConversationBody(BaseModel):
    """One user's session with one bot."""

    id: str
    bot_id: str
    user_id: str
    session_id: str
    channel: str
    language: str
    status: str
    message_count: int
    created_at: datetime
    updated_at: datetime


class FeedbackBody(StrictBody):
    """A rating of a reply."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"rating": "up"}]})

    rating: Literal["up", "down"]
    comment: Annotated[Text, Field(max_length=2000)] = ""


class MessageBody(BaseModel):
    """`response` is the whole reply, of the bot's messages."""

    id: str
    ordinal: int
    role: str
    text: str
    response: dict[str, JsonValue] | None
    created_at: datetime
    feedback: FeedbackBody | None


class TraceBody(BaseModel):
    """What decided a reply, hop by hop."""

    message_id: str
    trace: list[dict[str, JsonValue]]


def _conversation(row: Conversation) -> ConversationBody:
    return ConversationBody.model_validate(row, from_attributes=True)


def _message(row: Message, feedback: Feedback | None) -> MessageBody:
    return MessageBody(
        id=row.id,
        ordinal=row.ordinal,
        role=row.role,
        text=row.text,
        response=row.response,  # type: ignore[arg-type]
        created_at=row.created_at,
        feedback=FeedbackBody.model_validate({"rating": feedback.rating, "comment": feedback.comment})
        if feedback
        else None,
    )


@router.get("/v1/conversations", responses=NOT_FOUND, summary="Conversations")
async def list_conversations(
    caller: Reader,
    session: SessionDep,
    bot_id: Identifier | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ListOf[ConversationBody]:
    """Of one bot, or of all."""
    rows, following = await HistoryService(session, caller).conversations(bot_id=bot_id, limit=limit, cursor=cursor)
    return ListOf(items=[_conversation(row) for row in rows], next_cursor=following)


@router.get("/v1/conversations/{conversation_id}", responses=NOT_FOUND, summary="A conversation")
async def get_conversation(conversation_id: Identifier, caller: Reader, session: SessionDep) -> ConversationBody:
    """Without its messages."""
    return _conversation(await HistoryService(session, caller).conversation(conversation_id))


@router.get("/v1/conversations/{conversation_id}/messages", responses=NOT_FOUND, summary="What was said")
async def list_messages(
    conversation_id: Identifier, caller: Reader, session: SessionDep, limit: Limit = 100, cursor: Cursor = None
) -> ListOf[MessageBody]:
    """With the whole reply and its rating."""
    rows, following = await HistoryService(session, caller).messages(conversation_id, limit=limit, cursor=cursor)
    return ListOf(items=[_message(*row) for row in rows], next_cursor=following)


@router.get("/v1/widget/messages", responses=NOT_FOUND, tags=["widget"], summary="The visitor's own messages")
async def list_own_messages(
    caller: Talker,
    session: SessionDep,
    session_id: Annotated[str, Query(min_length=1, max_length=128)],
    limit: Limit = 100,
    cursor: Cursor = None,
) -> ListOf[MessageBody]:
    """For the widget to show again after a reload; only with a visitor's token."""
    rows, following = await HistoryService(session, caller).own_messages(session_id, limit=limit, cursor=cursor)
    return ListOf(items=[_message(*row) for row in rows], next_cursor=following)


@router.get("/v1/messages/{message_id}/trace", responses=NOT_FOUND, summary="Why the bot said it")
async def get_trace(message_id: Identifier, caller: Reader, session: SessionDep) -> TraceBody:
    """Each hop with its figures and milliseconds."""
    message = await HistoryService(session, caller).trace(message_id)
    return TraceBody(message_id=message.id, trace=message.trace or [])  # type: ignore[arg-type]


@router.post("/v1/messages/{message_id}/feedback", status_code=204, responses=NOT_FOUND, summary="Rate a reply")
async def rate_message(message_id: Identifier, body: FeedbackBody, caller: Talker, session: SessionDep) -> None:
    """A later rating replaces an earlier one."""
    await HistoryService(session, caller).rate(message_id, rating=body.rating, comment=body.comment)
