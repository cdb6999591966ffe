"""Tables of a page: data becomes rows with their header, layout is taken apart again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from knowledge.reading.tables import Row, table_lines

_MAX_SPAN = 50
_CELL_CHARACTERS = 400  # on average: longer cells are columns of a page, not data


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading (`level` 1 to 6), list or table; `main` when it stands in the page's main element."""

    text: str
    level: int = 0
    item: bool = False
    main: bool = False
    table: bool = False


@dataclass(slots=True)
class _Cell:
    header: bool
    columns: int
    rows: int
    blocks: list[Block] = field(default_factory=list)

    def text(self) -> str:
        return " ".join(block.text for block in self.blocks)


class TableBuilder:
    """Takes rows and cells as they come; `blocks()` says what they amount to."""

    def __init__(self) -> None:
        self._rows: list[list[_Cell]] = []
        self._outside: list[Block] = []  # captions, and text that stands in no cell

    def start_row(self) -> None:
        self._rows.append([])

    def start_cell(self, tag: str, attributes: Mapping[str, str]) -> None:
        if not self._rows:
            self.start_row()
        cell = _Cell(tag == "th", _span(attributes.get("colspan")), _span(attributes.get("rowspan")))
        self._rows[-1].append(cell)

    def target(self) -> list[Block]:
        """Where a block goes that is met now."""
        if self._rows and self._rows[-1]:
            return self._rows[-1][-1].blocks
        return self._outside

    def blocks(self) -> list[Block]:
        rows = [row for row in self._rows if any(cell.blocks for cell in row)]
        if not rows:
            return self._outside
        if self._is_layout(rows):
            return [*self._outside, *(block for row in rows for cell in row for block in cell.blocks)]
        labelled = all(row[0].header and not any(cell.header for cell in row[1:]) for row in rows)
        header = True if not labelled and all(cell.header for cell in rows[0]) and len(rows) > 1 else None
        lines = table_lines(_grid(rows), header=header, labelled=labelled)
        main = any(block.main for row in rows for cell in row for block in cell.blocks)
        return [*self._outside, Block("\n".join(lines), main=main, table=True)]

    @staticmethod
    def _is_layout(rows: list[list[_Cell]]) -> bool:
        cells = [cell for row in rows for cell in row if cell.blocks]
        if max(len(row) for row in rows) < 2:
            return True
        if any(block.level or block.table for cell in cells for block in cell.blocks):
            return True
        if any(cell.header for cell in cells):
            return False
        return sum(len(cell.text()) for cell in cells) > _CELL_CHARACTERS * len(cells)


def _grid(rows: list[list[_Cell]]) -> list[Row]:
    """The cells in their columns; one that spans rows stands in each."""
    grid: list[Row] = []
    carried: dict[int, tuple[int, str | None]] = {}  # column -> (rows still to fill, text)
    for row in rows:
        line: list[str | None] = []

        def fill(line: list[str | None] = line) -> None:
            while (held := carried.get(len(line))) is not None:
                left, text = held
                if left > 1:
                    carried[len(line)] = (left - 1, text)
                else:
                    del carried[len(line)]
                line.append(text)

        for cell in row:
            fill()
            for text in (cell.text(), *[None] * (cell.columns - 1)):
                if cell.rows > 1:
                    carried[len(line)] = (cell.rows - 1, text)
                line.append(text)
        fill()
        grid.append(line)
    return grid


def _span(value: str | None) -> int:
    return max(1, min(int(value), _MAX_SPAN)) if value and value.isascii() and value.isdigit() and len(value) < 5 else 1
