"""Bringing bots and taking them along: routes alone."""

from __future__ import annotations

from chatbot.exchange import routes
from chatbot.foundation.parts import Parts
from chatbot.foundation.settings import Settings

ROUTERS = (routes.router,)


def wire(parts: Parts, settings: Settings) -> None:
    """Its routes ask for parts of other rooms alone."""
