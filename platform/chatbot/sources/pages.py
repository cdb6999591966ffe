"""Pages and files of the web, fetched through the guarded client; and the job that makes one of them a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chatbot.documents.job_orders import Fetch, Ingest
from chatbot.documents.received import ReceivedDocument, Upload, once, receive
from chatbot.documents.repository import DocumentRepository
from chatbot.foundation.bilingual import Text
from chatbot.foundation.database import Database
from chatbot.foundation.errors import AppError
from chatbot.foundation.files import FileStore
from chatbot.foundation.jobs import JobFailed, JobQueue, RunningJob
from connectors.base import ConnectorError
from connectors.http_client import GuardedHttpClient, HttpLimits
from knowledge.web.web_names import file_name_of, page_title

USER_AGENT = "EnterpriseChatbot/1.0 (+knowledge fetcher)"
FETCH_LIMITS = HttpLimits(total_seconds=60.0, connect_seconds=5.0, response_bytes=20 * 1024 * 1024, redirects=5)
UNREACHABLE = Text("The address could not be fetched: {reason}.", "无法获取该地址：{reason}。")


@dataclass(frozen=True, slots=True)
class Page:
    """What an address gave. `validators` are the headers to ask with next time."""

    url: str
    status: int
    content: bytes
    content_type: str
    disposition: str = ""
    validators: Mapping[str, str] = field(default_factory=dict)

    @property
    def file_name(self) -> str:
        return file_name_of(self.url, self.content_type, self.disposition)

    @property
    def title(self) -> str:
        """The page's own; empty where it has none."""
        return page_title(self.content) if "html" in self.content_type else ""

    async def received(
        self, files: FileStore, tenant_id: str, *, title: str = "", document_id: str | None = None
    ) -> ReceivedDocument:
        """Stored as a document's file; raises JobFailed for what is of no kind that we read."""
        upload = Upload(once(self.content), self.file_name, title or self.title)
        try:
            return await receive(files, tenant_id, upload, document_id=document_id)
        except AppError as refusal:
            raise JobFailed(Text(refusal.detail), refusal.code) from refusal


class PageUnavailable(JobFailed):
    """The address gave nothing, for this `reason`."""

    def __init__(self, reason: str, code: str = "url_unavailable") -> None:
        super().__init__(UNREACHABLE.format(reason=reason), code)


class PageFetcher:
    """Every hop of every redirect passes the client's guard."""

    def __init__(self, client: GuardedHttpClient) -> None:
        self._client = client

    async def fetch(self, url: str, validators: Mapping[str, str] | None = None) -> Page:
        """Status 200, or 304 where `validators` still hold, or what else it is. Raises PageUnavailable."""
        headers = {
            "user-agent": USER_AGENT,
            "accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            **(validators or {}),
        }
        try:
            response = await self._client.request("GET", url, headers=headers, limits=FETCH_LIMITS)
        except ConnectorError as error:
            raise PageUnavailable(str(error)) from error
        return Page(
            url=response.url,
            status=response.status,
            content=response.content,
            content_type=response.headers.get("content-type", "").partition(";")[0].strip().lower(),
            disposition=response.headers.get("content-disposition", ""),
            validators={
                asked: response.headers[told]
                for told, asked in (("etag", "if-none-match"), ("last-modified", "if-modified-since"))
                if told in response.headers
            },
        )


class FetchJob:
    """Handler of `Fetch`: the document's URL becomes its file."""

    def __init__(self, database: Database, files: FileStore, pages: PageFetcher, jobs: JobQueue) -> None:
        self._database = database
        self._files = files
        self._pages = pages
        self._jobs = jobs

    async def __call__(self, job: RunningJob) -> None:
        order = job.order(Fetch)
        document_id = order.document_id
        async with self._database.read(job.tenant_id) as session:
            document = await DocumentRepository(session, job.tenant_id).find(document_id)
        if document is None or document.url is None or document.status != "queued":
            return
        page = await self._pages.fetch(document.url)
        if page.status != 200:
            raise PageUnavailable(f"HTTP {page.status}")
        received = await page.received(
            self._files, job.tenant_id, title=document.title if order.keep_title else "", document_id=document_id
        )
        async with self._database.write(job.tenant_id) as session:
            changed = await DocumentRepository(session, job.tenant_id).change(
                document_id, title=received.title[:500], **received.columns
            )
            if changed:
                self._jobs.enqueue(session, job.tenant_id, Ingest(document_id, order.knowledge_base_id))
        if not changed:  # deleted meanwhile
            await self._files.delete(job.tenant_id, document_id)

    async def failed(self, job: RunningJob, failure: JobFailed) -> None:
        """The document says why."""
        async with self._database.write(job.tenant_id) as session:
            await DocumentRepository(session, job.tenant_id).change(
                job.order(Fetch).document_id, status="failed", **not_fetched(failure).columns
            )


def not_fetched(failure: JobFailed) -> JobFailed:
    """What its people are told of it."""
    internal = PageUnavailable("internal error")
    return failure.told_as(internal.text, internal.code)
