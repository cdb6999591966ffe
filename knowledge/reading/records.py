"""Rows of a sheet as sections: each says which row it is and keeps the names of its columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from knowledge.document import Locator, Section
from knowledge.reading.cleaning import one_line, squeeze
from knowledge.reading.tables import looks_like_header, named_row

_HEADER_SEARCH = 5  # rows: titles and notes may stand above the header
_LONG = 120  # characters of a cell that deserves a line of its own


def row_sections(rows: Sequence[tuple[int, Sequence[str]]], base: Locator) -> Iterator[Section]:
    """Sections of the rows, given with their numbers; empty rows are left out."""
    filled = [(number, [squeeze(cell) for cell in row]) for number, row in rows]
    filled = [(number, row) for number, row in filled if any(row)]
    at = _header_at([row for _, row in filled])
    for number, row in filled[: at if at is not None else len(filled)]:
        yield Section(" | ".join(one_line(cell) for cell in row if cell), replace(base, row=number))
    if at is None:
        return
    names = [one_line(name) for name in filled[at][1]]
    yield Section(" | ".join(name for name in names if name), replace(base, row=filled[at][0]))
    for number, row in filled[at + 1 :]:
        yield Section(_record(names, row), replace(base, row=number))


def _record(names: Sequence[str], row: Sequence[str]) -> str:
    if not any("\n" in cell or len(cell) > _LONG for cell in row):
        return named_row(names, row)
    padded = [*names, *[""] * (len(row) - len(names))]
    return "\n".join(f"{name}: {cell}" if name else cell for name, cell in zip(padded, row, strict=False) if cell)


def _header_at(rows: Sequence[Sequence[str]]) -> int | None:
    for position in range(min(_HEADER_SEARCH, len(rows) - 1)):
        if looks_like_header(rows[position : position + 20]):
            return position
    return None
