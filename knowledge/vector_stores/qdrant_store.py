"""Vectors on a Qdrant server or cluster, shared by every process of the installation.

One collection a space; in it every point names its tenant and knowledge base, and no request goes without that filter.
A point carries the revision that wrote it, so that a process which lags behind never undoes what another has done.
How far a partition has come stands in a small collection of its own.
"""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from knowledge.errors import VectorStoreUnavailable
from knowledge.retrieval import Vector, Vectors

_AT_ONCE = 256  # points in a request
_TIMEOUT_S = 10
_WAITS_S = (0.1, 0.5)  # before the second and the third attempt
_NAMESPACE = uuid.UUID("6f1f6a2e-5c0b-4a8a-9d0e-3a4f0c1b7e55")
_TENANT, _BASE, _PARTITION, _CHUNK, _REVISION = "tenant", "knowledge_base", "partition", "chunk", "revision"
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Place:
    """A partition: "tenant/knowledge base/kind/space", where what is missing counts as empty."""

    name: str

    def __post_init__(self) -> None:
        if not self.name.split("/", 1)[0]:
            raise ValueError("a partition without a tenant")

    @property
    def parts(self) -> tuple[str, str, str, str]:
        tenant, base, kind, space = (*self.name.split("/", 3), "", "", "")[:4]
        return tenant, base, kind, space

    def filter(self, *further: models.Condition) -> models.Filter:
        return models.Filter(must=[_equal(_TENANT, self.parts[0]), _equal(_PARTITION, self.name), *further])

    def point(self, chunk_id: str) -> str:
        return str(uuid.uuid5(_NAMESPACE, f"{self.name}\n{chunk_id}"))


