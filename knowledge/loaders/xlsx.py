"""Excel workbooks: visible cells row by row, each with its columns' names; formulas by their stored result."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.document import LoadedPart, Locator, StoredFile
from knowledge.limits import ParseLimits
from knowledge.reading.cleaning import one_line
from knowledge.reading.markup import Element, attribute, child, children, descendants, local, parse_xml
from knowledge.reading.number_formats import NumberFormat, number_formats
from knowledge.reading.records import row_sections
from knowledge.reading.relations import relations
from knowledge.reading.sheet_grid import MAX_COLUMNS, SheetGrid, column_of
from knowledge.reading.tables import Row
from knowledge.reading.zip_package import ZipPackage, open_package

_WORKBOOK = "xl/workbook.xml"
_STYLES = "xl/styles.xml"
_CELL = re.compile(r"^([A-Z]{1,3})")
_TRUE = ("1", "true")


class XlsxLoader:
    """Reads .xlsx, with macros or without. Yields a part for each visible sheet."""

    media_types: tuple[str, ...] = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",)
    suffixes: tuple[str, ...] = (".xlsx", ".xlsm")

    def load(self, file: StoredFile, *, limits: ParseLimits = ParseLimits()) -> Iterator[LoadedPart]:
        with open_package(file, limits=limits) as package:
            workbook = parse_xml(package.read(_WORKBOOK))
            reader = _Reader(package, workbook)
            targets = relations(package, _WORKBOOK)
            sheets = [
                sheet for sheet in descendants(workbook, "sheet") if attribute(sheet, "state") in (None, "visible")
            ]
            for number, sheet in enumerate(sheets, start=1):
                target = targets.get(attribute(sheet, "id") or "", "")
                rows = list(reader.rows(target)) if "/worksheets/" in target else []
                base = Locator(sheet=one_line(attribute(sheet, "name") or ""))
                yield LoadedPart(tuple(row_sections(rows, base)), number, len(sheets))


def first_sheet(file: StoredFile, *, limits: ParseLimits) -> list[tuple[int, list[str]]]:
    """The rows of the first visible sheet with their numbers; raises knowledge.errors.DocumentError."""
    with open_package(file, limits=limits) as package:
        targets = relations(package, _WORKBOOK)
        workbook = parse_xml(package.read(_WORKBOOK))
        for sheet in descendants(workbook, "sheet"):
            target = targets.get(attribute(sheet, "id") or "", "")
            if attribute(sheet, "state") in (None, "visible") and "/worksheets/" in target:
                rows = _Reader(package, workbook).rows(target)
                return [(number, [cell or "" for cell in row]) for number, row in rows]
    return []


class _Reader:
    def __init__(self, package: ZipPackage, workbook: Element) -> None:
        self._package = package
        self._strings = _shared_strings(package)
        self._formats = number_formats(parse_xml(package.read(_STYLES))) if _STYLES in package else ()
        properties = child(workbook, "workbookPr")
        self._since_1904 = properties is not None and attribute(properties, "date1904") in _TRUE

    def rows(self, name: str) -> Iterator[tuple[int, Row]]:
        sheet = parse_xml(self._package.read(name))
        grid = SheetGrid(sheet)
        number = 0
        for row in descendants(sheet, "row"):
            stated = attribute(row, "r") or ""
            number = int(stated) if stated.isdigit() and len(stated) < 9 else number + 1
            cells = grid.row(number, self._cells(row))
            if attribute(row, "hidden") not in _TRUE:
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
        stored = child(cell, "v")
        value = (stored.text or "") if stored is not None else ""
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
    parts.extend(_text(inner) for inner in element if local(inner) in ("r", "is"))
    return "".join(parts)


def _shared_strings(package: ZipPackage) -> list[str]:
    name = "xl/sharedStrings.xml"
    return [_text(item) for item in children(parse_xml(package.read(name)), "si")] if name in package else []
