"""FAQs among the parts of a process."""

from __future__ import annotations

from functools import partial

from chatbot.faqs import routes
from chatbot.faqs.faqs import FaqEditor
from chatbot.faqs.stale import EmbedFaqs, FaqEmbeddingJob, queue_stale_faqs
from chatbot.foundation.database import Database
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.parts import Parts
from chatbot.foundation.settings import Settings
from chatbot.foundation.threads import TurnThreads
from knowledge.embedders.routed import RoutedEmbedder

ROUTERS = (routes.router,)


def wire(parts: Parts, settings: Settings) -> None:
    database, jobs, embedder = parts.get(Database), parts.get(JobQueue), parts.get(RoutedEmbedder)
    faqs = parts.put(FaqEditor(database, jobs, embedder, threads=parts.get(TurnThreads)))
    jobs.register(EmbedFaqs, FaqEmbeddingJob(faqs))
    if settings.run_jobs:
        parts.at_start_and_stop(partial(queue_stale_faqs, database, jobs, embedder.spaces()))
