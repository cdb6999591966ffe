"""How far the jobs of a load are, whichever tenant's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.models import Document, Job, utc_now


class AllJobsRepository:
    """For sessions of no single tenant."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def unfinished(self) -> list[str]:
        """A line for each: its kind, its document, how far it is."""
        rows = await self._session.execute(
            select(Job.kind, Document.title, Job.progress)
            .join(Document, Document.id == Job.payload["document_id"].as_string(), isouter=True)
            .where(Job.status.in_(["queued", "running"]), Job.run_after <= utc_now())
            .order_by(Job.id)
        )
        return [f"{kind} {title or ''} {fraction:.0%}" for kind, title, fraction in rows]

    async def failure_since(self, start: datetime) -> str | None:
        """What went wrong with a job that was enqueued since then."""
        return await self._session.scalar(
            select(Job.error).where(Job.status == "failed", Job.created_at >= start).limit(1)
        )
