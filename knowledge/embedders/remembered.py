"""A small memory of the texts just embedded: a turn asks for the vector of its message more than once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from knowledge.retrieval import Vectors


class Remembered:
    """The vectors of the last `limit` keys. Thread-safe; two threads that ask for one key at once both compute it."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._vectors: OrderedDict[tuple[str, ...], Vectors] = OrderedDict()

    def get(self, key: tuple[str, ...], compute: Callable[[], Vectors]) -> Vectors:
        """A copy of what `compute` gave for this key, now or before."""
        with self._lock:
            found = self._vectors.get(key)
            if found is not None:
                self._vectors.move_to_end(key)
                return found.copy()
        vectors = compute()
        with self._lock:
            self._vectors[key] = vectors.copy()
            while len(self._vectors) > self._limit:
                self._vectors.popitem(last=False)
        return vectors
