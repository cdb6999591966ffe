"""What orchestrators and Prometheus ask. Public: keep it inside the network, as the shipped nginx does."""

from __future__ import annotations

import asyncio
import logging
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError

from chatbot import __version__
from chatbot.edge.dependencies import part
from chatbot.foundation.database import Database
from chatbot.foundation.metrics import Metrics
from chatbot.foundation.rate_limit import RateLimiter

logger = logging.getLogger(__name__)
router = APIRouter(tags=["operations"])

LONGEST_CHECK_S = 2.0

DatabasePart = Annotated[Database, part(Database)]
LimiterPart = Annotated[RateLimiter, part(RateLimiter)]


class Alive(BaseModel):
    status: str = "ok"


class Health(BaseModel):
    """`status` is "ok" or "unavailable"; `checks` says which part is at fault."""

    status: str = Field(examples=["ok"])
    version: str
    checks: dict[str, str] = Field(examples=[{"database": "ok", "redis": "ok", "models": "ok"}])


@router.get("/health/live")
async def get_liveness() -> Alive:
    """The process answers. Asks nothing of others, so that their failure restarts nobody."""
    return Alive()


@router.get("/health/ready", responses={503: {"model": Health}})
async def get_readiness(database: DatabasePart, limiter: LimiterPart, response: Response) -> Health:
    """503 while a part that requests need does not answer."""
    return await _health(database, limiter, response)


@router.get("/health", responses={503: {"model": Health}})
async def get_health(database: DatabasePart, limiter: LimiterPart, response: Response) -> Health:
    """The same, for people."""
    return await _health(database, limiter, response)


@router.get("/metrics", response_class=Response, include_in_schema=False)
async def metrics(counted: Annotated[Metrics, part(Metrics)]) -> Response:
    """Prometheus exposition format."""
    return Response(counted.render(), media_type=counted.content_type)


async def _health(database: Database, limiter: RateLimiter, response: Response) -> Health:
    stored, redis = await asyncio.gather(_answers(database), limiter.ping())
    # Models are read before the application starts: an application that answers has them.
    checks = {"database": _word(stored), "redis": _word(redis), "models": "ok"}
    is_well = stored and redis
    response.status_code = 200 if is_well else 503
    return Health(status=_word(is_well), version=__version__, checks=checks)


async def _answers(database: Database) -> bool:
    try:
        async with asyncio.timeout(LONGEST_CHECK_S):
            await database.ping()
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        logger.warning("the database does not answer", extra={"reason": str(error)})
        return False
    return True


def _word(is_well: bool) -> str:
    return "ok" if is_well else "unavailable"
