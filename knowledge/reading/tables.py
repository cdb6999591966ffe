"""Writes a table as lines of text in which every row keeps its header, of however many rows that consists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

# The cells of a row by column. None: the cell on its left reaches over it. One merged downwards stands in every row.
Row = Sequence[str | None]

_SEARCHED = 5  # rows: a title and notes may stand above the header
_LOOKED_AT = 20  # rows below a header, which its names are to fit
_MOST_LEVELS = 3
_LEVEL = " / "  # between a header and the ones it spans
_COLONS = (":", "：")
_YEAR = re.compile(r"(?:19|20)\d\d年?")


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a table: where it begins, how many rows it takes, and the name of every column."""

    first: int
    rows: int
    names: tuple[str, ...]

    @property
    def below(self) -> int:
        """The place of the first row of data."""
        return self.first + self.rows


def find_head(rows: Sequence[Row], *, header: bool | None = None, notes: bool = False) -> Head | None:
    """The header among the first rows, none of which is empty.

    `header` says whether there is one at the top, but for a title; None lets the look of the cells decide. With `notes`
    rows of several cells may stand above it, as in a sheet.
    """
    if len(rows) < 2 or header is False:
        return None
    if header:
        titled = len(rows) > 2 and len(rows[0]) > 1 and all(cell is None for cell in rows[0][1:])
        return _head(rows, 1 if titled else 0)
    for position in range(min(_SEARCHED, len(rows) - 1)):
        if looks_like_header(rows[position : position + _LOOKED_AT]):
            return _head(rows, position)
        if not notes and sum(1 for cell in rows[position] if cell) > 1:
            break
    return None


def table_lines(rows: Sequence[Row], *, header: bool | None = None, labelled: bool = False) -> list[str]:
    """One line a row: `Header: value; Header: value` below a header, `value | value` without one.

    `header` is that of `find_head`. The header is kept as a line of its own, since people ask for the names of columns
    too. In a table that is `labelled`, or whose first cells all end with a colon, each row begins with the name of what
    follows: `Label: value`.
    """
    kept = [[cell and " ".join(cell.split()) for cell in row] for row in rows]
    kept = [row for row in kept if any(row)]
    if kept and not header and (labelled or all((row[0] or "").endswith(_COLONS) for row in kept)):
        return [_labelled_row(row) for row in kept]
    head = find_head(kept, header=header)
    if head is None:
        return [plain_row(row) for row in kept]
    above = [plain_row(row) for row in kept[: head.first]]
    return [*above, plain_row(head.names), *(named_row(head.names, row) for row in kept[head.below :])]


def plain_row(row: Row) -> str:
    """One row as `value | value`, without its empty cells."""
    return " | ".join(cell for cell in row if cell)


def named_row(names: Sequence[str], row: Row) -> str:
    """One row as `Header: value; Header: value`, without its empty cells."""
    parts: list[str] = []
    for position, cell in enumerate(row):
        name = names[position].rstrip(":：") if position < len(names) else ""
        if cell:
            parts.append(f"{name}: {cell}" if name and name != cell else cell)
    return "; ".join(parts)


def _labelled_row(row: Row) -> str:
    label, values = (row[0] or "").rstrip(":："), plain_row(row[1:])
    return f"{label}: {values}" if label and values else label or values


def looks_like_header(rows: Sequence[Row]) -> bool:
    """A header names at least two columns, each once, in short words without figures, and stands above something."""
    names = [name for name in _spread(rows[0]) if name]
    groups = [name for name, _ in groupby(names)]  # a name over several columns stands in each of them
    if len(rows) < 2 or len(groups) < 2 or len(set(groups)) < len(groups):
        return False
    if len(names) < max(len([cell for cell in row if cell]) for row in rows[1:]):
        return False
    figures = [name for name in names if _is_figure(name)]
    return all(len(name) <= 60 for name in names) and (not figures or _are_years(figures, rows[0], rows[1]))


def _head(rows: Sequence[Row], first: int) -> Head:
    """The header that begins there, with the rows below that part its columns further."""
    levels: list[Row] = [rows[first]]
    while len(levels) < _MOST_LEVELS and first + len(levels) + 1 < len(rows):
        following = rows[first + len(levels)]
        if not _parts(levels[-1], following):
            break
        levels.append(following)
    width = max(map(len, levels))
    spread = [[*_spread(level), *[""] * (width - len(level))] for level in levels]
    columns = ([name for name, _ in groupby(filter(None, column))] for column in zip(*spread, strict=True))
    return Head(first, len(levels), tuple(_LEVEL.join(column) for column in columns))


def _parts(level: Row, following: Row) -> bool:
    """Whether the next row names the columns that this one spans, and says nothing of the others."""
    above = _spread(level)
    if len(following) > len(above):
        return False
    spanned = {at for at in range(1, len(level)) if level[at] is None}
    spanned |= {at - 1 for at in spanned}
    named = [cell for at, cell in enumerate(following) if at in spanned and cell]
    if len(set(named)) < 2 or any(len(name) > 60 for name in named):
        return False
    rest = [(above[at], cell) for at, cell in enumerate(following) if at not in spanned and cell]
    if rest and all(name == cell for name, cell in rest):
        return True  # merged downwards: there is no doubt
    if any(name for name, _ in rest):
        return False
    return not any(_is_figure(name) and not _YEAR.fullmatch(name) for name in named)


def _spread(row: Row) -> list[str]:
    """Every column's text; a cell that spans several stands in each."""
    texts: list[str] = []
    for cell in row:
        texts.append((texts[-1] if texts else "") if cell is None else cell)
    return texts


def _are_years(figures: Sequence[str], header: Row, below: Row) -> bool:
    """Whether the figures among the names are years in a row, with other things below them."""
    if len(figures) < 2 or len(figures) == len([name for name in header if name]):
        return False
    if not all(_YEAR.fullmatch(one) for one in figures) or any(_YEAR.fullmatch(cell) for cell in below if cell):
        return False
    return list(figures) in (sorted(figures), sorted(figures, reverse=True))


def _is_figure(cell: str) -> bool:
    digits = sum(character.isdigit() for character in cell)
    return digits * 2 > len(cell)
