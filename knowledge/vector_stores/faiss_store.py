"""Vectors in this process, by FAISS: changes in half precision, what is settled in the form its size asks for."""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import faiss
import numpy as np
import numpy.typing as npt

from knowledge.index.id_table import IdTable, Rows
from knowledge.index.read_write_lock import ReadWriteLock
from knowledge.retrieval import Vector, Vectors
from knowledge.vector_stores.sealed_vectors import Form, FormSizes, SealedVectors, sample_size

_EMPTY_SHARE = 0.25  # of the rows: from here on settling writes the vectors anew instead of adding to them
_FEW = 0.2  # of the rows: as few named ones are computed one by one


class _Partition:
    """Rows only ever grow: those `base` holds, then those of the tail. Deleting empties a row of `ids`."""

    def __init__(self, dimension: int) -> None:
        self.lock = ReadWriteLock()
        self.ids = IdTable()
        self.base: SealedVectors | None = None
        self.dimension = dimension
        self.tail = _half_precision(dimension)

    @property
    def base_rows(self) -> int:
        return self.base.count if self.base else 0

    @property
    def nbytes(self) -> int:
        base = self.base.nbytes if self.base else 0
        return base + int(self.tail.ntotal * self.tail.code_size) + self.ids.nbytes

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        self.tail.add(np.ascontiguousarray(vectors, dtype=np.float32))
        for chunk_id in ids:
            self.ids.add(chunk_id)

    def search(self, vector: Vector, limit: int, among: Collection[str] | None) -> list[tuple[str, float]]:
        vector = np.ascontiguousarray(vector, dtype=np.float32)
        if among is None:
            rows, scores = self._nearest(vector, limit, None if len(self.ids) == self.ids.rows else self.ids.alive)
        else:
            named = self.ids.find(among)
            if len(named) <= max(256, _FEW * self.ids.rows):
                rows, scores = named, self._vectors(named) @ vector
            else:
                chosen = np.zeros(self.ids.rows, dtype=bool)
                chosen[named] = True
                rows, scores = self._nearest(vector, limit, chosen)
        best = np.argsort(-scores, kind="stable")[:limit]
        return list(zip(self.ids.identifiers(rows[best]), scores[best].tolist(), strict=True))

    def settle(self, sizes: FormSizes, *, coarse: bool) -> None:
        form, empty = sizes.form(len(self.ids), coarse=coarse), self.ids.rows - len(self.ids)
        stale = self.base is None or self.base.form != form or self.base.is_outgrown
        if self.base is None or stale or empty > _EMPTY_SHARE * self.ids.rows:
            self._write_anew(form)
        elif self.tail.ntotal:
            for block in _blocks(np.arange(self.base_rows, self.ids.rows)):
                self.base.add(self._vectors(block))
            self.tail = _half_precision(self.dimension)

    def save(self, folder: Path) -> None:
        self.ids.save(folder, "ids")
        np.save(folder / "tail.npy", _codes(self.tail), allow_pickle=False)
        if self.base:
            self.base.save(folder / "base.faiss")
        shape = {"dimension": self.dimension, "form": self.base.form if self.base else None}
        (folder / "vectors.json").write_text(json.dumps(shape), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, *, writable: bool) -> _Partition:
        shape = json.loads((folder / "vectors.json").read_text(encoding="utf-8"))
        made = cls(int(shape["dimension"]))
        made.ids = IdTable.load(folder, "ids")
        if shape["form"]:
            made.base = SealedVectors.load(folder / "base.faiss", cast(Form, shape["form"]), writable=writable)
        codes = np.load(folder / "tail.npy", allow_pickle=False)
        made.tail.add(codes.view(np.float16).astype(np.float32))
        if made.base_rows + made.tail.ntotal != made.ids.rows:
            raise ValueError("a saved partition whose vectors and identifiers do not match")
        return made

    def _nearest(
        self, vector: Vector, limit: int, chosen: npt.NDArray[np.bool_] | None
    ) -> tuple[Rows, npt.NDArray[np.float32]]:
        start = self.base_rows
        rows, scores = [], []
        if self.base:
            found = self.base.search(vector, limit, None if chosen is None else chosen[:start])
            rows, scores = [found[0]], [found[1]]
        if self.tail.ntotal:
            tail = SealedVectors(self.tail, "bytes").search(vector, limit, None if chosen is None else chosen[start:])
            rows.append(tail[0] + start)
            scores.append(tail[1])
        return np.concatenate(rows), np.concatenate(scores)

    def _vectors(self, rows: Rows) -> Vectors:
        found = np.empty((len(rows), self.dimension), dtype=np.float32)
        in_base = rows < self.base_rows
        if self.base and in_base.any():
            found[in_base] = self.base.vectors(rows[in_base])
        if not in_base.all():
            found[~in_base] = self.tail.reconstruct_batch(rows[~in_base] - self.base_rows)
        return found

    def _write_anew(self, form: Form | None) -> None:
        rows = np.flatnonzero(self.ids.alive)
        ids, tail, base = self.ids.kept(rows), _half_precision(self.dimension), None
        if form is None:
            for block in _blocks(rows):
                tail.add(self._vectors(block))
        else:
            drawn = np.random.default_rng(0).choice(rows, sample_size(form, len(rows)), replace=False)
            blocks = (self._vectors(block) for block in _blocks(rows))
            base = SealedVectors.build(form, self.dimension, len(rows), blocks, self._vectors(np.sort(drawn)))
        self.ids, self.tail, self.base = ids, tail, base


