"""Conversations as rows, at any time: what a bot heard and what it made of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime

from chatbot.foundation.database import Database
from chatbot.models import Conversation, Message, new_id
from tests.platform.understanding.workbench import Workbench


async def heard(
    bench: Workbench,
    texts: Sequence[str],
    at: datetime,
    *,
    intent: str | None = None,
    confidence: float = 0.9,
    action: str = "refuse",
    language: str = "en",
) -> list[str]:
    """The ids of the users' messages, one conversation each."""
    ids: list[str] = []
    async with bench.application.parts.get(Database).write(bench.tenant.id) as session:
        for text in texts:
            conversation = Conversation(
                id=new_id(),
                tenant_id=bench.tenant.id,
                bot_id=bench.bot.id,
                user_id=new_id(),
                session_id="s",
                message_count=2,
            )
            session.add(conversation)
            await session.flush()
            moment = f"{int(at.timestamp() * 1000):012x}"
            ids.append(moment + os.urandom(10).hex())
            hop = {"hop": "understand", "language": language, "intent": intent, "confidence": confidence}
            common = {"tenant_id": bench.tenant.id, "conversation_id": conversation.id, "created_at": at}
            session.add(Message(id=ids[-1], ordinal=0, role="user", text=text, **common))
            session.add(
                Message(
                    id=moment + os.urandom(10).hex(),
                    ordinal=1,
                    role="bot",
                    text="…",
                    response={"reply": "…", "metadata": {"action": action}},
                    trace=[hop],
                    **common,
                )
            )
    return ids
