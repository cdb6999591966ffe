"""Pages that are pictures: how they become text, and what they have in common in every format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from knowledge.errors import DocumentEmpty, DocumentTooLarge
from knowledge.limits import ParseLimits
from knowledge.reading.outline import Outline
from knowledge.reading.page_layout import body_type, paragraphs
from knowledge.reading.page_outline import add_page
from knowledge.reading.page_tables import TableReader
from knowledge.reading.pdf_lines import Line
from knowledge.reading.recognition import Recogniser
from knowledge.reading.running_heads import RunningHeads
from knowledge.reading.scan_layout import as_lines, in_scan_order


class ScanReader:
    """Reads the scanned pages of one document. The models are loaded for the first of them."""

    def __init__(self, limits: ParseLimits) -> None:
        self._limits = limits
        self._recogniser: Recogniser | None = None
        self._heads = RunningHeads(pages=1)
        self._tables = TableReader()
        self._read = 0  # pages
        self.pages = 0

    @property
    def is_allowed(self) -> bool:
        """False where recognition is switched off."""
        return self._limits.recognised_pages > 0

    def take_up(self) -> int:
        """Count one page more; raises DocumentTooLarge when that is one too many."""
        self.pages += 1
        self.check(self.pages)
        return self.pages

    def check(self, pages: int) -> None:
        """Raises DocumentTooLarge when so many scanned pages are too many."""
        if pages > self._limits.recognised_pages:
            raise DocumentTooLarge(
                f"This file has more than {self._limits.recognised_pages} scanned pages, which is the limit.",
                f"文件的扫描页超过 {self._limits.recognised_pages} 页的上限。",
            )

    def check_picture(self, width: int, height: int) -> None:
        """Raises DocumentTooLarge for a picture too large to be unpacked."""
        if width * height > self._limits.pixels:
            raise DocumentTooLarge(
                f"A picture in this file has {width} × {height} pixels; "
                f"{self._limits.pixels // 1_000_000} million are allowed.",
                f"文件中有一张 {width} × {height} 像素的图片，超过 {self._limits.pixels // 10_000} 万像素的上限。",
            )

    def lines(self, image: Any, *, scale: float = 1.0) -> list[Line]:
        """The page's lines in reading order, in points where `scale` is points a pixel, but for running heads.

        `image` is a PIL image in a mode that converts to RGB, no side longer than `LONGEST_SIDE`.
        """
        if self._recogniser is None:
            self._recogniser = Recogniser()
        lines = as_lines(self._recogniser.lines(image), scale=scale)
        self._read += 1
        kept = self._heads.without(lines, self._read, first_page=self._read == 1)
        self._heads.learn(lines, self._read)
        return self._tables.with_headers(in_scan_order(kept))


def add_scan(
    outline: Outline, lines: Sequence[Line], *, marks: Sequence[tuple[int, str]] = (), by_type: bool = True
) -> None:
    """Add the lines of a scanned page to the outline; `marks` and `by_type` as in `add_page`."""
    add_page(outline, list(paragraphs(lines)), body_type([lines]), marks=marks, by_type=by_type)


def nothing_readable(*, looked: bool) -> DocumentEmpty:
    """The error for a document of pictures alone; `looked`: recognition was tried."""
    if looked:
        return DocumentEmpty(
            "No readable text was found in this file, also not by text recognition (OCR).",
            "文件中没有可读的文字，文字识别（OCR）也未发现文字。",
        )
    return DocumentEmpty(
        "This file has no text; scanned pages need OCR.", "文件中没有文字；扫描页需要先进行 OCR 识别。"
    )
