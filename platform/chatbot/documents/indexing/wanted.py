"""The chunks that a document shall have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatbot.documents.chunks.kept_repository import KeptChunk
from chatbot.documents.chunks.repository import NewChunk
from chatbot.models import Chunk
from knowledge.document import ChunkDraft


@dataclass(frozen=True, slots=True)
class Wanted:
    """A chunk as it shall be: the document's draft, or what a person made of it."""

    draft: ChunkDraft
    heading: str
    text: str
    language: str
    is_enabled: bool = True
    is_edited: bool = False

    @classmethod
    def of(cls, title: str, draft: ChunkDraft, touched: Chunk | None = None) -> Wanted:
        """Under the title and its headings; as in `touched` where people did something to the chunk."""
        heading = " / ".join((title, *draft.locator.heading))
        if touched is None:
            return cls(draft, heading, draft.text, draft.language)
        said = touched if touched.is_edited else draft
        return cls(draft, heading, said.text, said.language, touched.is_enabled, touched.is_edited)

    @property
    def content(self) -> tuple[str, str]:
        return self.heading, self.text

    @property
    def passage(self) -> tuple[str, str, str]:
        """As it is embedded."""
        return self.heading, self.text, self.language

    def chunk(self, replaced: str | None, vectors: Mapping[str, bytes]) -> NewChunk:
        """To be written in the place of that row."""
        return NewChunk(
            id=replaced,
            ordinal=self.draft.ordinal,
            text=self.text,
            heading=self.heading,
            locator=self.draft.locator.to_json(),
            language=self.language,
            content_hash=self.draft.content_hash,
            vectors=vectors,
            is_enabled=self.is_enabled,
            is_edited=self.is_edited,
        )


def wanted_chunks(title: str, drafts: Sequence[ChunkDraft], kept: Sequence[KeptChunk]) -> list[Wanted]:
    """The drafts, each with what people did to the chunk of the same text."""
    touched = {
        chunk.row.content_hash: chunk.row
        for chunk in kept
        if not chunk.row.is_deleted and (chunk.row.is_edited or not chunk.row.is_enabled)
    }
    return [Wanted.of(title, draft, touched.get(draft.content_hash)) for draft in drafts]
