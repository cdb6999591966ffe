"""Job "fetch_source": the pages of a source become documents, changed ones are replaced, vanished ones removed."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field

from chatbot.documents.documents import DocumentService
from chatbot.documents.received import undone_on_failure
from chatbot.foundation.database import Database
from chatbot.foundation.errors import Conflict, KnowledgeBaseNotFound
from chatbot.foundation.files import FileStore
from chatbot.foundation.jobs import JobFailed, JobQueue, RunningJob
from chatbot.models import Source, utc_now
from chatbot.sources.pages import PageFetcher, PageUnavailable, not_fetched
from chatbot.sources.repository import SourceRepository
from chatbot.sources.site_crawl import Known, SiteCrawl, Visit
from chatbot.sources.sources import FetchSource, SourceService, bounds_of, error_column

GONE = (404, 410)


@dataclass(slots=True)
class _Record:
    """What a source keeps of a page, as JSON in its row."""

    sha256: str = ""
    validators: dict[str, str] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, stored: object) -> _Record:
        found = stored if isinstance(stored, dict) else {}
        return cls(str(found.get("sha256", "")), dict(found.get("validators", {})), list(found.get("links", [])))


def _is_double(visit: Visit, records: Mapping[str, _Record], seen: Mapping[str, _Record]) -> bool:
    """Whether another address of the site has given the same content: one document is enough."""
    if visit.page is None:
        return False
    known = records.get(visit.url, _Record()).sha256
    digest = known if visit.page.status == 304 else hashlib.sha256(visit.page.content).hexdigest()
    return any(digest == one.sha256 for url, one in seen.items() if url != visit.url)


class SourceJob:
    """Handler of `FetchSource`."""

    def __init__(
        self,
        database: Database,
        files: FileStore,
        jobs: JobQueue,
        pages: PageFetcher,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._files = files
        self._jobs = jobs
        self._pages = pages
        self._sleep = sleep

    async def __call__(self, job: RunningJob) -> dict[str, object]:
        source = await self._begin(job)
        if source is None:
            return {}
        records = {url: _Record.read(stored) for url, stored in source.pages.items()}
        seen: dict[str, _Record] = {}
        gone = 0
        counts = {"added": 0, "changed": 0, "removed": 0}
        try:
            async for visit in self._visits(source, records):
                await job.progress(min(0.95, len(seen) / (len(seen) + 20)))
                if visit.page is not None and visit.page.status in GONE:
                    gone = visit.page.status
                    continue
                if _is_double(visit, records, seen):
                    continue
                seen[visit.url] = await self._take(job.tenant_id, source, visit, records.get(visit.url), counts)
        except KnowledgeBaseNotFound:
            return {}
        failure = PageUnavailable(f"HTTP {gone}") if source.kind == "url" and gone else None
        await self._end(job.tenant_id, source, seen, counts, failure)
        if failure is not None:
            raise failure
        return {**counts}

    async def failed(self, job: RunningJob, failure: JobFailed) -> None:
        """The source says why; its documents stay, and the next fetch comes when it is due."""
        async with self._database.write(job.tenant_id) as session:
            service = SourceService(session, job.tenant_id, self._jobs)
            source = await service.sources.find(job.order(FetchSource).source_id)
            if source is not None:
                source.status, source.error = "failed", error_column(not_fetched(failure))
                service.schedule(source)

    async def _begin(self, job: RunningJob) -> Source | None:
        async with self._database.write(job.tenant_id) as session:
            order = job.order(FetchSource)
            source, due = await SourceRepository(session, job.tenant_id).find(order.source_id), order.due
            if source is None:
                return None
            if due and (source.next_fetch_at is None or source.next_fetch_at.isoformat() != due):
                return None  # another fetch was scheduled or asked for since
            source.status, source.error = "fetching", None
            return source

    async def _visits(self, source: Source, records: dict[str, _Record]) -> AsyncIterator[Visit]:
        if source.kind == "url":
            page = await self._pages.fetch(source.url, records.get(source.url, _Record()).validators)
            if page.status not in (200, 304, *GONE):
                raise PageUnavailable(f"HTTP {page.status}")
            yield Visit(source.url, page)
            return
        known = {url: Known(record.validators, tuple(record.links)) for url, record in records.items()}
        crawl = SiteCrawl(self._pages, source.url, bounds_of(source), known, sleep=self._sleep)
        async for visit in crawl.visits():
            yield visit

    async def _take(
        self, tenant_id: str, source: Source, visit: Visit, known: _Record | None, counts: dict[str, int]
    ) -> _Record:
        """What to remember of the page; as before where it could not be had or read this time."""
        known, page = known or _Record(), visit.page
        if page is None or page.status != 200:
            return known
        fresh = _Record(hashlib.sha256(page.content).hexdigest(), dict(page.validators), list(visit.links))
        if fresh.sha256 == known.sha256:
            return fresh
        try:
            received = await page.received(self._files, tenant_id)
        except JobFailed:
            if source.kind == "url":
                raise
            return _Record(links=list(visit.links))
        undoing = undone_on_failure(self._files, tenant_id, received.document_id)
        try:
            async with undoing, self._database.write(tenant_id) as session:
                documents = DocumentService(session, tenant_id, self._jobs)
                known_as = (await SourceRepository(session, tenant_id).documents(source.id)).get(visit.url)
                if known_as is not None:
                    await documents.replace(source.knowledge_base_id, known_as.id, received)
                else:
                    await documents.add(source.knowledge_base_id, received, url=visit.url, source_id=source.id)
        except Conflict:  # it is still being indexed: next time, then
            return known
        counts["added" if known_as is None else "changed"] += 1
        return fresh

    async def _end(
        self,
        tenant_id: str,
        source: Source,
        seen: dict[str, _Record],
        counts: dict[str, int],
        failure: JobFailed | None,
    ) -> None:
        """A `failure` is told when the job has failed: until then it is being fetched."""
        async with self._database.write(tenant_id) as session:
            service = SourceService(session, tenant_id, self._jobs)
            row = await service.sources.find(source.id)
            if row is None:
                return
            documents = DocumentService(session, tenant_id, self._jobs)
            for url, document in (await service.sources.documents(source.id)).items():
                if url not in seen:
                    await documents.delete(source.knowledge_base_id, document.id)
                    counts["removed"] += 1
            row.pages, row.fetched_at = {url: asdict(record) for url, record in seen.items()}, utc_now()
            if failure is None:
                row.status, row.error = "idle", None
                service.schedule(row)
