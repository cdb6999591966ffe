"""A stored file as batches of chunks, with how far the reading has come."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from knowledge.chunking import ChunkSettings, chunk
from knowledge.document import ChunkDraft, LoadedPart, Section
from knowledge.limits import ParseLimits
from knowledge.parsing import parse_guarded
from nlu.language import detect_language

LONGEST_WAIT = 2.0  # seconds that chunks wait for others: scanned pages come one in a few seconds


@dataclass(frozen=True, slots=True)
class DraftBatch:
    """`is_last`: nothing follows. `progress` is how much of the document the chunks so far cover, 0 to 1."""

    drafts: tuple[ChunkDraft, ...]
    is_last: bool
    progress: float
    pages_done: int
    pages_total: int


class DraftReader:
    """Blocking; one thread at a time. Reading the same file again yields the same chunks with the same ordinals."""

    def __init__(
        self,
        path: Path,
        file_name: str,
        *,
        settings: ChunkSettings,
        limits: ParseLimits,
        longest_wait: float = LONGEST_WAIT,
    ) -> None:
        self._parts = parse_guarded(path, file_name, limits=limits)
        self._drafts = chunk(self._sections(), language_of=detect_language, settings=settings)
        self._turn = threading.Lock()
        self._longest_wait = longest_wait
        self._waiting: ChunkDraft | None = None
        self._characters_read = 0
        self._characters_cut = 0
        self._pages_read = 0
        self._pages_total = 0

    def take(self, count: int) -> DraftBatch:
        """The next chunks, up to `count` or as many as a slow document gives in a while.

        Raises knowledge.errors.DocumentError.
        """
        with self._turn:
            return self._take(count)

    def close(self) -> None:
        """Ends the process that parses, after a `take` that may be at work in another thread."""
        with self._turn:
            if isinstance(self._parts, Generator):
                self._parts.close()

    def _take(self, count: int) -> DraftBatch:
        taken = [self._waiting] if self._waiting is not None else []
        self._waiting = None
        started = monotonic()
        for draft in self._drafts:
            if len(taken) == count or (taken and monotonic() - started > self._longest_wait):
                self._waiting = draft
                break
            taken.append(draft)
        is_last = self._waiting is None
        self._characters_cut += sum(len(draft.text) for draft in taken)
        return DraftBatch(
            drafts=tuple(taken),
            is_last=is_last,
            progress=1.0 if is_last else self._progress(),
            pages_done=self._pages_total if is_last else self._page_before(self._waiting),
            pages_total=self._pages_total,
        )

    def _sections(self) -> Iterator[Section]:
        for part in self._parts:
            self._note(part)
            yield from part.sections

    def _note(self, part: LoadedPart) -> None:
        self._pages_read, self._pages_total = part.pages_done, part.pages_total
        self._characters_read += sum(len(section.text) for section in part.sections)

    def _progress(self) -> float:
        """By characters; what has not been read yet is taken to be like what has."""
        expected = self._characters_read * self._pages_total / max(self._pages_read, 1)
        return min(0.99, self._characters_cut / max(expected, 1.0))

    def _page_before(self, following: ChunkDraft | None) -> int:
        """The last page whose chunks have all been taken."""
        page = following.locator.page if following is not None else None
        return min(self._pages_read, page - 1) if page is not None else 0
