"""Excel workbooks: visible cells row by row, each with its columns' names; formulas by their stored result."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.document import LoadedPart, Locator, StoredFile
from knowledge.limits import ParseLimits
from knowledge.reading.cleaning import one_line
from knowledge.reading.markup import Element, attribute, child, children, descendants, is_set, parse_xml, text_of
from knowledge.reading.number_formats import NumberFormat, number_formats
from knowledge.reading.records import row_sections
from knowledge.reading.relations import part_of, relations
from knowledge.reading.sheet_grid import MAX_COLUMNS, SheetGrid, column_of
from knowledge.reading.tables import Row
from knowledge.reading.zip_package import ZipPackage, open_package

_WORKBOOK = "xl/workbook.xml"
_SHEETS = "/worksheets/"
_CELL = re.compile(r"^([A-Z]{1,3})")


class XlsxLoader:
    """Reads .xlsx, with macros or without. Yields a part for each visible sheet."""

    media_types: tuple[str, ...] = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",)
    suffixes: tuple[str, ...] = (".xlsx", ".xlsm")

    def load(self, file: StoredFile, *, limits: ParseLimits = ParseLimits()) -> Iterator[LoadedPart]:
        with open_package(file, limits=limits) as package:
            reader = _Reader(package)
            for number, (name, target) in enumerate(reader.sheets, start=1):
                rows = list(reader.rows(target))
                yield LoadedPart(tuple(row_sections(rows, Locator(sheet=name))), number, len(reader.sheets))


def first_sheet(file: StoredFile, *, limits: ParseLimits) -> list[tuple[int, list[str]]]:
    """The rows of the first visible sheet with their numbers; raises knowledge.errors.DocumentError."""
    with open_package(file, limits=limits) as package:
        reader = _Reader(package)
        target = next((target for _, target in reader.sheets if _SHEETS in target), "")
        return [(number, [cell or "" for cell in row]) for number, row in reader.rows(target)]


class _Reader:
    def __init__(self, package: ZipPackage) -> None:
        self._package = package
        workbook, targets = parse_xml(package.read(_WORKBOOK)), relations(package, _WORKBOOK)
        self.sheets = [  # names and parts of the visible ones
            (one_line(attribute(sheet, "name") or ""), targets.get(attribute(sheet, "id") or "", ""))
            for sheet in descendants(workbook, "sheet")
            if attribute(sheet, "state") in (None, "visible")
        ]
        self._strings = [_text(item) for item in children(part_of(package, "xl/sharedStrings.xml"), "si")]
        styles = part_of(package, "xl/styles.xml")
        self._formats = number_formats(styles) if styles is not None else ()
        properties = child(workbook, "workbookPr")
        self._since_1904 = properties is not None and is_set(properties, "date1904")

    def rows(self, name: str) -> Iterator[tuple[int, Row]]:
        """Numbers and cells of the rows; none of a sheet that is a chart."""
        if _SHEETS not in name:
            return
        sheet = parse_xml(self._package.read(name))
        grid = SheetGrid(sheet)
        number = 0
        for row in descendants(sheet, "row"):
            stated = attribute(row, "r") or ""
            number = int(stated) if stated.isdigit() and len(stated) < 9 else number + 1
            cells = grid.row(number, self._cells(row))
            if not is_set(row, "hidden"):
                yield number, cells

    def _cells(self, row: Element) -> list[str]:
        cells: list[str] = []
        for cell in children(row, "c"):
            place = _CELL.match(attribute(cell, "r") or "")
            column = column_of(place.group(1)) if place else len(cells)
            if not len(cells) <= column < MAX_COLUMNS:
                continue  # out of order, or so far out that no one meant it to be read
            cells.extend([""] * (column - len(cells)))
            cells.append(self._value(cell))
        return cells

    def _value(self, cell: Element) -> str:
        kind = attribute(cell, "t") or "n"
        if kind == "inlineStr":
            return _text(cell)
        value = text_of(child(cell, "v"))
        if kind == "s":
            return self._strings[int(value)] if value.isdigit() and int(value) < len(self._strings) else ""
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(value, value)
        if kind == "n" and value:
            style = attribute(cell, "s") or "0"
            known = style.isdigit() and int(style) < len(self._formats)
            return (self._formats[int(style)] if known else NumberFormat()).shown(value, since_1904=self._since_1904)
        return value


def _text(element: Element) -> str:
    """The text of a string with its runs, without the pronunciation printed above it."""
    parts = [part.text or "" for part in children(element, "t")]
    parts.extend(_text(inner) for kind in ("r", "is") for inner in children(element, kind))
    return "".join(parts)
