"""The registry of rerankers: models that read the question and a passage together, and say how well the two fit.

A new kind is one file beside this one and one line of `RERANKERS`. Factories import their file when they are called, so
that a kind nobody names costs nothing and needs none of its packages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from knowledge.errors import RerankingError
from knowledge.retrieval import Reranker


@dataclass(frozen=True, slots=True)
class RerankerSettings:
    """What a factory may need. `model`: a name or a local path; `base_url` ends before "/rerank"."""

    model: str = ""
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    timeout_s: float = 2.0


Factory = Callable[[RerankerSettings], Reranker]


def _endpoint(settings: RerankerSettings) -> Reranker:
    from knowledge.rerankers.endpoint import RerankEndpoint

    return RerankEndpoint(
        base_url=settings.base_url, model=settings.model, api_key=settings.api_key, timeout_s=settings.timeout_s
    )


def _cross_encoder(settings: RerankerSettings) -> Reranker:
    from knowledge.rerankers.cross_encoder import LocalCrossEncoder

    return LocalCrossEncoder(settings.model)


RERANKERS: Mapping[str, Factory] = {"endpoint": _endpoint, "cross-encoder": _cross_encoder}


def create_reranker(kind: str, settings: RerankerSettings) -> Reranker:
    """The reranker of this kind; raises `RerankingError` for one that is not registered or cannot be made."""
    if kind not in RERANKERS:
        raise RerankingError(f"no reranker {kind!r}; there are {', '.join(sorted(RERANKERS))}")
    return RERANKERS[kind](settings)
