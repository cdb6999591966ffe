"""What Prometheus scrapes. No label holds an id of a tenant or user: their number has no bound."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, GCCollector, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """One registry an application, so that a process can build several."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, *, process: bool = True) -> None:
        self.registry = CollectorRegistry()
        if process:
            ProcessCollector(registry=self.registry)
            PlatformCollector(registry=self.registry)
            GCCollector(registry=self.registry)
        self._requests = self._counter("http_requests", "Requests answered", "method", "route", "status")
        self._seconds = self._histogram("http_request_seconds", "Time to the last byte", "method", "route")
        self._turns = self._counter("turns", "Chat turns", "action", "language")
        self._turn_seconds = self._histogram("turn_seconds", "Time of a chat turn", "action")
        self._connector_failures = self._counter("connector_failures", "Connector calls without result", "kind")
        self._jobs = self._counter("jobs", "Jobs finished", "kind", "status")
        self._ingest_seconds = self._histogram("document_ingest_seconds", "Time until a document was ready")
        self._chunks = self._counter("chunks_ingested", "Chunks written")
        self._refused = self._counter("refused", "Requests refused at the edge", "reason")
        self._drift = self._counter("nlu_drift_reports", "Windows of messages held against earlier ones", "outcome")
        self._outages = self._counter("outages", "Calls to a part of the platform that failed", "part")

    def http_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """`route` is the template, never the path."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def turn(self, action: str, language: str, seconds: float) -> None:
        self._turns.labels(action, language).inc()
        self._turn_seconds.labels(action).observe(seconds)

    def connector_failure(self, kind: str) -> None:
        self._connector_failures.labels(kind).inc()

    def job(self, kind: str, status: str) -> None:
        """`status`: done, failed, retried, interrupted."""
        self._jobs.labels(kind, status).inc()

    def ingested(self, chunks: int, seconds: float) -> None:
        """A document became ready."""
        self._ingest_seconds.observe(seconds)
        self._chunks.inc(chunks)

    def drift(self, outcome: str) -> None:
        """`outcome`: alert, calm, too_few_messages, no_version."""
        self._drift.labels(outcome).inc()

    def refused(self, reason: str) -> None:
        """`reason` is an error code: unauthenticated, forbidden, rate_limited, ..."""
        self._refused.labels(reason).inc()

    def outage(self, part: str) -> None:
        """`part` is redis, database, models, ..."""
        self._outages.labels(part).inc()

    def render(self) -> bytes:
        """The exposition format, as `content_type` says."""
        return generate_latest(self.registry)

    def _counter(self, name: str, help_text: str, *labels: str) -> Counter:
        return Counter(f"chatbot_{name}", help_text, labels, registry=self.registry)

    def _histogram(self, name: str, help_text: str, *labels: str) -> Histogram:
        return Histogram(f"chatbot_{name}", help_text, labels, registry=self.registry, buckets=_SECONDS)
