"""PDF pages that are pictures: how they are told from pages of text, and drawn to be recognised."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from knowledge.reading.cleaning import letters_of
from knowledge.reading.pdf_lines import Line
from knowledge.reading.recognition import LONGEST_SIDE
from knowledge.reading.scans import ScanReader

_ENOUGH = 200  # letters and digits; a page that has them is read by its text alone
_PICTURED = 0.03  # of a page with less text; pictures that cover as much may hold the rest
_UNMAPPED = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010fffd]")  # glyphs that say nothing of their character
_MOST_UNMAPPED = 0.3  # of a line, or of a page, that still counts as text
_FINEST = 300 / 72  # pixels a point, for pages smaller than a sheet of paper
_MOST_OBJECTS = 2_000  # of a page, that are looked at


def reads_as_text(text: str) -> bool:
    """Whether most of the characters are known."""
    return len(_UNMAPPED.findall(text)) <= _MOST_UNMAPPED * len(text)


def is_scanned(page: Any, lines: Sequence[Line]) -> bool:
    """Whether a page's text layer is missing, unreadable, or a few words beside pictures."""
    text = "".join(line.text for line in lines)
    if not reads_as_text(text):
        return True
    letters = sum(map(str.isalnum, text))
    if letters >= _ENOUGH:
        return False
    if letters == 0:
        return next(page.get_objects(), None) is not None  # pictures, or letters drawn as outlines
    width, height = page.get_size()
    covered = sum(_area(one, width, height) for one in _pictures(page))
    return covered >= _PICTURED * float(width * height)


def picture_of(page: Any, scans: ScanReader) -> tuple[Any, float]:
    """The page drawn as a PIL image, and its points a pixel; raises DocumentTooLarge for pictures beyond the limit."""
    for one in _pictures(page):
        scans.check_picture(*one.get_px_size())
    scale = min(LONGEST_SIDE / max(1.0, *page.get_size()), _FINEST)
    bitmap = page.render(scale=scale)
    try:
        return bitmap.to_pil().copy(), 1 / scale
    finally:
        bitmap.close()


def unlike(lines: Sequence[Line], known: Sequence[Line]) -> list[Line]:
    """Recognised lines but for those that the page's text says as well."""
    said = letters_of("".join(line.text for line in known))
    return [line for line in lines if letters_of(line.text) not in said]


def _pictures(page: Any) -> Iterator[Any]:
    import pypdfium2.raw as pdfium

    return islice(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]), _MOST_OBJECTS)


def _area(picture: Any, width: float, height: float) -> float:
    """Square points of the page that the picture covers."""
    left, bottom, right, top = picture.get_bounds()
    return float(max(0.0, min(right, width) - max(left, 0.0)) * max(0.0, min(top, height) - max(bottom, 0.0)))
