"""The second look at what a search found, by a model that reads question and passage together. Never in the way."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from time import perf_counter

from chatbot.foundation.threads import Threads
from chatbot.turn.contracts import Reranked
from connectors.circuit_breaker import CircuitBreakers
from knowledge.errors import RerankingError
from knowledge.rerankers.ordering import in_order_of
from knowledge.retrieval import Passage, Reranker, searchable_text

logger = logging.getLogger(__name__)

FAILED, RESTING = "failed", "resting"
_FAILURES, _REST_S = 3, 30.0  # so many in a row, and nobody waits for it for so long


class Reranking:
    """Process-wide. What fails leaves the search's order as it was, which the trace and a metric tell."""

    def __init__(self, reranker: Reranker, *, candidates: int, threads: Threads, on_outage: Callable[[], None]) -> None:
        """`candidates`: how many passages it reads. `threads` is its own: a slow server must not hold up turns."""
        self.candidates = candidates
        self._reranker = reranker
        self._threads = threads
        self._on_outage = on_outage
        self._circuit = CircuitBreakers(failures=_FAILURES, rest_seconds=_REST_S)

    async def apply(self, question: str, passages: Sequence[Passage]) -> tuple[list[Passage], Reranked]:
        """The passages, given best first, in the reranker's order; `handed_out` is for them once they were judged."""
        texts = [searchable_text(passage.document_title, passage.text) for passage in passages]
        relevance, reranked = await self.relevance(question, texts)
        return in_order_of(relevance, passages), reranked

    async def relevance(self, question: str, texts: Sequence[str]) -> tuple[list[float], Reranked]:
        """Of the first `candidates` texts; none where the reranker fails. Never raises for what it does."""
        name, read = self._reranker.name, texts[: self.candidates]
        if not self._circuit.allows(name):
            return [], Reranked(name, len(read), 0.0, RESTING)
        started = perf_counter()
        try:
            relevance = await self._threads.run(self._reranker.score, question, read)
        except RerankingError as error:
            self._circuit.failed(name)
            self._on_outage()
            logger.warning("the reranker failed", extra={"reranker": name}, exc_info=error)
            return [], Reranked(name, len(read), _since(started), FAILED)
        self._circuit.succeeded(name)
        return relevance, Reranked(name, len(read), _since(started), None)


def _since(started: float) -> float:
    return round((perf_counter() - started) * 1000, 3)
