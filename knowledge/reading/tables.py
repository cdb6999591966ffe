"""Writes a table as lines of text in which every row keeps its header."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

Row = Sequence[str]


def table_lines(rows: Sequence[Row], *, header: bool | None = None) -> list[str]:
    """One line a row: `Header: value; Header: value` below a header row, `value | value` without one.

    `header` says whether the first row is one; None lets the look of the cells decide. The header row itself is kept as
    a line of its own, since people ask for the names of columns too.
    """
    kept = [[" ".join(cell.split()) for cell in row] for row in rows]
    kept = [row for row in kept if any(row)]
    if not kept:
        return []
    names = kept[0]
    if header is None:
        header = looks_like_header(kept)
    if not header or len(kept) == 1:
        return [_plain(row) for row in kept]
    return [_plain(names), *(named_row(names, row) for row in kept[1:])]


def _plain(row: Row) -> str:
    return " | ".join(cell for cell, _ in groupby(row) if cell)


def named_row(names: Row, row: Row) -> str:
    """One row as `Header: value; Header: value`, without its empty cells."""
    parts: list[str] = []
    for position, cell in enumerate(row):
        name = names[position] if position < len(names) else ""
        if cell:
            parts.append(f"{name}: {cell}" if name and name != cell else cell)
    return "; ".join(parts)


def looks_like_header(rows: Sequence[Row]) -> bool:
    """A header names at least two columns, each once, in short words without figures, and stands above something."""
    names = [name for name in rows[0] if name]
    groups = [name for name, _ in groupby(names)]  # a name over several columns stands in each of them
    if len(rows) < 2 or len(groups) < 2 or len(set(groups)) < len(groups):
        return False
    if len(names) < max(len([cell for cell in row if cell]) for row in rows[1:]):
        return False
    return all(len(name) <= 60 and not _is_figure(name) for name in names)


def _is_figure(cell: str) -> bool:
    digits = sum(character.isdigit() for character in cell)
    return digits * 2 > len(cell)
