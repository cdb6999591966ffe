"""Job "fetch_source": the pages of a source become documents, changed ones are replaced, vanished ones removed."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from chatbot.documents.documents import DocumentService
from chatbot.documents.intake import ReceivedDocument, once, receive
from chatbot.documents.knowledge_bases.bases import KnowledgeService
from chatbot.foundation.database import Database
from chatbot.foundation.errors import AppError, Conflict, KnowledgeBaseNotFound
from chatbot.foundation.files import FileStore
from chatbot.foundation.jobs import JobFailed, JobQueue, RunningJob
from chatbot.models import Source, utc_now
from chatbot.sources.pages import UNREACHABLE, Page, PageFetcher, PageUnavailable
from chatbot.sources.repository import SourceRepository
from chatbot.sources.site_crawl import Known, SiteCrawl, Visit
from chatbot.sources.sources import FetchSource, SourceService, bounds_of

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

    def to_json(self) -> dict[str, object]:
        return {"sha256": self.sha256, "validators": self.validators, "links": self.links}


def _is_double(visit: Visit, records: Mapping[str, _Record], seen: Mapping[str, _Record]) -> bool:
    """Whether another address of the site has given the same content: one document is enough."""
    if visit.page is None:
        return False
    known = records.get(visit.url, _Record()).sha256
    digest = known if visit.page.status == 304 else hashlib.sha256(visit.page.content).hexdigest()
    return any(digest == one.sha256 for url, one in seen.items() if url != visit.url)


class SourceJob:
    """Payload {source_id, due}; `due` is the scheduled time, or "" when somebody asked."""

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
        except PageUnavailable as error:
            raise JobFailed(error.message, code=error.code) from error
        except KnowledgeBaseNotFound:
            return {}
        await self._end(job.tenant_id, source, seen, counts)
        if source.kind == "url" and gone:
            raise JobFailed(UNREACHABLE.format(reason=f"HTTP {gone}"), code="url_unavailable")
        return {**counts}

    async def failed(self, job: RunningJob, *, code: str, message: str) -> None:
        """The source says why; its documents stay, and the next fetch comes when it is due."""
        async with self._database.write(job.tenant_id) as session:
            service = SourceService(session, job.tenant_id, self._jobs)
            source = await service.sources.find(job.order(FetchSource).source_id)
            if source is not None:
                source.status, source.error = "failed", f"{code}\n{message}"
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
                raise PageUnavailable("url_unavailable", f"HTTP {page.status}")
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
            received = await receive(self._files, tenant_id, once(page.content), file_name=page.file_name)
        except AppError as refusal:  # of no kind that we read
            if source.kind == "url":
                raise JobFailed(f"{refusal.detail}\n", code=refusal.code) from refusal
            return _Record(links=list(visit.links))
        try:
            await self._write(tenant_id, source, visit.url, page, received, counts)
        except BaseException as error:
            await self._files.delete(tenant_id, received.document_id)
            if isinstance(error, Conflict):  # it is still being indexed: next time, then
                return known
            raise
        return fresh

    async def _write(
        self,
        tenant_id: str,
        source: Source,
        url: str,
        page: Page,
        received: ReceivedDocument,
        counts: dict[str, int],
    ) -> None:
        async with self._database.write(tenant_id) as session:
            documents = await SourceRepository(session, tenant_id).documents(source.id)
            document = documents.get(url)
            if document is not None:
                service = DocumentService(session, tenant_id, self._jobs)
                await service.replace(source.knowledge_base_id, document.id, received)
                counts["changed"] += 1
                return
            knowledge = KnowledgeService(session, tenant_id, self._jobs)
            document = await knowledge.add_document(source.knowledge_base_id, received)
            document.title, document.url, document.source_id = (page.title or received.title)[:500], url, source.id
            counts["added"] += 1

    async def _end(self, tenant_id: str, source: Source, seen: dict[str, _Record], counts: dict[str, int]) -> None:
        async with self._database.write(tenant_id) as session:
            service = SourceService(session, tenant_id, self._jobs)
            row = await service.sources.find(source.id)
            if row is None:
                return
            knowledge = KnowledgeService(session, tenant_id, self._jobs)
            for url, document in (await service.sources.documents(source.id)).items():
                if url not in seen:
                    await knowledge.delete_document(source.knowledge_base_id, document.id)
                    counts["removed"] += 1
            row.pages = {url: record.to_json() for url, record in seen.items()}
            row.status, row.error, row.fetched_at = "idle", None, utc_now()
            service.schedule(row)
