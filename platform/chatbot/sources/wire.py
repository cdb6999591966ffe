"""Sources among the parts of a process."""

from __future__ import annotations

from chatbot.documents.job_orders import Fetch
from chatbot.foundation.database import Database
from chatbot.foundation.files import FileStore
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.parts import Parts
from chatbot.foundation.settings import Settings
from chatbot.sources import routes
from chatbot.sources.fetching import SourceJob
from chatbot.sources.pages import FetchJob, PageFetcher
from chatbot.sources.sources import FetchSource
from connectors.http_client import GuardedHttpClient

ROUTERS = (routes.router,)


def wire(parts: Parts, settings: Settings) -> None:
    database, files, jobs = parts.get(Database), parts.get(FileStore), parts.get(JobQueue)
    pages = PageFetcher(parts.get(GuardedHttpClient))
    fetching = FetchJob(database, files, pages, jobs)
    jobs.register(Fetch, fetching, on_failure=fetching.failed)
    sources = SourceJob(database, files, jobs, pages)
    jobs.register(FetchSource, sources, on_failure=sources.failed)
