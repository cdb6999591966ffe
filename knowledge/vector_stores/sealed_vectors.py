"""Vectors at rest: the form is chosen by how many there are. docs/decisions/0006-index.md has the figures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import faiss
import numpy as np
import numpy.typing as npt

from knowledge.retrieval import Vector, Vectors

Form = Literal["bytes", "lists", "half_lists"]
Found = tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]  # rows and inner products, best first

_MOST_LISTS = 4_096
_TRAINED_ON = 32  # vectors a list, at most
_READ_LISTS = 96  # of those nearest to the question
_BLOCK = 8_192
_ROUNDS = 8
_SPARE_RANGE = 0.1  # of each dimension, either side, for vectors that come after those trained on
_METRIC = faiss.METRIC_INNER_PRODUCT
_BY_ROW = 1  # faiss.DirectMap.Array, which the package's type hints leave out


@dataclass(frozen=True, slots=True)
class FormSizes:
    """From how many vectors on each form is worth its while; fewer stay in half precision, which is exact enough."""

    bytes_from: int = 2_000
    lists_from: int = 20_000

    def form(self, count: int, *, coarse: bool = False) -> Form | None:
        """`coarse`: where many take much memory, rather half of it than every digit."""
        if count < self.bytes_from:
            return None
        if count < self.lists_from:
            return "bytes"
        return "half_lists" if coarse else "lists"


class SealedVectors:
    """Eight bits a dimension; all of them compared ("bytes"), or those of the lists nearest to the question ("lists"),
    or these with four bits ("half_lists").

    Rows are numbered from 0. Nothing is removed: `chosen` says which rows may be found.
    """

    def __init__(self, index: Any, form: Form) -> None:
        self.form: Form = form
        self._index = index

    @classmethod
    def build(cls, form: Form, dimension: int, count: int, blocks: Iterator[Vectors], sample: Vectors) -> SealedVectors:
        """`blocks` give the rows in order; `sample` are some of them, drawn evenly, to train on."""
        quantizer = faiss.ScalarQuantizer.QT_4bit if form == "half_lists" else faiss.ScalarQuantizer.QT_8bit
        index: Any
        if form == "bytes":
            index = faiss.IndexScalarQuantizer(dimension, quantizer, _METRIC)
        else:
            lists = list_count(count)
            coarse: Any = faiss.IndexFlatIP(dimension)
            index = faiss.IndexIVFScalarQuantizer(coarse, dimension, lists, quantizer, _METRIC)
            index.own_fields = True
            coarse.this.disown()  # the index frees it
            index.cp.niter = _ROUNDS
            index.cp.min_points_per_centroid = 1
            index.cp.max_points_per_centroid = _TRAINED_ON
        index.sq.rangestat_arg = _SPARE_RANGE
        faiss.omp_set_num_threads(1)
        index.train(np.ascontiguousarray(sample, dtype=np.float32))
        made = cls(index, form)
        if made.has_lists:
            index.set_direct_map_type(_BY_ROW)
        for block in blocks:
            made.add(block)
        return made

    @property
    def count(self) -> int:
        return int(self._index.ntotal)

    @property
    def has_lists(self) -> bool:
        return self.form != "bytes"

    @property
    def is_outgrown(self) -> bool:
        """Whether it holds so many that they would be found faster in more lists."""
        return self.has_lists and list_count(self.count) > 2 * int(self._index.nlist)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    @property
    def nbytes(self) -> int:
        extra = 16 if self.has_lists else 0  # the row in its list, and where to find it
        return self.count * (int(self._index.code_size) + extra) + 4 * self.dimension * int(
            getattr(self._index, "nlist", 0)
        )

    def add(self, vectors: Vectors) -> None:
        """Further rows. Not after `load` without `writable`."""
        faiss.omp_set_num_threads(1)
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def vectors(self, rows: npt.NDArray[np.int64]) -> Vectors:
        """To the precision they are kept in."""
        found: Vectors = self._index.reconstruct_batch(rows)
        return found

    def blocks(self, rows: npt.NDArray[np.int64]) -> Iterator[Vectors]:
        for start in range(0, len(rows), _BLOCK):
            yield self.vectors(rows[start : start + _BLOCK])

    def search(self, vector: Vector, limit: int, chosen: npt.NDArray[np.bool_] | None) -> Found:
        """`chosen` by row, where not all may be found."""
        parameters: Any = faiss.SearchParametersIVF() if self.has_lists else faiss.SearchParameters()
        if self.has_lists:
            parameters.nprobe = _READ_LISTS
        if chosen is not None:
            bitmap = np.packbits(chosen, bitorder="little")  # this and the selector have to outlive the search
            selector = faiss.IDSelectorBitmap(len(bitmap), faiss.swig_ptr(bitmap))
            parameters.sel = selector
        scores, rows = self._index.search(vector.reshape(1, -1), min(limit, self.count), params=parameters)
        there = rows[0] >= 0
        return rows[0][there], scores[0][there]

    def save(self, path: Path) -> None:
        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path, form: Form, *, writable: bool) -> SealedVectors:
        """Raises RuntimeError when the file is not a whole index."""
        # Lists can be mapped: only what is read takes memory, and the kernel may take it back.
        mapped = form != "bytes" and not writable
        index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP if mapped else 0)
        if mapped:  # by default 32 threads a search read its lists ahead, and cost four times the search
            held: Any = faiss.downcast_InvertedLists(index.invlists)
            held.prefetch_nthread = 0
        return cls(index, form)


def list_count(count: int) -> int:
    """Lists for so many vectors: twice the square root, so that neither lists nor their vectors cost the most."""
    return max(1, min(_MOST_LISTS, 2 * math.isqrt(count)))


def sample_size(form: Form, count: int) -> int:
    """How many vectors to train on."""
    return min(count, list_count(count) * _TRAINED_ON if form != "bytes" else 20_000)
