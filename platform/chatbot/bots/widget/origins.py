"""Web origins: how they are written, and which ones any bot lists."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from chatbot.bots.repository import WidgetRepository
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.errors import InvalidInput

logger = logging.getLogger(__name__)

MOST_ORIGINS = 100
KNOWN_FOR_S = 10.0
ASK_AGAIN_AFTER_S = 1.0
_DEFAULT_PORTS = {"http": 80, "https": 443}


def normal_origin(text: str) -> str:
    """As browsers send it: lower case, no default port, no path. Raises ValueError."""
    parts = urlsplit(text.strip())
    host = parts.hostname or ""
    if parts.scheme not in _DEFAULT_PORTS or not host or parts.username is not None or parts.password is not None:
        raise ValueError("must look like https://www.example.com")
    if parts.path not in ("", "/") or parts.query or parts.fragment or "*" in host:
        raise ValueError("must be an origin alone: no path, no wildcard")
    host = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii")
    port = parts.port
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, _DEFAULT_PORTS[parts.scheme]) else "")


def normal_origins(origins: Sequence[str]) -> list[str]:
    """In the order given, each once. Raises InvalidInput."""
    normal: list[str] = []
    for index, origin in enumerate(origins):
        try:
            normal.append(normal_origin(origin))
        except ValueError as error:  # includes what idna and port parsing raise
            raise InvalidInput(
                f"{origin!r} is not an origin: {error}.", field=f"body.allowed_origins.{index}"
            ) from error
    return list(dict.fromkeys(normal))


class ListedOrigins:
    """Which origins CORS may name: those of any active bot.

    Only a matter of what browsers let a page read; whether a credential may be used there is asked of the database
    for each request. So a listed origin may be known for `KNOWN_FOR_S`, and a new one works within a second.
    """

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._origins: frozenset[str] = frozenset()
        self._asked_at = float("-inf")
        self._asking = asyncio.Lock()

    async def includes(self, origin: str) -> bool:
        """When the database doesn't answer, what was known last."""
        age = self._clock() - self._asked_at
        if age > (KNOWN_FOR_S if origin in self._origins else ASK_AGAIN_AFTER_S):
            async with self._asking:
                if self._clock() - self._asked_at >= age:
                    await self._ask()
        return origin in self._origins

    async def _ask(self) -> None:
        try:
            async with self._database.read(SYSTEM) as session:
                self._origins = await WidgetRepository(session).listed_origins()
        except (SQLAlchemyError, OSError) as error:
            logger.warning("listed origins cannot be read", extra={"reason": str(error)})
        self._asked_at = self._clock()
