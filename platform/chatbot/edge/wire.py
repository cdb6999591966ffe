"""What every request passes."""

from __future__ import annotations

from chatbot.edge import health
from chatbot.foundation.parts import Parts
from chatbot.foundation.settings import Settings

ROUTERS = (health.router,)


def wire(parts: Parts, settings: Settings) -> None:
    """Its routes ask for parts of the foundation alone."""
