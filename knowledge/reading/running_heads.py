"""Running heads and page numbers: what stands at the edge of several pages, the same but for the number of the page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby

from knowledge.reading.pdf_lines import Line

_PAGE_NUMBER = re.compile(
    r"^[\W_]*(?:(?:page|seite|p\.?)?\s*(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:of|/|von)\s*\d{1,4})?"
    r"|第\s*\d{1,4}\s*页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?)[\W_]*$",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d+")
_MOST_DIGITS = 18


class RunningHeads:
    """Learns from pages what stands at their edges. Figures may differ as far as the pages do, and no further."""

    def __init__(self, *, pages: int) -> None:
        """`pages`: on how many of the learned ones a line must stand, the page in question counted if it is one."""
        self._pages = pages
        self._seen: dict[str, list[tuple[int, tuple[int, ...]]]] = defaultdict(list)  # pattern -> page, its figures

    def learn(self, lines: Sequence[Line], page: int) -> None:
        for row in _edges(lines):
            pattern, figures = _form(row)
            self._seen[pattern].append((page, figures))

    def without(self, lines: Sequence[Line], page: int, *, first_page: bool) -> list[Line]:
        """Lines but for page numbers and, after the first page, what stands at the edge of learned pages as well."""
        left_out = {
            id(line)
            for row in _edges(lines)
            if (len(row) == 1 and _is_number(row[0])) or (not first_page and self._is_repeated(row, page))
            for line in row
        }
        return [line for line in lines if id(line) not in left_out]

    def _is_repeated(self, row: Sequence[Line], page: int) -> bool:
        pattern, figures = _form(row)
        fitting = {
            other
            for other, before in self._seen.get(pattern, ())
            if all(now in (then, then + page - other) for then, now in zip(before, figures, strict=True))
        }
        return len(fitting) >= self._pages


def _is_number(line: Line) -> bool:
    return _PAGE_NUMBER.match(line.text) is not None


def _form(row: Sequence[Line]) -> tuple[str, tuple[int, ...]]:
    """The row with its figures made alike, and these; a page number beside the text is left out."""
    told = [line.text for line in row if not _is_number(line)] or [line.text for line in row]
    text = " ".join(told).lower()
    return _FIGURE.sub("#", text), tuple(int(one[:_MOST_DIGITS]) for one in _FIGURE.findall(text))


def _edges(lines: Sequence[Line]) -> list[list[Line]]:
    """The highest and lowest rows: fewer where a page holds so few that they are its content."""
    rows = [list(pieces) for _, pieces in groupby(lines, key=lambda one: one.row)]
    ordered = sorted(rows, key=lambda row: -max(line.top for line in row))
    count = 2 if len(ordered) >= 8 else 1 if len(ordered) >= 3 else 0
    return [*ordered[:count], *ordered[len(ordered) - count :]]
