"""Identifiers by number, in some thirty bytes each: a million of them as Python strings in a dictionary take 200 MB."""

from __future__ import annotations

import hashlib
import json
import string
from collections.abc import Collection
from pathlib import Path

import numpy as np
import numpy.typing as npt

_HEXADECIMAL = frozenset(string.digits + "abcdef")
_ALL = (1 << 64) - 1
Rows = npt.NDArray[np.int64]


class IdTable:
    """Each identifier added gets the next row, for good; removing it leaves the row empty.

    Those of 32 hexadecimal digits, which is what the platform makes, are kept as their sixteen bytes; others as they
    are, beside the table. Not thread-safe.
    """

    def __init__(self) -> None:
        self._keys = np.zeros((16, 2), dtype=np.uint64)
        self._alive = np.zeros(16, dtype=bool)
        self._odd: dict[int, str] = {}
        self._places = np.zeros(32, dtype=np.uint32)  # open addressing; a row plus one, 0 where empty
        self._entries = 0  # places taken, by empty rows too
        self._rows = 0
        self._count = 0

    def __len__(self) -> int:
        """How many identifiers it holds now."""
        return self._count

    def __contains__(self, identifier: str) -> bool:
        return self.row(identifier) is not None

    @property
    def rows(self) -> int:
        """How many were ever added: the next row."""
        return self._rows

    @property
    def nbytes(self) -> int:
        return self._keys.nbytes + self._alive.nbytes + self._places.nbytes + 150 * len(self._odd)

    @property
    def alive(self) -> npt.NDArray[np.bool_]:
        """By row; a view that the next change may leave behind."""
        return self._alive[: self._rows]

    def row(self, identifier: str) -> int | None:
        """Where it is; None when it is not there."""
        row = int(self._places[self._place(identifier)[0]]) - 1
        return row if row >= 0 and self._alive[row] else None

    def find(self, identifiers: Collection[str]) -> Rows:
        """The rows of those that are there."""
        rows = self.rows_of(identifiers)
        return rows[rows >= 0]

    def rows_of(self, identifiers: Collection[str]) -> Rows:
        """For each its row, or -1. All at once, as in `_hash_again`."""
        keys = _keys(identifiers)
        found = np.full(len(keys), -1, dtype=np.int64)
        last = len(self._places) - 1
        asked = np.arange(len(keys))
        lows = keys[:, 1]
        places = ((lows ^ (lows >> np.uint64(32))) & np.uint64(last)).astype(np.int64)
        while len(asked):
            rows = self._places[places].astype(np.int64) - 1
            there = rows >= 0  # row -1 is any row: what it holds does not count
            same = there & (self._keys[rows] == keys[asked]).all(axis=1)
            found[asked[same]] = rows[same]
            on = there & ~same
            asked, places = asked[on], (places[on] + 1) & last
        found[found >= 0] = np.where(self._alive[found[found >= 0]], found[found >= 0], -1)
        return found

    def identifiers(self, rows: Rows) -> list[str]:
        """What stands, or stood, in each of these rows."""
        digits = self._keys[rows].astype(">u8").tobytes().hex()
        found = [digits[start : start + 32] for start in range(0, len(digits), 32)]
        if self._odd:
            found = [self._odd.get(row, one) for row, one in zip(rows.tolist(), found, strict=True)]
        return found

    def add(self, identifier: str) -> int:
        """Its new row; a row that it had before becomes empty."""
        if self._rows == len(self._keys):
            self._grow()
        place, key = self._place(identifier)
        row, former = self._rows, int(self._places[place]) - 1
        if former < 0:
            self._entries += 1
        elif self._alive[former]:
            self._empty(former)
        high, low = key
        self._keys[row, 0], self._keys[row, 1] = high, low
        self._alive[row] = True
        if not _is_plain(identifier):
            self._odd[row] = identifier
        self._places[place] = row + 1
        self._rows, self._count = row + 1, self._count + 1
        if self._entries * 4 > len(self._places) * 3:
            self._hash_again()
        return row

    def remove(self, identifier: str) -> int | None:
        """The row it had; None when it was not there."""
        row = self.row(identifier)
        if row is not None:
            self._empty(row)
        return row

    def kept(self, rows: Rows) -> IdTable:
        """A new table of these rows, in this order, emptied where they are empty here."""
        made = IdTable()
        numbers = {int(old): new for new, old in enumerate(rows) if int(old) in self._odd} if self._odd else {}
        made._fill(self._keys[rows], self._alive[rows], {new: self._odd[old] for old, new in numbers.items()})
        return made

    def save(self, folder: Path, name: str) -> None:
        """As `name`.npz and, where there are identifiers of another form, `name`.json."""
        np.savez(folder / f"{name}.npz", keys=self._keys[: self._rows], alive=self.alive)
        if self._odd:
            (folder / f"{name}.json").write_text(json.dumps(self._odd), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, name: str) -> IdTable:
        with np.load(folder / f"{name}.npz", allow_pickle=False) as arrays:
            keys, alive = arrays["keys"], arrays["alive"]
        odd_file = folder / f"{name}.json"
        odd = json.loads(odd_file.read_text(encoding="utf-8")) if odd_file.exists() else {}
        made = cls()
        made._fill(keys, alive, {int(row): str(identifier) for row, identifier in odd.items()})
        return made

    def _fill(self, keys: npt.NDArray[np.uint64], alive: npt.NDArray[np.bool_], odd: dict[int, str]) -> None:
        self._rows, self._count, self._odd = len(keys), int(alive.sum()), odd
        more = max(0, 16 - self._rows)
        self._keys, self._alive = np.pad(keys, ((0, more), (0, 0))), np.pad(alive, (0, more))
        self._hash_again()

    def _place(self, identifier: str) -> tuple[int, tuple[int, int]]:
        """Where the identifier's row is noted, or would be."""
        high, low = _key(identifier)
        last = len(self._places) - 1
        place = _mixed(low) & last
        while (row := int(self._places[place]) - 1) >= 0:
            if int(self._keys[row, 1]) == low and int(self._keys[row, 0]) == high:
                break
            place = (place + 1) & last
        return place, (high, low)

    def _empty(self, row: int) -> None:
        self._alive[row] = False
        self._count -= 1

    def _grow(self) -> None:
        more = max(16, self._rows // 4)
        self._keys, self._alive = np.pad(self._keys, ((0, more), (0, 0))), np.pad(self._alive, (0, more))

    def _hash_again(self) -> None:
        """Every row that holds something, all at once: in each round the free places are taken, the losers go on."""
        rows = np.flatnonzero(self.alive)
        size = 32
        while size < 2 * len(rows) + 2:
            size *= 2
        self._places = np.zeros(size, dtype=np.uint32)
        self._entries = len(rows)
        lows = self._keys[rows, 1]
        places = ((lows ^ (lows >> np.uint64(32))) & np.uint64(size - 1)).astype(np.int64)
        while len(rows):
            free = self._places[places] == 0
            self._places[places[free]] = rows[free] + 1
            lost = self._places[places] != rows + 1
            rows, places = rows[lost], (places[lost] + 1) & (size - 1)


def _is_plain(identifier: str) -> bool:
    return len(identifier) == 32 and _HEXADECIMAL.issuperset(identifier)


def _keys(identifiers: Collection[str]) -> npt.NDArray[np.uint64]:
    """(n, 2): what `_key` gives for each."""
    digits = "".join(identifiers)
    if digits and _HEXADECIMAL.issuperset(digits) and all(len(one) == 32 for one in identifiers):
        return np.frombuffer(bytes.fromhex(digits), dtype=">u8").reshape(-1, 2).astype(np.uint64)
    return np.array([_key(one) for one in identifiers], dtype=np.uint64).reshape(-1, 2)


def _key(identifier: str) -> tuple[int, int]:
    if _is_plain(identifier):
        number = int(identifier, 16)
    else:
        number = int.from_bytes(hashlib.blake2b(identifier.encode("utf-8", "replace"), digest_size=16).digest())
    return number >> 64, number & _ALL


def _mixed(low: int) -> int:
    return low ^ (low >> 32)
