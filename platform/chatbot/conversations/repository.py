"""Conversations, their messages and the ratings of them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from chatbot.foundation.database.repository import TenantRepository
from chatbot.foundation.errors import ConversationNotFound, InvalidInput, MessageNotFound
from chatbot.models import Conversation, Feedback, Message, utc_now


class ConversationRepository(TenantRepository[Conversation]):
    model = Conversation
    not_found = ConversationNotFound
    noun = "conversation"

    async def page_of(
        self, *, bot_id: str | None, limit: int, cursor: str | None
    ) -> tuple[Sequence[Conversation], str | None]:
        """Newest first."""
        query = self.scoped() if bot_id is None else self.scoped().where(Conversation.bot_id == bot_id)
        return await self.page(query, limit=limit, cursor=cursor)

    async def of_user(self, bot_id: str, user_id: str, session_id: str) -> Conversation | None:
        """The one conversation of this user, bot and session."""
        query = self.scoped().where(
            Conversation.bot_id == bot_id, Conversation.user_id == user_id, Conversation.session_id == session_id
        )
        return (await self.session.scalars(query)).one_or_none()


class MessageRepository(TenantRepository[Message]):
    model = Message
    not_found = MessageNotFound
    noun = "message"

    async def in_order(
        self, conversation_id: str, *, limit: int, cursor: str | None
    ) -> tuple[list[tuple[Message, Feedback | None]], str | None]:
        """Oldest first, each with its rating; `cursor` is the ordinal of the last message of the page before."""
        query = (
            select(Message, Feedback)
            .join(Feedback, (Feedback.message_id == Message.id) & (Feedback.tenant_id == self.tenant_id), isouter=True)
            .where(Message.tenant_id == self.tenant_id, Message.conversation_id == conversation_id)
        )
        if cursor is not None:
            if not cursor.isdecimal() or len(cursor) > 9:
                raise InvalidInput("The cursor is not one that this API gave out.", field="cursor")
            query = query.where(Message.ordinal > int(cursor))
        rows = (await self.session.execute(query.order_by(Message.ordinal).limit(limit + 1))).all()
        page: list[tuple[Message, Feedback | None]] = [(message, feedback) for message, feedback in rows[:limit]]
        return page, (str(page[-1][0].ordinal) if len(rows) > limit else None)

    async def with_owner(self, message_id: str) -> tuple[Message, str] | None:
        """A message and the user whose conversation it is in."""
        query = (
            select(Message, Conversation.user_id)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Message.tenant_id == self.tenant_id, Message.id == message_id)
        )
        row = (await self.session.execute(query)).first()
        return None if row is None else (row[0], row[1])


class FeedbackRepository(TenantRepository[Feedback]):
    model = Feedback

    async def rate(self, message_id: str, *, rating: str, comment: str) -> None:
        """A second rating replaces the first."""
        row = (await self.session.scalars(self.scoped().where(Feedback.message_id == message_id))).one_or_none()
        if row is None:
            self.add(Feedback(message_id=message_id, rating=rating, comment=comment))
            return
        row.rating, row.comment, row.created_at = rating, comment, utc_now()
