"""Rows of a sheet as sections: each says which row it is and keeps the names of its columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from knowledge.document import Locator, Section
from knowledge.reading.cleaning import one_line, squeeze
from knowledge.reading.tables import Row, find_head, named_row, plain_row

_LONG = 120  # characters of a cell that deserves a line of its own


def row_sections(rows: Sequence[tuple[int, Row]], base: Locator) -> Iterator[Section]:
    """Sections of the rows, given with their numbers; empty rows are left out."""
    filled = [(number, [cell and squeeze(cell) for cell in row]) for number, row in rows]
    filled = [(number, row) for number, row in filled if any(row)]
    head = find_head([[cell and one_line(cell) for cell in row] for _, row in filled], notes=True)
    for number, row in filled[: head.first if head else len(filled)]:
        yield Section(plain_row([cell and one_line(cell) for cell in row]), replace(base, row=number))
    if head is None:
        return
    yield Section(plain_row(head.names), replace(base, row=filled[head.first][0]))
    for number, row in filled[head.below :]:
        yield Section(_record(head.names, row), replace(base, row=number))


def _record(names: Sequence[str], row: Row) -> str:
    if not any(cell and ("\n" in cell or len(cell) > _LONG) for cell in row):
        return named_row(names, row)
    padded = [*names, *[""] * (len(row) - len(names))]
    return "\n".join(f"{name}: {cell}" if name else cell for name, cell in zip(padded, row, strict=False) if cell)
