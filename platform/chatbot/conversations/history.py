"""Reading what was said, and rating it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.bots.repository import BotRepository
from chatbot.conversations.repository import ConversationRepository, FeedbackRepository, MessageRepository
from chatbot.foundation.errors import ConversationNotFound, InvalidInput, MessageNotFound
from chatbot.foundation.security import Caller
from chatbot.models import Conversation, Feedback, Message


class HistoryService:
    """One request's view of a tenant's conversations. A visitor sees and rates its own alone."""

    def __init__(self, session: AsyncSession, caller: Caller) -> None:
        self._caller = caller
        self._bots = BotRepository(session, caller.tenant_id)
        self._conversations = ConversationRepository(session, caller.tenant_id)
        self._messages = MessageRepository(session, caller.tenant_id)
        self._feedback = FeedbackRepository(session, caller.tenant_id)

    async def conversations(
        self, *, bot_id: str | None, limit: int, cursor: str | None
    ) -> tuple[Sequence[Conversation], str | None]:
        """Raises BotNotFound for a bot that isn't the tenant's."""
        if bot_id is not None:
            await self._bots.get(bot_id)
        return await self._conversations.page_of(bot_id=bot_id, limit=limit, cursor=cursor)

    async def conversation(self, conversation_id: str) -> Conversation:
        return await self._conversations.get(conversation_id)

    async def messages(
        self, conversation_id: str, *, limit: int, cursor: str | None
    ) -> tuple[list[tuple[Message, Feedback | None]], str | None]:
        await self._conversations.get(conversation_id)
        return await self._messages.in_order(conversation_id, limit=limit, cursor=cursor)

    async def own_messages(
        self, session_id: str, *, limit: int, cursor: str | None
    ) -> tuple[list[tuple[Message, Feedback | None]], str | None]:
        """What this visitor and the bot said in a session; nothing when they have not talked yet."""
        if self._caller.bot_id is None:
            raise ConversationNotFound("conversation", session_id)
        talk = await self._conversations.of_user(self._caller.bot_id, f"visitor:{self._caller.id}", session_id)
        if talk is None:
            return [], None
        return await self._messages.in_order(talk.id, limit=limit, cursor=cursor)

    async def trace(self, message_id: str) -> Message:
        """Raises MessageNotFound also for a user's message: only replies have a trace."""
        message = await self._messages.get(message_id)
        if message.trace is None:
            raise MessageNotFound("reply", message_id)
        return message

    async def rate(self, message_id: str, *, rating: str, comment: str) -> None:
        found = await self._messages.with_owner(message_id)
        if found is None or (self._caller.kind == "visitor" and found[1] != f"visitor:{self._caller.id}"):
            raise MessageNotFound("message", message_id)
        if found[0].role != "bot":
            raise InvalidInput("Only the bot's messages can be rated.", field="message_id")
        await self._feedback.rate(message_id, rating=rating, comment=comment)
