"""The registry of vector stores: one file and one line each; the contract tests run over every line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from knowledge.retrieval import VectorStore


@dataclass(frozen=True, slots=True)
class VectorStoreSettings:
    """Where a store that is no part of this process answers."""

    url: str = ""
    api_key: str = ""
    prefix: str = "chatbot"  # of all that it keeps, where a server serves several installations


def _faiss(_settings: VectorStoreSettings) -> VectorStore:
    from knowledge.vector_stores.faiss_store import FaissStore

    return FaissStore()


def _qdrant(settings: VectorStoreSettings) -> VectorStore:
    from knowledge.vector_stores.qdrant_store import QdrantStore

    return QdrantStore(settings.url, api_key=settings.api_key, prefix=settings.prefix)


VECTOR_STORES: Mapping[str, Callable[[VectorStoreSettings], VectorStore]] = {"faiss": _faiss, "qdrant": _qdrant}


def create_vector_store(kind: str, settings: VectorStoreSettings = VectorStoreSettings()) -> VectorStore:
    """The store of this kind; raises ValueError for one that is not registered, or lacks a setting."""
    if kind not in VECTOR_STORES:
        raise ValueError(f"no vector store {kind!r}; there are {', '.join(sorted(VECTOR_STORES))}")
    return VECTOR_STORES[kind](settings)
