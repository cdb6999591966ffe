"""The lines of a PDF page with their places, as PDFium finds them."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from knowledge.reading.cleaning import squeeze

_BREAK = re.compile("\r\n|[\r\n\ufffe\x02]")  # the last two: PDFium's marks for a hyphen at a line's end
_BOLD = re.compile(r"bold|black|heavy|semibold|demi|-bd\b|simhei|heiti|黑体", re.IGNORECASE)
_MONOSPACED = re.compile(r"mono|courier|consolas|menlo|typewriter|cmtt", re.IGNORECASE)
_COMPOUND = re.compile(
    r"(?:[/@.]\S*|\b(?:self|non|multi|well|cross|high|low|long|short|full|half|real|so|co|ex|all|anti))$", re.IGNORECASE
)
_GAP = 1.6  # in heights of the line: white space this wide parts columns or cells
_NARROW = 0.55  # such white space parts cells where those of several lines stand below each other


@dataclass(frozen=True, slots=True)
class Line:
    """A run of text on one baseline. Coordinates are points, the origin at the page's lower left."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    hyphenated: bool = False  # the next line continues its last word
    row: int = 0  # pieces of one line share this number
    bold: bool = False
    monospaced: bool = False
    cells: tuple[Line, ...] = ()  # the pieces of a row that were joined again
    finer: tuple[Line, ...] = ()  # of a piece: what narrower white space would make of it

    @property
    def height(self) -> float:
        return self.top - self.bottom


def joined(pieces: Sequence[Line], row: int) -> Line:
    """The pieces of one row, from the left, as a line again."""
    return replace(
        pieces[0], text=" ".join(one.text for one in pieces), right=max(one.right for one in pieces), row=row,
        bottom=min(one.bottom for one in pieces), top=max(one.top for one in pieces), cells=tuple(pieces),
        hyphenated=pieces[-1].hyphenated, bold=all(one.bold for one in pieces),
    )  # fmt: skip


def read_lines(text_page: Any) -> list[Line]:
    """The page's lines in the order of its content, cut where wide white space parts them."""
    import pypdfium2.raw as pdfium

    probe = _Probe(pdfium, text_page)
    lines: list[Line] = []
    start = 0
    text: str = text_page.get_text_range()
    while start < len(text):
        found = _BREAK.search(text, start)
        end = found.start() if found else len(text)
        if text[start:end].strip():
            hyphenated = bool(found) and text[end] in "\ufffe\x02"
            if hyphenated and _COMPOUND.search(text[start:end]):
                text, hyphenated = f"{text[:end]}-{text[end + 1 :]}", False  # the hyphen is the word's own
                lines.extend(_pieces(probe, text, start, end + 1, True, row=len(lines)))
            else:
                lines.extend(_pieces(probe, text, start, end, hyphenated, row=len(lines)))
        start = found.end() if found else len(text)
    return _on_rows(lines)


def _on_rows(lines: list[Line]) -> list[Line]:
    """Give pieces of one baseline one row number, also where PDFium breaks the line between them."""
    done: list[Line] = []
    row = -1
    for position, line in enumerate(lines):
        before = lines[position - 1] if position else None
        if before is None or (line.row != before.row and not _beside(before, line)):
            row += 1
        done.append(replace(line, row=row))
    return done


def _beside(a: Line, b: Line) -> bool:
    """Whether `b` stands to the right of `a`, on the same baseline."""
    height = min(a.height, b.height)
    return b.left >= a.right and height > 0 and abs(a.bottom - b.bottom) < 0.25 * height


def _pieces(probe: _Probe, text: str, start: int, end: int, hyphenated: bool, *, row: int) -> list[Line]:
    while text[start].isspace():
        start += 1
    while text[end - 1].isspace():
        end -= 1
    first, last = probe.box(start), probe.box(end - 1)
    font = probe.font(start)
    bold = bool(_BOLD.search(font)) and bool(_BOLD.search(probe.font(end - 1)))
    monospaced = bool(_MONOSPACED.search(font))
    gaps = _gaps(probe, text, start, end) if probe.rects(start, end) > 1 else []
    cuts = [start, *(at for at, width in gaps if width > _GAP), end]
    pieces: list[Line] = []
    for begin, stop in pairwise(cuts):
        a = first if begin == start else probe.box(begin)
        b = last if stop == end else probe.box(stop - 1)
        words = squeeze(text[begin:stop])
        if words:
            box = (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
            broken = hyphenated and stop == end
            inside = [begin, *(at for at, _ in gaps if begin < at < stop), stop]
            finer = tuple(_plain(probe, text, *ends, row) for ends in pairwise(inside)) if len(inside) > 2 else ()
            pieces.append(Line(words, *box, hyphenated=broken, row=row, bold=bold, monospaced=monospaced, finer=finer))
    return pieces


def _plain(probe: _Probe, text: str, start: int, end: int, row: int) -> Line:
    """A run that ends before white space."""
    end = start + len(text[start:end].rstrip())
    a, b = probe.box(start), probe.box(end - 1)
    return Line(squeeze(text[start:end]), min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]), row=row)


def _gaps(probe: _Probe, text: str, start: int, end: int) -> list[tuple[int, float]]:
    """Where the words after white space wider than usual begin, and how wide it is in heights of the line."""
    gaps: list[tuple[int, float]] = []
    previous: tuple[float, float, float, float] | None = None
    for index in range(start, end):
        if text[index].isspace():
            continue
        box = probe.box(index)
        width = 0.0 if previous is None else (box[0] - previous[2]) / max(box[3] - box[1], 4.0)
        if width > _NARROW:
            gaps.append((index, width))
        previous = box
    return gaps


class _Probe:
    """Asks PDFium for places of characters, with buffers made once."""

    def __init__(self, pdfium: Any, text_page: Any) -> None:
        self._pdfium = pdfium
        self._page = text_page.raw
        self._rectangle = pdfium.FS_RECTF()
        self._reference = ctypes.byref(self._rectangle)
        self._name = ctypes.create_string_buffer(128)
        self._flags = ctypes.byref(ctypes.c_int())

    def box(self, text_index: int) -> tuple[float, float, float, float]:
        """Left, bottom, right, top of the character's cell, which is as high as its font."""
        index = self._pdfium.FPDFText_GetCharIndexFromTextIndex(self._page, text_index)
        if index < 0 or not self._pdfium.FPDFText_GetLooseCharBox(self._page, index, self._reference):
            return 0.0, 0.0, 0.0, 0.0
        found = self._rectangle
        return found.left, found.bottom, found.right, found.top

    def font(self, text_index: int) -> str:
        """The name of the character's font, which alone tells bold and monospaced type reliably."""
        index = self._pdfium.FPDFText_GetCharIndexFromTextIndex(self._page, text_index)
        size = self._pdfium.FPDFText_GetFontInfo(self._page, max(index, 0), self._name, len(self._name), self._flags)
        return self._name.raw[: size - 1].decode("utf-8", "replace") if 0 < size <= len(self._name) else ""

    def rects(self, start: int, end: int) -> int:
        """How many separate runs PDFium sees between two places of the text."""
        index = self._pdfium.FPDFText_GetCharIndexFromTextIndex(self._page, start)
        return int(self._pdfium.FPDFText_CountRects(self._page, max(index, 0), end - start))
