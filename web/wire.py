"""The admin pages and the widget: routes alone."""

from __future__ import annotations

from chatbot.foundation.parts import Parts
from chatbot.foundation.settings import Settings
from web import routes

ROUTERS = (routes.router,)


def wire(parts: Parts, settings: Settings) -> None:
    """Its routes ask for parts of other rooms alone."""
