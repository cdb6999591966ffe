"""What the services ask of an index, and whose it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from knowledge.retrieval import Hit, IndexedChunk


@dataclass(frozen=True, slots=True)
class IndexKey:
    """Whose index it is, and of which kind of chunks."""

    tenant_id: str
    knowledge_base_id: str
    kind: str

    @property
    def name(self) -> str:
        return f"{self.tenant_id}/{self.knowledge_base_id}/{self.kind}"


class SearchableIndex(Protocol):
    """As knowledge.index.KnowledgeIndex and knowledge.faq.QuestionIndex."""

    @property
    def revision(self) -> int: ...

    @property
    def nbytes(self) -> int: ...

    @property
    def is_worn(self) -> bool: ...

    def __len__(self) -> int: ...

    def apply(
        self, upserts: Sequence[IndexedChunk], deletes: Sequence[str], *, revision: int, more: bool = False
    ) -> None: ...

    def search(
        self, question: str, *, language: str, limit: int, document_ids: Collection[str] | None = None
    ) -> list[Hit]: ...


class SavedIndex(SearchableIndex, Protocol):
    """One that can be written to disk: as knowledge.index.KnowledgeIndex."""

    def settle(self) -> None: ...

    def save(self, folder: Path) -> None: ...

    def load(self, folder: Path, *, writable: bool = False) -> None: ...


class OpenIndex(Protocol):
    def __call__(self, name: str, words: Path, *, writable: bool) -> SavedIndex:
        """An index of revision 0 over the lexical side in the folder `words`, which `writable` lets it change."""
        ...
