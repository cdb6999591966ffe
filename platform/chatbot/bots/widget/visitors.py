"""Visitors of a company's site: they get a token from the public key of a widget, on the pages the bot lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chatbot.bots.repository import WidgetRepository
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.errors import AppError, OriginNotAllowed
from chatbot.foundation.security.tokens import Tokens, VisitorToken
from chatbot.models import new_id


class WidgetKeyNotFound(AppError):
    """No active bot has this key."""

    status_code = 404
    code = "widget_key_not_found"
    title = "No such widget key"


@dataclass(frozen=True, slots=True)
class WidgetSession:
    """A new visitor. `expires_in` is in seconds."""

    visitor_token: str
    visitor_id: str
    expires_in: int
    bot_name: str
    default_language: str
    greeting: Mapping[str, str]


class VisitorDesk:
    def __init__(self, database: Database, tokens: Tokens) -> None:
        self._database = database
        self._tokens = tokens

    async def open(self, widget_key: str, *, origin: str | None) -> WidgetSession:
        """Raises WidgetKeyNotFound, and OriginNotAllowed unless the bot lists the page's origin."""
        async with self._database.read(SYSTEM) as session:
            bot = await WidgetRepository(session).bot_by_widget_key(widget_key)
        if bot is None:
            raise WidgetKeyNotFound()
        if origin is None or origin not in bot.allowed_origins:
            raise OriginNotAllowed(f"The bot does not list the origin {origin or 'of a request without Origin'}.")
        visitor_id = new_id()
        return WidgetSession(
            visitor_token=self._tokens.visitor(VisitorToken(visitor_id, bot.tenant_id, bot.id, origin)),
            visitor_id=visitor_id,
            expires_in=int(self._tokens.visitor_lifetime.total_seconds()),
            bot_name=bot.name,
            default_language=bot.default_language,
            greeting=bot.greeting,
        )
