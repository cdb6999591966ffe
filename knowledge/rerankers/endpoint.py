"""Relevance from any server with the `POST /rerank` of Cohere and Jina, which vLLM, Infinity and others speak too."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Sequence
from types import TracebackType

import httpx

from knowledge.calibration import sigmoid
from knowledge.errors import RerankingError

_RETRYABLE = {408, 409, 425, 429, 500, 502, 503, 504}
_ATTEMPTS = 2
_LARGEST_ANSWER = 4 * 1024 * 1024  # bytes; some servers send the documents back


class RerankEndpoint:
    """Asks once and, where that may help, once more; follows no redirect and never logs the key."""

    def __init__(
        self, *, base_url: str, model: str, api_key: str = "", timeout_s: float = 2.0, pause_s: float = 0.1
    ) -> None:
        """`base_url` ends before `/rerank`; `timeout_s` is for both attempts together. Raises `RerankingError`."""
        if httpx.URL(base_url).scheme not in ("http", "https"):
            raise RerankingError("the reranker needs the http or https address of its server")
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._client = httpx.Client(headers=headers)
        self._address = base_url.rstrip("/") + "/rerank"
        self._model = model
        self._timeout_s = timeout_s
        self._pause_s = pause_s
        self.name = f"{model}@{httpx.URL(base_url).host}"

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """As `knowledge.retrieval.Reranker`."""
        if not texts:
            return []
        body = {
            "model": self._model,
            "query": _clean(question),
            "documents": [_clean(text) for text in texts],
            "top_n": len(texts),
        }
        deadline = time.monotonic() + self._timeout_s
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                status, content = self._post(body, deadline)
            except httpx.TransportError as error:
                problem, retryable = f"{type(error).__name__}: {error}", True
            else:
                if status == httpx.codes.OK:
                    return _read(content, len(texts))
                problem, retryable = f"status {status}", status in _RETRYABLE
            pause = self._pause_s * random.uniform(0.5, 1.5)  # noqa: S311 - jitter
            if not retryable or attempt == _ATTEMPTS or time.monotonic() + pause >= deadline:
                break
            time.sleep(pause)
        raise RerankingError(f"the rerank server answered {problem}")

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> RerankEndpoint:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _post(self, body: dict[str, object], deadline: float) -> tuple[int, bytes]:
        """A server that sends a byte now and then must not outlast the deadline, which httpx counts for each read."""
        left = max(deadline - time.monotonic(), 0.01)
        content = bytearray()
        with self._client.stream("POST", self._address, json=body, timeout=left) as answer:
            for block in answer.iter_bytes():
                content += block
                if len(content) > _LARGEST_ANSWER:
                    raise RerankingError("the rerank server's answer is too large")
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout("the answer took too long")
            return answer.status_code, bytes(content)


def _clean(text: str) -> str:
    # A lone surrogate cannot be written as JSON.
    return text.encode("utf-8", "replace").decode("utf-8")


def _read(content: bytes, count: int) -> list[float]:
    """The server answers best first; `index` says whose score it is. Every text needs exactly one.

    Most servers give figures from 0 to 1; where any is outside, all are log odds.
    """
    scores: dict[int, float] = {}
    try:
        for item in httpx.Response(200, content=content).json()["results"]:
            index, score = item["index"], float(item["relevance_score"])
            if type(index) is not int or index in scores or not 0 <= index < count or not math.isfinite(score):
                raise ValueError(f"index {index!r} with score {score}")
            scores[index] = score
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RerankingError(f"the rerank server's answer is not one score for each of {count} texts") from error
    if len(scores) != count:
        raise RerankingError(f"the rerank server gave {len(scores)} scores for {count} texts")
    found = [scores[index] for index in range(count)]
    return found if all(0 <= one <= 1 for one in found) else [sigmoid(one) for one in found]
