"""Work done behind a request: a row says what, a lease says who, and any process may be killed at any moment."""

from chatbot.foundation.jobs.handlers import JobFailed, JobHandler, JobInterrupted, RunningJob
from chatbot.foundation.jobs.job_order import JobOrder
from chatbot.foundation.jobs.runner import InProcessRunner, JobRunner
from chatbot.foundation.jobs.work_queue import JobQueue

__all__ = [
    "InProcessRunner",
    "JobFailed",
    "JobHandler",
    "JobInterrupted",
    "JobOrder",
    "JobQueue",
    "JobRunner",
    "RunningJob",
]