class FaissStore:
    """A store that lives and dies with the process; its truth is elsewhere. Thread-safe, but for `settle`."""

    is_shared = False

    def __init__(self, sizes: FormSizes = FormSizes()) -> None:
        self._sizes = sizes
        self._partitions: dict[str, _Partition] = {}
        self._lock = threading.Lock()

    def upsert(self, partition: str, ids: Sequence[str], vectors: Vectors, *, revision: int = 0) -> None:  # noqa: ARG002 - for shared stores
        """Raises ValueError when the dimension is not the partition's or an id comes twice."""
        if len(ids) != len(vectors) or len(set(ids)) != len(ids):
            raise ValueError("one vector for each id, and each id once")
        if not ids:
            return
        with self._lock:
            found = self._partitions.setdefault(partition, _Partition(vectors.shape[1]))
        if found.dimension != vectors.shape[1]:
            raise ValueError(f"vectors of dimension {vectors.shape[1]} in a partition of {found.dimension}")
        with found.lock.writing():
            found.upsert(ids, vectors)

    def delete(self, partition: str, ids: Sequence[str], *, revision: int = 0) -> None:  # noqa: ARG002
        found = self._partitions.get(partition)
        if found is not None:
            with found.lock.writing():
                for chunk_id in ids:
                    found.ids.remove(chunk_id)

    def search(
        self, partition: str, vector: Vector, *, limit: int, among: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Exact, but for settled vectors above some ten thousand."""
        found = self._partitions.get(partition)
        if found is None:
            return []
        faiss.omp_set_num_threads(1)  # holds for the calling thread: queries run beside each other, not inside
        with found.lock.reading():
            return found.search(vector, limit, among) if len(found.ids) and limit > 0 else []

    def drop(self, partition: str) -> None:
        with self._lock:
            for name in [one for one in self._partitions if one == partition or one.startswith(f"{partition}/")]:
                del self._partitions[name]

    def nbytes(self, partition: str) -> int:
        found = self._partitions.get(partition)
        return found.nbytes if found is not None else 0

    def revision(self, partition: str) -> int:  # noqa: ARG002
        return 0

    def complete(self, partition: str, revision: int, *, whole: bool) -> None:
        """Nobody else asks."""

    def settle(self, partition: str, *, coarse: bool = False) -> None:
        """Blocks searches of the partition: for one that nobody searches yet."""
        found = self._partitions.get(partition)
        if found is not None:
            with found.lock.writing():
                found.settle(self._sizes, coarse=coarse)

    def save(self, partition: str, folder: Path) -> None:
        found = self._partitions.get(partition)
        if found is not None:
            with found.lock.reading():
                found.save(folder)

    def load(self, partition: str, folder: Path, *, writable: bool = False) -> None:
        """Raises OSError, ValueError, KeyError or RuntimeError for files that are not what `save` wrote."""
        loaded = _Partition.load(folder, writable=writable)
        with self._lock:
            self._partitions[partition] = loaded


def _half_precision(dimension: int) -> Any:
    """Good to three digits, and half the size."""
    return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)


def _codes(index: Any) -> npt.NDArray[np.uint8]:
    flat: npt.NDArray[np.uint8] = faiss.vector_to_array(index.codes).reshape(-1, index.code_size)
    return flat


def _blocks(rows: Rows, size: int = 8_192) -> Iterator[Rows]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
