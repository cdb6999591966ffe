"""Tables of PDF pages: rows whose cells stand in the columns of a header take its names with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from knowledge.reading.pdf_lines import Line
from knowledge.reading.tables import looks_like_header, named_row, plain_row

_MIN_COLUMNS = 3
_MIN_FULL_ROWS = 2
_FAR = 2.0  # heights of the line between a cell and the name of its column, at most, on a further page
_FLUSH = 0.6  # heights of the line by which the edges of a column's cells may differ
_MOSTLY = 0.8

Cells = Callable[[Line], Sequence[Line]]


def _wide(line: Line) -> Sequence[Line]:
    """The cells that wide white space parts."""
    return line.cells


def _narrow(line: Line) -> Sequence[Line]:
    """The cells where narrow white space parts them as well."""
    return [part for cell in line.cells for part in (cell.finer or (cell,))]


@dataclass(frozen=True, slots=True)
class _Header:
    names: Sequence[Line]
    cells: Cells  # how its rows are cut


class TableReader:
    """Takes pages one after the other: a table that goes on on the next one keeps its header."""

    def __init__(self) -> None:
        self._open: _Header | None = None  # of the table that the last page ended with

    def with_headers(self, lines: Sequence[Line]) -> list[Line]:
        """The lines, with each row of a table written as `Header: value; Header: value`."""
        done: list[Line] = []
        header = self._open
        rows = _continued(lines, header) if header is not None else []
        while True:
            if header is not None:
                names = [cell.text for cell in header.names]
                done.extend(
                    replace(line, text=named_row(names, row), cells=tuple(header.cells(line)))
                    for line, row in zip(lines[len(done) :], rows, strict=False)
                )
            if len(done) == len(lines):
                break
            line = lines[len(done)]
            header, rows = _table_below(lines, len(done)) or (None, [])
            if header is not None:
                line = replace(line, text=plain_row([cell.text for cell in header.names]), cells=tuple(header.names))
            done.append(line)
        self._open = header if rows else None
        return done


def _continued(lines: Sequence[Line], header: _Header) -> list[list[str]]:
    """The rows at the top of a page that stand in the columns of the table before; none unless one is full."""
    rows: list[list[str]] = []
    for line in lines:
        cells = header.cells(line)
        row = _in_columns(cells, header.names)
        far = _FAR * max(line.height, 1.0)
        if row is None or any(max(_closeness(cell, name) for name in header.names) < -far for cell in cells):
            break
        rows.append(row)
    return rows if any(all(row) for row in rows) else []


def _table_below(lines: Sequence[Line], position: int) -> tuple[_Header, list[list[str]]] | None:
    """The header that this line is and the rows under it, each as long as the header; None if it is none."""
    for cells in (_wide, _narrow):
        names = cells(lines[position])
        if len(names) < _MIN_COLUMNS:
            continue
        rows: list[list[str]] = []
        full: list[Sequence[Line]] = []
        for line in lines[position + 1 :]:
            row = _in_columns(cells(line), names)
            if row is None:
                break
            rows.append(row)
            if all(row):
                full.append(cells(line))
        if len(full) < _MIN_FULL_ROWS or not looks_like_header([[cell.text for cell in names], *rows]):
            continue
        if cells is _wide or (len(full) > _MIN_FULL_ROWS and _flush(full)):
            return _Header(names, cells), rows
    return None


def _flush(rows: Sequence[Sequence[Line]]) -> bool:
    """Whether the cells of every column begin, end or are centred below each other, as words of prose never do."""
    return all(
        any(_alike([place(cell) for cell in column], _FLUSH * column[0].height) for place in _PLACES)
        for column in zip(*rows, strict=True)
    )


_PLACES: tuple[Callable[[Line], float], ...] = (
    lambda cell: cell.left,
    lambda cell: cell.right,
    lambda cell: (cell.left + cell.right) / 2,
)


def _alike(places: Sequence[float], within: float) -> bool:
    middle = sorted(places)[len(places) // 2]
    return sum(abs(place - middle) <= within for place in places) >= _MOSTLY * len(places)


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
