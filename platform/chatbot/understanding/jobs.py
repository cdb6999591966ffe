"""How far the jobs of a bot's understanding are."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.bots.repository import BotRepository
from chatbot.foundation.errors import NotFound
from chatbot.foundation.jobs.repository import JobRepository
from chatbot.models import Job
from chatbot.understanding.job_orders import Evaluate, LookForDrift, PutTogether, Train

KINDS = frozenset(order.kind for order in (Train, Evaluate, LookForDrift, PutTogether))


class JobNotFound(NotFound):
    code = "job_not_found"


class JobService:
    def __init__(self, session: AsyncSession, tenant_id: str) -> None:
        self._bots = BotRepository(session, tenant_id)
        self._jobs = JobRepository(session, tenant_id)

    async def get(self, bot_id: str, job_id: str) -> Job:
        """Raises JobNotFound also for a job of another bot or another kind."""
        await self._bots.get(bot_id)
        job = await self._jobs.find(job_id)
        if job is None or job.kind not in KINDS or job.payload.get("bot_id") != bot_id:
            raise JobNotFound("job", job_id)
        return job
