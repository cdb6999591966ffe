"""Vectors from any server that speaks OpenAI's `POST /v1/embeddings`."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from types import TracebackType

import httpx
import numpy as np

from knowledge.embedders.unit_length import to_unit_length
from knowledge.errors import EmbeddingError
from knowledge.retrieval import Vectors

_RETRYABLE = {408, 409, 425, 429, 500, 502, 503, 504}


class OpenAICompatibleEmbedder:
    """Asks in batches, tries again with growing, jittered pauses where that may help, and never logs the key."""

    def __init__(
        self,
        *,
        base_url: str,
        model: str,
        dimension: int,
        api_key: str = "",
        query_prefix: str = "",
        passage_prefix: str = "",
        batch_size: int = 64,
        timeout_s: float = 30.0,
        attempts: int = 3,
        pause_s: float = 0.5,
    ) -> None:
        """`base_url` ends before `/embeddings`, as OpenAI's clients take it: "https://host/v1"."""
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._client = httpx.Client(headers=headers, timeout=timeout_s)
        self._address = base_url.rstrip("/") + "/embeddings"
        self._model = model
        self._query_prefix = query_prefix
        self._passage_prefix = passage_prefix
        self._batch_size = batch_size
        self._attempts = attempts
        self._pause_s = pause_s
        self.dimension = dimension
        self.space = f"{model}@{httpx.URL(base_url).host}/{dimension}"

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Raises `EmbeddingError` once every attempt failed."""
        return self._encode([self._query_prefix + text for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Raises `EmbeddingError` once every attempt failed."""
        return self._encode([self._passage_prefix + text for text in texts])

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> OpenAICompatibleEmbedder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), self._batch_size):
            batch = [
                text.encode("utf-8", "replace").decode("utf-8") for text in texts[start : start + self._batch_size]
            ]
            vectors[start : start + len(batch)] = self._ask(batch)
        return to_unit_length(vectors)

    def _ask(self, texts: Sequence[str]) -> Vectors:
        body = {"model": self._model, "input": list(texts), "encoding_format": "float"}
        for attempt in range(1, self._attempts + 1):
            try:
                answer = self._client.post(self._address, json=body)
            except httpx.TransportError as error:
                problem, retryable = f"{type(error).__name__}: {error}", True
            else:
                if answer.status_code == httpx.codes.OK:
                    return self._read(answer, len(texts))
                problem, retryable = f"status {answer.status_code}", answer.status_code in _RETRYABLE
            if not retryable or attempt == self._attempts:
                break
            time.sleep(self._pause_s * 2 ** (attempt - 1) * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
        raise EmbeddingError(f"the embeddings server answered {problem}", retryable=retryable)

    def _read(self, answer: httpx.Response, count: int) -> Vectors:
        """The server may answer in any order; `index` says whose vector it is."""
        vectors = np.zeros((count, self.dimension), dtype=np.float32)
        seen: set[int] = set()
        try:
            for position, item in enumerate(answer.json()["data"]):
                index = int(item.get("index", position))
                vectors[index] = np.asarray(item["embedding"], dtype=np.float32)
                seen.add(index)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise EmbeddingError(
                f"the embeddings server's answer is not {count} vectors of dimension {self.dimension}: {error}"
            ) from error
        if seen != set(range(count)):
            raise EmbeddingError(f"the embeddings server gave {len(seen)} vectors for {count} texts")
        return vectors
