"""Pages and files of the web, fetched through the guarded client; and the job that makes one of them a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from chatbot.documents.intake import once, receive
from chatbot.documents.job_orders import Fetch, Ingest
from chatbot.documents.repository import DocumentRepository
from chatbot.foundation.database import Database
from chatbot.foundation.errors import AppError
from chatbot.foundation.files import FileStore
from chatbot.foundation.jobs import JobFailed, JobQueue, RunningJob
from connectors.base import ConnectorError
from connectors.http_client import HttpLimits, HttpResponse
from knowledge.web.web_names import file_name_of, page_title

USER_AGENT = "EnterpriseChatbot/1.0 (+knowledge fetcher)"
FETCH_LIMITS = HttpLimits(total_seconds=60.0, connect_seconds=5.0, response_bytes=20 * 1024 * 1024, redirects=5)
UNREACHABLE = "The address could not be fetched: {reason}.\n无法获取该地址：{reason}。"


class HttpClient(Protocol):
    """As connectors.http_client.GuardedHttpClient."""

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, limits: HttpLimits | None = None
    ) -> HttpResponse: ...


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


class PageUnavailable(Exception):
    """`code` and `message` as a failed document shows them; the message in both languages."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.message = UNREACHABLE.format(reason=reason)


class PageFetcher:
    """Every hop of every redirect passes the client's guard."""

    def __init__(self, client: HttpClient) -> None:
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
            raise PageUnavailable("url_unavailable", str(error)) from error
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
        try:
            page = await self._pages.fetch(document.url)
        except PageUnavailable as error:
            raise JobFailed(error.message, code=error.code) from error
        if page.status != 200:
            reason = f"HTTP {page.status}"
            raise JobFailed(UNREACHABLE.format(reason=reason), code="url_unavailable")
        try:
            received = await receive(
                self._files, job.tenant_id, once(page.content), file_name=page.file_name, document_id=document_id
            )
        except AppError as refusal:
            raise JobFailed(f"{refusal.detail}\n", code=refusal.code) from refusal
        title = document.title if order.keep_title else page.title or received.title
        async with self._database.write(job.tenant_id) as session:
            changed = await DocumentRepository(session, job.tenant_id).change(
                document_id,
                title=title[:500],
                file_name=received.file_name,
                media_type=received.media_type,
                size=received.file.size,
                sha256=received.file.sha256,
            )
            if changed:
                self._jobs.enqueue(session, job.tenant_id, Ingest(document_id, order.knowledge_base_id))
        if not changed:  # deleted meanwhile
            await self._files.delete(job.tenant_id, document_id)

    async def failed(self, job: RunningJob, *, code: str, message: str) -> None:
        """The document says why."""
        if code in ("internal_error", "job_abandoned"):  # the message is for the operator
            code, message = "url_unavailable", UNREACHABLE.format(reason="internal error")
        async with self._database.write(job.tenant_id) as session:
            await DocumentRepository(session, job.tenant_id).change(
                job.order(Fetch).document_id, status="failed", error_code=code, error=message
            )
