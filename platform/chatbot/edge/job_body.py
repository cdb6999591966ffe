"""A job as its tenant sees it."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from pydantic import BaseModel, JsonValue

from chatbot.edge.fields import Identifier
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
            english, _, chinese = (job.error or "").partition("\n")
            code = job.error_code or "job_failed"
            words = chinese if language == "zh" and chinese else english
            error = JobError(code=code, message="" if code in ("internal_error", "job_abandoned") else words)
        return cls(
            id=job.id,
            kind=job.kind,
            status=job.status,
            progress=round(job.progress, 4),
            result=cast(dict[str, JsonValue] | None, job.result),
            error=error,
            created_at=job.created_at,
            finished_at=job.finished_at,
        )
