"""What orchestrators and Prometheus ask. Public: keep it inside the network, as the shipped nginx does."""

from __future__ import annotations

import asyncio
import logging

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError

from chatbot import __version__
from chatbot.database import Database
from chatbot.dependencies import ResourcesDep
from chatbot.services.resources import Resources

logger = logging.getLogger(__name__)
router = APIRouter(tags=["operations"])

LONGEST_CHECK_S = 2.0


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
async def get_readiness(resources: ResourcesDep, response: Response) -> Health:
    """503 while a part that requests need does not answer."""
    return await _health(resources, response)


@router.get("/health", responses={503: {"model": Health}})
async def get_health(resources: ResourcesDep, response: Response) -> Health:
    """The same, for people."""
    return await _health(resources, response)


@router.get("/metrics", response_class=Response, include_in_schema=False)
async def metrics(resources: ResourcesDep) -> Response:
    """Prometheus exposition format."""
    return Response(resources.metrics.render(), media_type=resources.metrics.content_type)


async def _health(resources: Resources, response: Response) -> Health:
    database, redis = await asyncio.gather(_answers(resources.database), resources.rate_limiter.ping())
    # Models are read before the application starts: an application that answers has them.
    checks = {"database": _word(database), "redis": _word(redis), "models": "ok"}
    is_well = database and redis
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
