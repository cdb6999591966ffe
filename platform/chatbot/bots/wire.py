"""Bots among the parts of a process."""

from __future__ import annotations

from chatbot.bots import content_routes, definition_routes, routes, widget_routes
from chatbot.bots.origins import ListedOrigins
from chatbot.bots.visitors import VisitorService
from chatbot.foundation.database import Database
from chatbot.foundation.parts import Parts
from chatbot.foundation.security.tokens import Tokens
from chatbot.foundation.settings import Settings

ROUTERS = (routes.router, content_routes.router, definition_routes.router, widget_routes.router)


def wire(parts: Parts, settings: Settings) -> None:
    parts.put(ListedOrigins(parts.get(Database)))
    parts.put(VisitorService(parts.get(Database), parts.get(Tokens)))
