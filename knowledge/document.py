"""What a loader finds in a file and what the chunker makes of it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Literal, Protocol

from knowledge.limits import ParseLimits


@dataclass(frozen=True, slots=True)
class Locator:
    """Where a text stands in its document. Empty fields do not apply to the format."""

    page: int | None = None  # 1-based
    heading: tuple[str, ...] = ()  # path from the outermost heading inwards
    sheet: str | None = None  # the worksheet's name
    row: int | None = None  # 1-based, as the spreadsheet program numbers it
    slide: int | None = None  # 1-based
    recognised: bool = False  # the text was read from a picture (OCR) and may hold mistakes
    # Of a chunk that goes on to other pages or rows: from which character of its text on, and to which.
    breaks: tuple[tuple[int, int], ...] = ()

    def to_json(self) -> dict[str, object]:
        """JSON form, without empty fields."""
        found: dict[str, object] = {
            name: value for name in ("page", "sheet", "row", "slide") if (value := getattr(self, name)) is not None
        }
        if self.heading:
            found["heading"] = list(self.heading)
        if self.recognised:
            found["recognised"] = True
        if self.breaks:
            found["breaks"] = [list(one) for one in self.breaks]
        return found

    @classmethod
    def from_json(cls, data: dict[str, object]) -> Locator:
        """The inverse of `to_json`; unknown keys are ignored."""
        page, row, slide = data.get("page"), data.get("row"), data.get("slide")
        heading, sheet, breaks = data.get("heading"), data.get("sheet"), data.get("breaks")
        return cls(
            page=page if isinstance(page, int) else None,
            heading=tuple(str(part) for part in heading) if isinstance(heading, list) else (),
            sheet=sheet if isinstance(sheet, str) else None,
            row=row if isinstance(row, int) else None,
            slide=slide if isinstance(slide, int) else None,
            recognised=data.get("recognised") is True,
            breaks=tuple((int(at), int(number)) for at, number in breaks) if isinstance(breaks, list) else (),
        )


def place_of(locator: Mapping[str, object], offset: int) -> dict[str, object]:
    """A locator in JSON form, of the character at `offset` in the chunk's text: the very page or row."""
    found = {name: value for name, value in locator.items() if name != "breaks"}
    numbered = "row" if "row" in locator else "page"
    for start, number in Locator.from_json(dict(locator)).breaks:
        if start <= offset:
            found[numbered] = number
    return found


@dataclass(frozen=True, slots=True)
class Section:
    """A run of text under one locator: paragraphs separated by a blank line, list items and table rows by a line break.

    A line break means a break: loaders join the lines that a page's width alone has parted. The first section under a
    heading begins with that heading as a paragraph of its own (Markdown keeps its `##`), so the text alone shows it.
    """

    text: str
    locator: Locator = Locator()


@dataclass(frozen=True, slots=True)
class LoadedPart:
    """One step of loading: the sections of one page (or of the whole file, where the format has no pages)."""

    sections: tuple[Section, ...]
    pages_done: int
    pages_total: int  # 1 where the format has no pages
    title: str | None = None  # the document's own title, once known
    pages_recognised: int = 0  # pages on which recognition has begun; an empty part says so before each


class StoredFile(Protocol):
    """A file's bytes: a path, or a file that came within another."""

    def open(self, mode: Literal["rb"], /) -> BinaryIO: ...

    def read_bytes(self) -> bytes: ...


class HeldFile:
    """A file in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def open(self, _mode: Literal["rb"], /) -> BinaryIO:
        return io.BytesIO(self._data)

    def read_bytes(self) -> bytes:
        return self._data


class DocumentLoader(Protocol):
    """Reads one format. A loader is one file in `knowledge/loaders/` and one line of its registry."""

    media_types: tuple[str, ...]
    suffixes: tuple[str, ...]  # lower case, with the dot

    def load(self, file: StoredFile, *, limits: ParseLimits = ParseLimits()) -> Iterator[LoadedPart]:
        """Yield the document part by part; raises `knowledge.errors.DocumentError` for whatever cannot be read.

        Not to be called on an upload in the server's own process: `knowledge.parsing.parse_guarded` is.
        """
        ...


@dataclass(frozen=True, slots=True)
class ChunkDraft:
    """A piece of a document fit for one vector."""

    ordinal: int  # 0-based, in reading order, dense
    text: str
    locator: Locator
    language: str  # "zh" or "en"
    content_hash: str  # sha256 hex of heading path and text
