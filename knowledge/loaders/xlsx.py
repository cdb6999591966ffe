"""Excel workbooks: visible sheets row by row, each with its columns' names; formulas by their stored result."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from knowledge.document import LoadedPart, Locator
from knowledge.limits import ParseLimits
from knowledge.reading.cleaning import one_line
from knowledge.reading.markup import Element, attribute, child, children, descendants, local, parse_xml
from knowledge.reading.records import row_sections
from knowledge.reading.relations import relations
from knowledge.reading.zip_package import ZipPackage, open_package

_WORKBOOK = "xl/workbook.xml"
_CELL = re.compile(r"^([A-Z]{1,3})")
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_DATE_CODE = re.compile(r"[ymdhs]", re.IGNORECASE)
_NO_CODE = re.compile(r"\"[^\"]*\"|\[[^\]]*\]|\\.")
_EPOCH = datetime(1899, 12, 30)  # a spreadsheet's dates belong to no time zone
_MAX_COLUMNS = 1024
_MAX_SERIAL = 2_958_466  # the year 9999


class XlsxLoader:
    """Reads .xlsx. Yields a part for each visible sheet."""

    media_types: tuple[str, ...] = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",)
    suffixes: tuple[str, ...] = (".xlsx",)

    def load(self, path: Path, *, limits: ParseLimits = ParseLimits()) -> Iterator[LoadedPart]:
        with open_package(path, limits=limits) as package:
            reader = _Reader(package)
            targets = relations(package, _WORKBOOK)
            workbook = parse_xml(package.read(_WORKBOOK))
            sheets = [
                sheet for sheet in descendants(workbook, "sheet") if attribute(sheet, "state") in (None, "visible")
            ]
            for number, sheet in enumerate(sheets, start=1):
                target = targets.get(attribute(sheet, "id") or "", "")
                rows = list(reader.rows(target)) if "/worksheets/" in target else []
                base = Locator(sheet=one_line(attribute(sheet, "name") or ""))
                yield LoadedPart(tuple(row_sections(rows, base)), number, len(sheets))


def first_sheet(path: Path, *, limits: ParseLimits) -> list[tuple[int, list[str]]]:
    """The rows of the first visible sheet with their numbers; raises knowledge.errors.DocumentError."""
    with open_package(path, limits=limits) as package:
        targets = relations(package, _WORKBOOK)
        for sheet in descendants(parse_xml(package.read(_WORKBOOK)), "sheet"):
            target = targets.get(attribute(sheet, "id") or "", "")
            if attribute(sheet, "state") in (None, "visible") and "/worksheets/" in target:
                return list(_Reader(package).rows(target))
    return []


class _Reader:
    def __init__(self, package: ZipPackage) -> None:
        self._package = package
        self._strings = _shared_strings(package)
        self._dates = _date_styles(package)

    def rows(self, name: str) -> Iterator[tuple[int, list[str]]]:
        number = 0
        for row in descendants(parse_xml(self._package.read(name)), "row"):
            stated = attribute(row, "r") or ""
            number = int(stated) if stated.isdigit() and len(stated) < 9 else number + 1
            if attribute(row, "hidden") in ("1", "true"):
                continue
            yield number, self._cells(row)

    def _cells(self, row: Element) -> list[str]:
        cells: list[str] = []
        for cell in children(row, "c"):
            place = _CELL.match(attribute(cell, "r") or "")
            column = _column(place.group(1)) if place else len(cells)
            if not len(cells) <= column < _MAX_COLUMNS:
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
            return _number(value, is_date=(attribute(cell, "s") or "0") in self._dates)
        return value


def _number(value: str, *, is_date: bool) -> str:
    try:
        number = float(value)
    except ValueError:
        return value
    if is_date and 0 < number < _MAX_SERIAL:
        moment = _EPOCH + timedelta(days=number)
        moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
        if number < 1:
            return moment.strftime("%H:%M")
        return moment.strftime("%Y-%m-%d" if number == int(number) else "%Y-%m-%d %H:%M")
    return f"{number:.15g}"  # what is stored may be 0.30000000000000004


def _column(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _text(element: Element) -> str:
    """The text of a string with its runs, without the pronunciation printed above it."""
    parts = [part.text or "" for part in children(element, "t")]
    parts.extend(_text(inner) for inner in element if local(inner) in ("r", "is"))
    return "".join(parts)


def _shared_strings(package: ZipPackage) -> list[str]:
    name = "xl/sharedStrings.xml"
    return [_text(item) for item in children(parse_xml(package.read(name)), "si")] if name in package else []


def _date_styles(package: ZipPackage) -> frozenset[str]:
    """The numbers of the cell styles that show a date or time."""
    name = "xl/styles.xml"
    if name not in package:
        return frozenset()
    root = parse_xml(package.read(name))
    own = {
        attribute(one, "numFmtId"): _NO_CODE.sub("", attribute(one, "formatCode") or "")
        for one in descendants(root, "numFmt")
    }
    formats = child(root, "cellXfs")
    found = set()
    for position, style in enumerate(children(formats, "xf") if formats is not None else ()):
        number = attribute(style, "numFmtId") or "0"
        code = own.get(number)
        if _DATE_CODE.search(code) if code is not None else number.isdigit() and int(number) in _DATE_FORMATS:
            found.add(str(position))
    return frozenset(found)
