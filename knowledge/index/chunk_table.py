"""What a knowledge base's index remembers of its chunks, by slot: the number a chunk has on the lexical side."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from knowledge.index.id_table import IdTable

_MOST_SPACES = 16  # a bit each


class ChunkTable:
    """Slots begin at 1 and are never used again; a replaced chunk gets a new one. Not thread-safe."""

    def __init__(self) -> None:
        self._ids = IdTable()
        self._documents = IdTable()
        self._groups = np.zeros(16, dtype=np.uint32)  # a document's row plus one, by chunk row
        self._held = np.zeros(16, dtype=np.uint16)  # the spaces it has a vector in, as bits
        self._spaces: list[str] = []
        self.counts: Counter[str] = Counter()  # chunks with a vector, by space

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, chunk_id: str) -> bool:
        return chunk_id in self._ids

    @property
    def next_slot(self) -> int:
        return self._ids.rows + 1

    @property
    def empty(self) -> int:
        """Slots whose chunk is gone."""
        return self._ids.rows - len(self._ids)

    @property
    def nbytes(self) -> int:
        return self._ids.nbytes + self._documents.nbytes + self._groups.nbytes + self._held.nbytes

    @property
    def spaces(self) -> tuple[str, ...]:
        return tuple(self._spaces)

    def group(self, document_id: str) -> int:
        """The document's number, now and later."""
        row = self._documents.row(document_id)
        return (self._documents.add(document_id) if row is None else row) + 1

    def slots(self, chunk_ids: Collection[str]) -> list[int]:
        """For each its slot, or 0 for one that is not there."""
        slots: list[int] = (self._ids.rows_of(chunk_ids) + 1).tolist()
        return slots

    def chunk_ids(self, slots: Sequence[int]) -> list[str | None]:
        """For each its chunk; None where that is gone."""
        rows = np.asarray(slots, dtype=np.int64) - 1
        alive = self._ids.alive[rows].tolist()
        return [one if lives else None for one, lives in zip(self._ids.identifiers(rows), alive, strict=True)]

    def spaces_of(self, chunk_id: str) -> tuple[str, ...]:
        """Where the chunk has a vector; nowhere, for one that is not there."""
        row = self._ids.row(chunk_id)
        held = 0 if row is None else int(self._held[row])
        return tuple(space for bit, space in enumerate(self._spaces) if held >> bit & 1)

    def of_space(self, space: str, chunk_ids: Sequence[str]) -> list[str]:
        """Those of them that have a vector there."""
        if space not in self._spaces:
            return []
        rows = self._ids.rows_of(chunk_ids)
        held = (self._held[rows] >> self._spaces.index(space)) & 1
        return [one for one, row, has in zip(chunk_ids, rows.tolist(), held.tolist(), strict=True) if row >= 0 and has]

    def add(self, chunk_id: str, document_id: str, spaces: Collection[str]) -> int:
        """The new slot. Raises ValueError for more spaces than there can be."""
        self.remove(chunk_id)
        row = self._ids.add(chunk_id)
        if row >= len(self._groups):
            room = row + max(16, row // 4)
            self._groups = np.pad(self._groups, (0, room - len(self._groups)))
            self._held = np.pad(self._held, (0, room - len(self._held)))
        self._groups[row] = self.group(document_id)
        self._held[row] = sum(1 << self._bit(space) for space in spaces)
        self.counts.update(spaces)
        return row + 1

    def remove(self, chunk_id: str) -> None:
        self.counts.subtract(self.spaces_of(chunk_id))
        self._ids.remove(chunk_id)

    def groups_of(self, document_ids: Collection[str]) -> list[int]:
        """Of those documents that ever had a chunk."""
        groups: list[int] = (self._documents.find(document_ids) + 1).tolist()
        return groups

    def chunk_ids_in(self, groups: Sequence[int]) -> list[str]:
        rows = self._ids.rows
        if not groups:
            return []
        wanted = np.zeros(self._documents.rows + 1, dtype=bool)
        wanted[list(groups)] = True
        return self._ids.identifiers(np.flatnonzero(self._ids.alive & wanted[self._groups[:rows]]))

    def save(self, folder: Path) -> None:
        self._ids.save(folder, "chunks")
        self._documents.save(folder, "documents")
        rows = self._ids.rows
        np.savez(folder / "slots.npz", groups=self._groups[:rows], held=self._held[:rows])
        state = {"spaces": self._spaces, "counts": dict(self.counts)}
        (folder / "spaces.json").write_text(json.dumps(state), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> ChunkTable:
        """Raises OSError, ValueError or KeyError for files that are not what `save` wrote."""
        made = cls()
        made._ids, made._documents = IdTable.load(folder, "chunks"), IdTable.load(folder, "documents")
        with np.load(folder / "slots.npz", allow_pickle=False) as arrays:
            made._groups, made._held = arrays["groups"], arrays["held"]
        state = json.loads((folder / "spaces.json").read_text(encoding="utf-8"))
        made._spaces = [str(space) for space in state["spaces"]]
        made.counts = Counter({str(space): int(count) for space, count in state["counts"].items()})
        return made

    def _bit(self, space: str) -> int:
        if space in self._spaces:
            return self._spaces.index(space)
        if len(self._spaces) < _MOST_SPACES:
            self._spaces.append(space)
            return len(self._spaces) - 1
        unused = next((bit for bit, one in enumerate(self._spaces) if not self.counts[one]), None)
        if unused is None:
            raise ValueError(f"more than {_MOST_SPACES} vector spaces in one knowledge base")
        self._spaces[unused] = space
        return unused
