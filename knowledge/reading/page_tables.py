"""Tables of a PDF page: rows whose cells stand in the columns of a header take its names with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from knowledge.reading.pdf_lines import Line
from knowledge.reading.tables import looks_like_header, named_row

_MIN_COLUMNS = 3
_MIN_FULL_ROWS = 2


def with_headers(lines: Sequence[Line]) -> list[Line]:
    """The lines, with each row of a table written as `Header: value; Header: value`."""
    done: list[Line] = []
    position = 0
    while position < len(lines):
        rows = _rows_below(lines, position)
        done.append(lines[position])
        if rows:
            names = [cell.text for cell in lines[position].cells]
            for offset, row in enumerate(rows, start=position + 1):
                done.append(replace(lines[offset], text=named_row(names, row)))
        position += 1 + len(rows)
    return done


def _rows_below(lines: Sequence[Line], position: int) -> list[list[str]]:
    """The rows under a header line, each as long as the header; none if this is no header of a table."""
    header = lines[position].cells
    if len(header) < _MIN_COLUMNS:
        return []
    rows: list[list[str]] = []
    full = 0
    for line in lines[position + 1 :]:
        row = _in_columns(line.cells, header)
        if row is None:
            break
        rows.append(row)
        full += all(row)
    if full < _MIN_FULL_ROWS:
        return []
    return rows if looks_like_header([[cell.text for cell in header], *rows]) else []


def _in_columns(cells: Sequence[Line], header: Sequence[Line]) -> list[str] | None:
    """The texts of the cells by column, or None when they do not stand below the header's."""
    if len(cells) < 2:
        return None
    row = [""] * len(header)
    for cell in cells:
        column = max(range(len(header)), key=lambda at: _closeness(cell, header[at]))
        if row[column]:
            return None
        row[column] = cell.text
    return row


def _closeness(cell: Line, name: Line) -> float:
    """Points shared with the header's cell; below zero, the distance to it."""
    return min(cell.right, name.right) - max(cell.left, name.left)
