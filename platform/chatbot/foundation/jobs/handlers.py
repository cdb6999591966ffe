"""What a handler sees of its job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from chatbot.foundation.bilingual import Text
from chatbot.foundation.jobs.job_order import JobOrder

Order = TypeVar("Order", bound=JobOrder)


INTERNAL, ABANDONED = "internal_error", "job_abandoned"
FOR_THE_OPERATOR = (INTERNAL, ABANDONED)  # codes of failures whose words no tenant is shown


class JobFailed(Exception):
    """This job can't succeed, however often it is tried. `code` and the text are shown to the tenant."""

    def __init__(self, text: Text, code: str = "job_failed") -> None:
        super().__init__(text.en)
        self.text = text
        self.code = code

    @property
    def columns(self) -> dict[str, str]:
        """As rows keep it."""
        return {"error_code": self.code, "error": self.text.to_column()}

    def told_as(self, text: Text, code: str) -> JobFailed:
        """Itself, or this in its place where its words are for the operator."""
        return JobFailed(text, code) if self.code in FOR_THE_OPERATOR else self


class JobInterrupted(Exception):
    """Raised by `RunningJob.progress` where the job must end here and go on elsewhere: handlers let it pass."""


@dataclass(frozen=True, slots=True)
class RunningJob:
    """One attempt at a job. It may run again, also after it has succeeded, so whatever it does is idempotent."""

    id: str
    tenant_id: str
    kind: str
    payload: dict[str, object]
    attempts: int  # this one included
    max_attempts: int
    lease: str
    report: Callable[[float], Awaitable[None]] = field(repr=False)

    def order(self, kind: type[Order]) -> Order:
        """The payload, typed."""
        return kind.of(self.payload)

    async def progress(self, fraction: float) -> None:
        """Note how far it has come, 0 to 1, and renew the lease; raises JobInterrupted when it is time to stop."""
        await self.report(min(max(fraction, 0.0), 1.0))


class JobHandler(Protocol):
    """Carries out one kind of job and returns what its row keeps as the result."""

    async def __call__(self, job: RunningJob, /) -> Mapping[str, object] | None: ...


class FailureHandler(Protocol):
    """Told once a job has failed for good, before its row says so; must be idempotent."""

    async def __call__(self, job: RunningJob, failure: JobFailed, /) -> None: ...
