"""PDF: text in reading order, page by page, under bookmarks or headings set in larger type."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from knowledge.document import LoadedPart, Locator, StoredFile
from knowledge.errors import DocumentCorrupt, DocumentEncrypted, DocumentTooLarge
from knowledge.limits import ParseLimits
from knowledge.reading.cleaning import one_line
from knowledge.reading.outline import Outline
from knowledge.reading.page_layout import (
    body_type,
    in_reading_order,
    paragraphs,
    without_contents,
)
from knowledge.reading.page_outline import add_page
from knowledge.reading.page_tables import TableReader
from knowledge.reading.pdf_lines import Line, read_lines
from knowledge.reading.pdf_scans import is_scanned, picture_of, reads_as_text, unlike
from knowledge.reading.running_heads import RunningHeads
from knowledge.reading.scans import ScanReader, add_scan, nothing_readable

logger = logging.getLogger(__name__)

_SAMPLE = 6  # pages looked at first, for the usual type size and the running heads
_MAX_BOOKMARKS = 2_000
_MAX_PAGE_SIDE = 1_000_000.0  # points; the format itself ends far below
_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD


class PdfLoader:
    """Reads .pdf. Yields a part for each page."""

    media_types: tuple[str, ...] = ("application/pdf",)
    suffixes: tuple[str, ...] = (".pdf",)

    def load(self, file: StoredFile, *, limits: ParseLimits = ParseLimits()) -> Iterator[LoadedPart]:
        import pypdfium2  # only the worker that reads a PDF pays for loading PDFium

        try:
            document = pypdfium2.PdfDocument(file.read_bytes())
        except pypdfium2.PdfiumError as error:
            raise DocumentEncrypted() if error.err_code == _PASSWORD_ERROR else DocumentCorrupt() from error
        try:
            yield from _Reader(document, pypdfium2.PdfiumError, limits).parts()
        finally:
            document.close()


class _Reader:
    def __init__(self, document: Any, failure: type[Exception], limits: ParseLimits) -> None:
        self._document = document
        self._failure = failure
        self._total = len(document)
        if not self._total:
            raise DocumentCorrupt()
        if self._total > limits.pages:
            raise DocumentTooLarge(
                f"This file has {self._total} pages; {limits.pages} are allowed.",
                f"文件共 {self._total} 页，超过 {limits.pages} 页的上限。",
            )
        self._outline = Outline()
        self._tables = TableReader()
        self._scans = ScanReader(limits)

    def parts(self) -> Iterator[LoadedPart]:
        stride = max(1, self._total // _SAMPLE)
        sample = {number: self._sample(number) for number in range(0, self._total, stride)[:_SAMPLE]}
        heads = RunningHeads(pages=2)
        for number, lines in sample.items():
            heads.learn(lines, number)
        body = body_type(list(sample.values()))
        bookmarks = self._bookmarks()
        title = self._title()
        found = False
        for number in range(self._total):
            lines, is_scan = self._text(number)
            lines = heads.without(lines, number, first_page=number == 0)
            lines = without_contents(in_reading_order(lines), pages=self._total)
            self._outline.move(Locator(page=number + 1))
            marks = bookmarks.get(number, ())
            if lines or not is_scan:
                found_here = list(paragraphs(self._tables.with_headers(lines)))
                add_page(self._outline, found_here, body, marks=marks, by_type=not bookmarks)
                marks = ()
            if is_scan:
                yield LoadedPart((), number, self._total, title=title, pages_recognised=self._scans.take_up())
                self._outline.move(Locator(page=number + 1, recognised=True))
                add_scan(self._outline, unlike(self._scan(number), lines), marks=marks, by_type=not bookmarks)
            sections = tuple(self._outline.sections())
            found = found or any(section.text.strip() for section in sections)
            yield LoadedPart(sections, number + 1, self._total, title=title, pages_recognised=self._scans.pages)
        if not found:
            raise nothing_readable(looked=self._scans.pages > 0)

    def _sample(self, number: int) -> list[Line]:
        with self._page(number) as page:
            return _lines_of(page)

    def _text(self, number: int) -> tuple[list[Line], bool]:
        """A page's lines, and whether there is more on it that recognition alone can read."""
        with self._page(number) as page:
            lines = _lines_of(page)
            if not (self._scans.is_allowed and is_scanned(page, lines)):
                return lines, False
        return [line for line in lines if reads_as_text(line.text)], True

    def _scan(self, number: int) -> list[Line]:
        with self._page(number) as page:
            picture, scale = picture_of(page, self._scans)
        return self._scans.lines(picture, scale=scale)

    @contextmanager
    def _page(self, number: int) -> Iterator[Any]:
        damage = DocumentCorrupt(f"Page {number + 1} of this file is damaged.", f"文件第 {number + 1} 页已损坏。")
        try:
            page = self._document[number]
            try:
                if max(page.get_size()) > _MAX_PAGE_SIDE:
                    raise DocumentCorrupt()
                yield page
            finally:
                page.close()
        except self._failure as error:
            raise damage from error

    def _bookmarks(self) -> Mapping[int, list[tuple[int, str]]]:
        """(level, title) of the bookmarks by their page; empty when there are too few to be an outline."""
        found: dict[int, list[tuple[int, str]]] = {}
        count = 0
        for bookmark in self._document.get_toc(max_depth=6):
            count += 1
            if count > _MAX_BOOKMARKS:
                break
            try:
                destination = bookmark.get_dest()
                title = one_line(bookmark.get_title())
            except (self._failure, ValueError):
                logger.debug("bookmark left out", exc_info=True)
                continue
            page = destination.get_index() if destination is not None else None
            if page is not None and title:
                found.setdefault(page, []).append((bookmark.level + 1, title))
        return found if count >= 3 else {}

    def _title(self) -> str | None:
        title = one_line(self._document.get_metadata_value("Title"))
        return (
            title
            if 2 <= len(title) <= 200
            and not re.search(r"\.\w{2,4}$|^(?:untitled|microsoft word|\(?anonymous|\(?unspecified)", title.lower())
            else None
        )


def _lines_of(page: Any) -> list[Line]:
    text_page = page.get_textpage()
    try:
        return read_lines(text_page)
    finally:
        text_page.close()
