"""Bots among the parts of a process."""

from __future__ import annotations

from chatbot.bots import entity_routes, flow_routes, intent_routes, routes
from chatbot.bots.widget import routes as widget_routes
from chatbot.bots.widget.origins import ListedOrigins
from chatbot.bots.widget.visitors import VisitorDesk
from chatbot.foundation.database import Database
from chatbot.foundation.parts import Parts
from chatbot.foundation.security.tokens import Tokens
from chatbot.foundation.settings import Settings

ROUTERS = (routes.router, intent_routes.router, entity_routes.router, flow_routes.router, widget_routes.router)


def wire(parts: Parts, settings: Settings) -> None:
    parts.put(ListedOrigins(parts.get(Database)))
    parts.put(VisitorDesk(parts.get(Database), parts.get(Tokens)))
