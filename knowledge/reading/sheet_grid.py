"""The grid of a sheet: cells merged over others say so in all of them, hidden columns are left out."""

from __future__ import annotations

import re
from collections import defaultdict

from knowledge.reading.markup import Element, attribute, descendants, is_set
from knowledge.reading.tables import Row

MAX_COLUMNS = 1024
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,8}):\$?([A-Z]{1,3})\$?(\d{1,8})")
_MOST_MERGES = 10_000


def column_of(letters: str) -> int:
    """The number of a column, from 0."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


class SheetGrid:
    """Takes the rows of one sheet from the top."""

    def __init__(self, sheet: Element) -> None:
        self._merges: dict[int, list[tuple[int, int, int]]] = defaultdict(list)  # row -> first, last column, last row
        for number, merge in enumerate(descendants(sheet, "mergeCell")):
            found = _RANGE.fullmatch(attribute(merge, "ref") or "")
            if found is None or number >= _MOST_MERGES:
                continue
            left, right = column_of(found[1]), min(column_of(found[3]), MAX_COLUMNS - 1)
            self._merges[int(found[2])].append((left, right, int(found[4])))
        self._hidden = frozenset(
            number - 1
            for column in descendants(sheet, "col")
            if is_set(column, "hidden")
            for number in _numbers(attribute(column, "min"), attribute(column, "max"))
        )
        self._held: dict[int, tuple[int, str | None]] = {}  # column -> last row that it is merged down to, text

    def row(self, number: int, cells: list[str]) -> Row:
        """The row of that number, counted from 1, with what merged cells put there."""
        line: list[str | None] = [*cells]
        for left, right, last in self._merges.get(number, ()):
            text = line[left] if left < len(line) else ""
            for column in range(left, right + 1):
                self._held[column] = (last, text if column == left else None)
        self._held = {column: held for column, held in self._held.items() if held[0] >= number}
        if self._held:
            line.extend([""] * (max(self._held) + 1 - len(line)))
        for column, (_, text) in self._held.items():
            line[column] = text
        return [cell for column, cell in enumerate(line) if column not in self._hidden]


def _numbers(first: str | None, last: str | None) -> range:
    if first is None or last is None or not (first.isdigit() and last.isdigit()) or len(first + last) > 12:
        return range(0)
    return range(int(first), min(int(last), MAX_COLUMNS) + 1)
