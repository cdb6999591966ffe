"""A vector store shared by all who are given it, in memory: what a vector server promises, without one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from knowledge.retrieval import Vector, Vectors


class SharedInMemory:
    """Fits `VectorStore`."""

    is_shared = True

    def __init__(self) -> None:
        self._held: dict[str, dict[str, tuple[int, Vector]]] = {}
        self._progress: dict[str, int] = {}

    def upsert(self, partition: str, ids: Sequence[str], vectors: Vectors, *, revision: int = 0) -> None:
        held = self._held.setdefault(partition, {})
        for chunk_id, vector in zip(ids, vectors, strict=True):
            if chunk_id not in held or held[chunk_id][0] <= revision:
                held[chunk_id] = (revision, np.array(vector))

    def delete(self, partition: str, ids: Sequence[str], *, revision: int = 0) -> None:
        held = self._held.get(partition, {})
        for chunk_id in ids:
            if chunk_id in held and held[chunk_id][0] <= revision:
                del held[chunk_id]

    def search(
        self, partition: str, vector: Vector, *, limit: int, among: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        held = dict(self._held.get(partition, {}))
        scores = {one: float(kept @ vector) for one, (_, kept) in held.items() if among is None or one in among}
        return sorted(scores.items(), key=lambda hit: -hit[1])[:limit]

    def drop(self, partition: str) -> None:
        for name in [one for one in self._held if one == partition or one.startswith(f"{partition}/")]:
            del self._held[name]
            self._progress.pop(name, None)

    def nbytes(self, partition: str) -> int:
        return 0

    def revision(self, partition: str) -> int:
        return self._progress.get(partition, 0)

    def complete(self, partition: str, revision: int, *, whole: bool) -> None:
        held = self._held.setdefault(partition, {})
        for chunk_id in [one for one, (written, _) in held.items() if whole and written < revision]:
            del held[chunk_id]
        self._progress[partition] = max(revision, self._progress.get(partition, 0))

    def settle(self, partition: str, *, coarse: bool = False) -> None: ...

    def save(self, partition: str, folder: Path) -> None: ...

    def load(self, partition: str, folder: Path, *, writable: bool = False) -> None: ...
