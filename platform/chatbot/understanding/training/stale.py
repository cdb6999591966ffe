"""Bots whose active version no encoder of this process can serve, after the settings named another one."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.jobs import JobQueue
from chatbot.understanding.job_orders import Train
from chatbot.understanding.repository import AllVersionsRepository, BotJobRepository


async def queue_stale_versions(database: Database, jobs: JobQueue, spaces: Collection[str]) -> int:
    """Queue a training for each of them; how many there were.

    Until it is over such a bot answers from its documents alone.
    """
    async with database.read(SYSTEM) as session:
        rows = await AllVersionsRepository(session).active()
        stale = [(tenant, bot) for tenant, bot, settings, metrics in rows if _is_stale(settings, metrics, spaces)]
    for tenant_id, bot_id in stale:
        async with database.write(tenant_id) as session:
            if await BotJobRepository(session, tenant_id).waiting(bot_id, Train, is_due=True) is None:
                jobs.enqueue(session, tenant_id, Train(bot_id, activate=True))
    return len(stale)


def _is_stale(settings: Mapping[str, object], metrics: Mapping[str, object], spaces: Collection[str]) -> bool:
    if metrics.get("tuning") == "kept":  # earlier releases could give a version an encoder of its own
        return True
    trained_with = settings.get("spaces")
    return isinstance(trained_with, Mapping) and any(name not in spaces for name in trained_with.values())
