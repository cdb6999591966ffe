"""Sources: what people say of them. `fetching` is the job that fetches them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, ClassVar

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.documents.knowledge_bases.repository import KnowledgeBaseRepository
from chatbot.foundation.errors import Conflict
from chatbot.foundation.jobs import JobFailed, JobOrder, JobQueue
from chatbot.models import Source, new_id, utc_now
from chatbot.sources.repository import SourceRepository
from chatbot.sources.site_crawl import Bounds


@dataclass(frozen=True, slots=True)
class FetchSource(JobOrder):
    """`due` is when it was scheduled for; empty where somebody asked."""

    kind: ClassVar[str] = "fetch_source"
    max_attempts: ClassVar[int] = 3

    source_id: str
    due: str = ""


def bounds_of(source: Source) -> Bounds:
    kept: dict[str, Any] = source.settings
    return Bounds(**{name: kept[name] for name in Bounds.__slots__ if name in kept})


def error_column(failure: JobFailed) -> str:
    """What a source's row keeps of it: the code on the first line, the text below."""
    return f"{failure.code}\n{failure.text.to_column()}"


def error_of(source: Source) -> tuple[str | None, str]:
    """The code, None where nothing failed, and the text as a column keeps it."""
    code, _, text = (source.error or "").partition("\n")
    return code or None, text


class SourceService:
    """A source's pages stay when it goes: they are documents then like any other."""

    def __init__(self, session: AsyncSession, tenant_id: str, jobs: JobQueue) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._jobs = jobs
        self.sources = SourceRepository(session, tenant_id)

    async def create(
        self, knowledge_base_id: str, *, kind: str, url: str, bounds: Bounds, interval_minutes: int | None
    ) -> Source:
        """`kind`: "url" (one page or file) or "site". It is fetched at once, and without an interval when asked."""
        await KnowledgeBaseRepository(self._session, self._tenant_id).get(knowledge_base_id)
        source = self.sources.add(
            Source(
                id=new_id(),
                knowledge_base_id=knowledge_base_id,
                kind=kind,
                url=url,
                settings=asdict(bounds),
                interval_minutes=interval_minutes,
                pages={},
            )
        )
        self._fetch(source)
        await self._session.flush()
        return source

    async def change(
        self,
        knowledge_base_id: str,
        source_id: str,
        *,
        bounds: Bounds | None,
        interval_minutes: int | None,
        paused: bool,
    ) -> Source:
        """None leaves a value as it is; `paused` takes the interval away. They count from the next fetch on."""
        source = await self.sources.in_knowledge_base(knowledge_base_id, source_id)
        if bounds is not None:
            source.settings = asdict(bounds)
        if paused:
            source.interval_minutes, source.next_fetch_at = None, None
        elif interval_minutes is not None:
            source.interval_minutes = interval_minutes
            self.schedule(source)
        await self._session.flush()
        return source

    async def fetch_now(self, knowledge_base_id: str, source_id: str) -> Source:
        """Raises Conflict while it is being fetched."""
        source = await self.sources.in_knowledge_base(knowledge_base_id, source_id)
        if source.status == "fetching":
            raise Conflict("The source is being fetched already.")
        self._fetch(source)
        await self._session.flush()
        return source

    async def delete(self, knowledge_base_id: str, source_id: str) -> None:
        await self.sources.delete(await self.sources.in_knowledge_base(knowledge_base_id, source_id))

    def schedule(self, source: Source) -> None:
        """The next fetch, an interval from now; it stands back where another was scheduled or asked for since."""
        if source.interval_minutes is None:
            source.next_fetch_at = None
            return
        source.next_fetch_at = utc_now() + timedelta(minutes=source.interval_minutes)
        order = FetchSource(source.id, source.next_fetch_at.isoformat())
        self._jobs.enqueue(self._session, self._tenant_id, order, delay_s=60.0 * source.interval_minutes)

    def _fetch(self, source: Source) -> None:
        source.status, source.error, source.next_fetch_at = "fetching", None, None
        self._jobs.enqueue(self._session, self._tenant_id, FetchSource(source.id))
