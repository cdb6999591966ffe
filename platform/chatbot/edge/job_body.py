"""A job as its tenant sees it."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, JsonValue

from chatbot.edge.fields import Identifier, body_of
from chatbot.foundation.bilingual import Text
from chatbot.foundation.jobs.handlers import FOR_THE_OPERATOR
from chatbot.models import Job


class JobError(BaseModel):
    code: str
    message: str


class JobBody(BaseModel):
    """`status`: queued, running, done, failed. `progress` goes from 0 to 1."""

    id: Identifier
    kind: str
    status: str
    progress: float
    result: dict[str, JsonValue] | None
    error: JobError | None
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, job: Job, language: str) -> JobBody:
        error = None
        if job.status == "failed":
            code = job.error_code or "job_failed"
            words = "" if code in FOR_THE_OPERATOR else Text.of_column(job.error).in_language(language)
            error = JobError(code=code, message=words)
        return body_of(cls, job, progress=round(job.progress, 4), error=error)
