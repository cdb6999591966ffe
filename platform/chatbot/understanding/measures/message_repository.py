"""What users said to a bot, with what the bot made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chatbot.models import Conversation, Message


@dataclass(frozen=True, slots=True)
class HeardMessage:
    """`intent` is None out of scope; `action` is what the turn came to, such as "refuse"."""

    id: str
    text: str
    language: str
    intent: str | None
    confidence: float
    action: str


class HeardMessageRepository:
    """Built with (session, tenant_id), like every repository."""

    def __init__(self, session: AsyncSession, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    async def between(self, bot_id: str, start: datetime, end: datetime, *, limit: int) -> list[HeardMessage]:
        """Of many the last ones, the oldest first. Ids sort by time, so the primary key bounds what is read."""
        said, answered = aliased(Message), aliased(Message)
        query = (
            select(said.id, said.text, answered.trace, answered.response)
            .join(
                answered,
                (answered.conversation_id == said.conversation_id) & (answered.ordinal == said.ordinal + 1),
            )
            .join(Conversation, Conversation.id == said.conversation_id)
            .where(
                Conversation.tenant_id == self._tenant_id,
                Conversation.bot_id == bot_id,
                said.tenant_id == self._tenant_id,
                said.role == "user",
                said.id >= _id_at(start),
                said.id < _id_at(end),
            )
            .order_by(said.id.desc())
            .limit(limit)
        )
        rows = (await self._session.execute(query)).all()
        return [_heard(row.id, row.text, row.trace or [], row.response or {}) for row in reversed(rows)]


def _id_at(moment: datetime) -> str:
    """The least id of that millisecond."""
    return f"{int(moment.timestamp() * 1000):012x}"


def _heard(message_id: str, text: str, trace: list[dict[str, object]], response: Mapping[str, object]) -> HeardMessage:
    understood = next((hop for hop in trace if hop.get("hop") == "understand"), {})
    metadata = cast(Mapping[str, object], response.get("metadata") or {})
    intent, confidence = understood.get("intent"), understood.get("confidence")
    return HeardMessage(
        id=message_id,
        text=text,
        language=str(understood.get("language") or metadata.get("language") or ""),
        intent=intent if isinstance(intent, str) else None,
        confidence=float(confidence) if isinstance(confidence, int | float) else 0.0,
        action=str(metadata.get("action") or ""),
    )