class QdrantStore:
    """Thread-safe. Every write is waited for: once it returns, each search of any process sees it."""

    is_shared = True

    def __init__(self, url: str, *, api_key: str = "", prefix: str = "chatbot") -> None:
        """Connects to nothing yet. `prefix` begins the name of every collection."""
        if not url:
            raise ValueError("a Qdrant vector store needs the URL of its server")
        self._client = QdrantClient(
            url=url, api_key=api_key or None, timeout=_TIMEOUT_S, check_compatibility=False, port=None
        )
        self._prefix = prefix
        self._progress = f"{prefix}-progress"
        self._dimensions: dict[str, int] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        self._client.close()

    def upsert(self, partition: str, ids: Sequence[str], vectors: Vectors, *, revision: int = 0) -> None:
        """Raises ValueError when the dimension is not the collection's or an id comes twice."""
        if len(ids) != len(vectors) or len(set(ids)) != len(ids):
            raise ValueError("one vector for each id, and each id once")
        if not ids:
            return
        place = _Place(partition)
        collection = self._collection(place.parts[3])
        dimension = self._prepared(collection, vectors.shape[1])
        if dimension != vectors.shape[1]:
            raise ValueError(f"vectors of dimension {vectors.shape[1]} in a collection of {dimension}")
        tenant, base, _, _ = place.parts
        not_newer = models.Filter(must=[models.FieldCondition(key=_REVISION, range=models.Range(lte=revision))])
        for start in range(0, len(ids), _AT_ONCE):
            points = [
                models.PointStruct(
                    id=place.point(chunk_id),
                    vector=vector.tolist(),
                    payload={
                        _TENANT: tenant, _BASE: base, _PARTITION: partition, _CHUNK: chunk_id, _REVISION: revision
                    },
                )
                for chunk_id, vector in zip(ids[start : start + _AT_ONCE], vectors[start:], strict=False)
            ]  # fmt: skip
            self._ask(partial(self._client.upsert, collection, points, update_filter=not_newer))

    def delete(self, partition: str, ids: Sequence[str], *, revision: int = 0) -> None:
        place = _Place(partition)
        not_newer = models.FieldCondition(key=_REVISION, range=models.Range(lte=revision))
        for some in _batches(ids):
            named = models.HasIdCondition(has_id=[place.point(chunk_id) for chunk_id in some])
            self._remove(self._collection(place.parts[3]), place.filter(named, not_newer))

    def search(
        self, partition: str, vector: Vector, *, limit: int, among: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Of `among` exactly; else as exact as the server's own index."""
        if limit < 1 or (among is not None and not among):
            return []
        place = _Place(partition)
        named = [] if among is None else [models.HasIdCondition(has_id=[place.point(one) for one in among])]
        found = self._ask(
            lambda: self._client.query_points(
                self._collection(place.parts[3]),
                query=vector.tolist(),
                query_filter=place.filter(*named),
                search_params=models.SearchParams(exact=True) if named else None,
                limit=limit,
                with_payload=[_CHUNK],
            )
        )
        return [] if found is None else [(str((one.payload or {})[_CHUNK]), one.score) for one in found.points]

    def drop(self, partition: str) -> None:
        place = _Place(partition)
        tenant, base, kind, space = place.parts
        chosen = [_equal(_TENANT, tenant)]
        if kind:
            chosen.append(_equal(_PARTITION, partition))
        elif base:
            chosen.append(_equal(_BASE, base))
        names = [self._collection(space)] if space else [*self._collections(), self._progress]
        for collection in {*names, self._progress}:
            self._remove(collection, models.Filter(must=list(chosen)))

    def nbytes(self, partition: str) -> int:  # noqa: ARG002 - all of it lies on the server
        return 0

    def revision(self, partition: str) -> int:
        point = _Place(partition).point("")
        found = self._ask(lambda: self._client.retrieve(self._progress, [point]))
        return int((found[0].payload or {})[_REVISION]) if found else 0

    def complete(self, partition: str, revision: int, *, whole: bool) -> None:
        place = _Place(partition)
        tenant, base, _, space = place.parts
        older = models.FieldCondition(key=_REVISION, range=models.Range(lt=revision))
        if whole:
            self._remove(self._collection(space), place.filter(older))
        self._prepared(self._progress, 1)
        mark = models.PointStruct(
            id=place.point(""),
            vector=[1.0],
            payload={_TENANT: tenant, _BASE: base, _PARTITION: partition, _REVISION: revision},
        )
        self._ask(lambda: self._client.upsert(self._progress, [mark], update_filter=models.Filter(must=[older])))

    def settle(self, partition: str, *, coarse: bool = False) -> None:
        """The server does, by itself."""

    def save(self, partition: str, folder: Path) -> None:
        """Nothing: the server keeps them."""

    def load(self, partition: str, folder: Path, *, writable: bool = False) -> None:
        """Nothing: they are there."""

    def _collection(self, space: str) -> str:
        return f"{self._prefix}-vectors-{re.sub('[^A-Za-z0-9_.-]+', '_', space) or 'unnamed'}"

    def _collections(self) -> list[str]:
        found = self._ask(self._client.get_collections)
        names = [] if found is None else [one.name for one in found.collections]
        return [name for name in names if name.startswith(f"{self._prefix}-vectors-")]

    def _prepared(self, collection: str, dimension: int) -> int:
        """Makes the collection where it is missing; the dimension it has."""
        with self._lock:
            if collection not in self._dimensions:
                if not self._client_says_exists(collection):
                    self._make(collection, dimension)
                found = self._ask(lambda: self._client.get_collection(collection))
                size = found.config.params.vectors if found is not None else None
                self._dimensions[collection] = size.size if isinstance(size, models.VectorParams) else dimension
            return self._dimensions[collection]

    def _client_says_exists(self, collection: str) -> bool:
        return bool(self._ask(lambda: self._client.collection_exists(collection)))

    def _make(self, collection: str, dimension: int) -> None:
        # Every search names its tenant: a graph over all of them would only be walked to be thrown away.
        layout = models.HnswConfigDiff(m=0, payload_m=16)
        vectors = models.VectorParams(size=dimension, distance=models.Distance.DOT)
        self._ask(
            lambda: self._client.create_collection(collection, vectors_config=vectors, hnsw_config=layout), made=True
        )
        keyword = models.KeywordIndexType.KEYWORD
        for field in (_TENANT, _BASE, _PARTITION):
            schema = models.KeywordIndexParams(type=keyword, is_tenant=field == _TENANT or None)
            self._index(collection, field, schema)
        self._index(collection, _REVISION, models.IntegerIndexParams(type=models.IntegerIndexType.INTEGER))

    def _index(
        self, collection: str, field: str, schema: models.KeywordIndexParams | models.IntegerIndexParams
    ) -> None:
        self._ask(lambda: self._client.create_payload_index(collection, field, field_schema=schema))

    def _remove(self, collection: str, chosen: models.Filter) -> None:
        self._ask(lambda: self._client.delete(collection, models.FilterSelector(filter=chosen)))

    def _ask(self, request: Callable[[], Result], *, made: bool = False) -> Result | None:
        """None where the collection does not exist, or, when it is being `made`, where another process was first.

        Every request may be repeated: they say what shall be, not what shall change.
        """
        for wait in (*_WAITS_S, None):
            try:
                return request()
            except UnexpectedResponse as error:
                if error.status_code == 404 or (made and error.status_code in (400, 409)):
                    return None
                if (error.status_code or 500) < 500 and error.status_code != 429:
                    raise VectorStoreUnavailable(f"the vector server refused: {error}") from error
                failure: Exception = error
            except ResponseHandlingException as error:
                failure = error
            if wait is None:
                raise VectorStoreUnavailable(f"the vector server does not answer: {failure}") from failure
            time.sleep(wait)
        return None


def _equal(field: str, value: str) -> models.FieldCondition:
    return models.FieldCondition(key=field, match=models.MatchValue(value=value))


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
