"""Word documents: paragraphs, lists, tables and text boxes under their headings; deleted and hidden text left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.document import LoadedPart, StoredFile
from knowledge.limits import ParseLimits
from knowledge.loaders.plain_text import chapter_level
from knowledge.reading.cleaning import one_line, squeeze
from knowledge.reading.markup import Element, attribute, child, children, descendants, local, parse_xml, text_of, val
from knowledge.reading.outline import Outline
from knowledge.reading.relations import part_of
from knowledge.reading.tables import Row, table_lines
from knowledge.reading.word_styles import Numbering, Styles, switched
from knowledge.reading.zip_package import ZipPackage, open_package

_DOCUMENT = re.compile(r"^word/document\d*\.xml$")
_TRANSPARENT = frozenset(
    ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "hyperlink", "fldSimple", "dir", "bdo")
)
_CELL_SEPARATOR = " "


class DocxLoader:
    """Reads .docx, with macros or without, which are left alone."""

    media_types: tuple[str, ...] = ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",)
    suffixes: tuple[str, ...] = (".docx", ".docm")

    def load(self, file: StoredFile, *, limits: ParseLimits = ParseLimits()) -> Iterator[LoadedPart]:
        with open_package(file, limits=limits) as package:
            name = next(filter(_DOCUMENT.match, package.names()), "word/document.xml")
            root = parse_xml(package.read(name))
            reader = _Reader(package)
            title = one_line(text_of(child(part_of(package, "docProps/core.xml"), "title")))
        body = child(root, "body")
        if body is not None:
            reader.read(body)
        yield LoadedPart(tuple(reader.outline.sections()), 1, 1, title=title or reader.title)


class _Reader:
    """Walks the body. Nesting is bounded by the XML parser's own limit of 256 levels."""

    def __init__(self, package: ZipPackage) -> None:
        self.outline = Outline()
        self.title: str | None = None
        self._styles = Styles(part_of(package, "word/styles.xml"))
        self._numbering = Numbering(part_of(package, "word/numbering.xml"))
        self._notes = {kind: _notes(part_of(package, f"word/{kind}s.xml"), kind) for kind in ("footnote", "endnote")}
        self._list: list[str] = []

    def read(self, body: Element) -> None:
        for block in body:
            self._block(block)
        self._end_list()

    def _block(self, block: Element) -> None:
        name = local(block)
        if name == "p":
            self._paragraph(block)
        elif name == "tbl":
            self._end_list()
            self.outline.add("\n".join(self._table(block)))
        elif name == "AlternateContent":
            for inner in _alternative(block):
                self._block(inner)
        elif name in _TRANSPARENT:
            for inner in block:
                self._block(inner)

    def _paragraph(self, paragraph: Element) -> None:
        text = squeeze(self._text(paragraph))
        style = self._styles.of(paragraph)
        if text:
            level = chapter_level(text) if style.level is None else style.level
            self._add(paragraph, text, level, style.is_title)
        for box in _boxes(paragraph):
            self._end_list()
            for block in box:
                self._block(block)

    def _add(self, paragraph: Element, text: str, level: int | None, is_title: bool) -> None:
        if is_title and self.title is None:
            self.title = one_line(text)
        label = self._numbering.label(paragraph, self._styles)
        if is_title or level is not None:
            self._end_list()
            number = f"{label} " if label not in ("", "-") else ""
            self.outline.head(level or 0, number + one_line(text))
        elif label:
            self._list.append(f"{label} {one_line(text)}")
        else:
            self._end_list()
            self.outline.add(text)

    def _end_list(self) -> None:
        self.outline.add("\n".join(self._list))
        self._list = []

    def _text(self, node: Element) -> str:
        """The visible text of a paragraph: runs, insertions, links, notes; no deletions, codes, hidden runs, boxes."""
        parts: list[str] = []
        for inner in node:
            name = local(inner)
            if name == "r":
                if not self._styles.hides(inner):
                    parts.append(self._run(inner))
            elif name in _TRANSPARENT:
                parts.append(self._text(inner))
            elif name == "oMath" or name == "oMathPara":
                parts.append("".join(part.text or "" for part in descendants(inner, "t")))
        return "".join(parts)

    def _run(self, run: Element) -> str:
        parts: list[str] = []
        for inner in run:
            name = local(inner)
            if name == "t":
                parts.append(inner.text or "")
            elif name == "tab":
                parts.append("\t")
            elif name in ("br", "cr"):
                parts.append("\n")
            elif name == "noBreakHyphen":
                parts.append("-")
            elif name in ("footnoteReference", "endnoteReference"):
                note = self._notes[name.removesuffix("Reference")].get(attribute(inner, "id") or "")
                parts.append(f" ({note.rstrip('.。')})" if note else "")
        return "".join(parts)

    def _table(self, table: Element) -> list[str]:
        rows: list[Row] = []
        header: bool | None = None
        above: Row = ()
        for row in _unwrapped(table, "tr"):
            properties = child(row, "trPr")
            if child(properties, "del") is not None:
                continue
            if not rows and child(properties, "tblHeader") is not None:
                header = True
            above = self._row(row, above)
            rows.append(above)
        return table_lines(rows, header=header, labelled=_is_labelled(table))

    def _row(self, row: Element, above: Row) -> Row:
        """The cells in their columns; one merged downwards stands in every row."""
        line: list[str | None] = []
        for cell in _unwrapped(row, "tc"):
            properties = child(cell, "tcPr")
            value, merge = val(properties, "gridSpan"), child(properties, "vMerge")
            span = min(int(value), 50) if value and value.isdigit() else 1
            if merge is not None and attribute(merge, "val") != "restart":
                text = above[len(line)] if len(line) < len(above) else ""
            else:
                text = self._cell(cell)
            line.extend([text, *[None] * (span - 1)])
        return line

    def _cell(self, cell: Element) -> str:
        parts: list[str] = []
        for block in cell:
            name = local(block)
            if name == "tbl":
                parts.extend(self._table(block))
            elif name == "p":
                label = self._numbering.label(block, self._styles)
                text = one_line(self._text(block))
                parts.append(f"{label} {text}" if label and text else text)
                parts.extend(one_line(self._text(inner)) for box in _boxes(block) for inner in descendants(box, "p"))
            elif name in _TRANSPARENT:
                parts.append(self._cell(block))
        return _CELL_SEPARATOR.join(part for part in parts if part)


def _notes(root: Element | None, kind: str) -> dict[str, str]:
    return {
        attribute(note, "id") or "": one_line("".join(part.text or "" for part in descendants(note, "t")))
        for note in children(root, kind)
    }


def _is_labelled(table: Element) -> bool:
    """Whether in every row the first cell is bold and no other: the names of what stands beside them."""
    rows = [[_is_bold(cell) for cell in _unwrapped(row, "tc")] for row in _unwrapped(table, "tr")]
    return len(rows) > 1 and all(len(row) > 1 and row[0] and not any(row[1:]) for row in rows)


def _is_bold(cell: Element) -> bool:
    runs = [run for run in descendants(cell, "r") if next(descendants(run, "t"), None) is not None]
    return bool(runs) and all(switched(child(run, "rPr"), "b") for run in runs)


def _unwrapped(parent: Element, name: str) -> Iterator[Element]:
    for inner in parent:
        if local(inner) == name:
            yield inner
        elif local(inner) in _TRANSPARENT:
            yield from _unwrapped(inner, name)


def _boxes(paragraph: Element) -> Iterator[Element]:
    """The text boxes anchored in a paragraph, each once although it may be stored in two forms."""
    pending = list(reversed(paragraph))
    while pending:
        node = pending.pop()
        name = local(node)
        if name == "txbxContent":
            yield node
        elif name == "AlternateContent":
            pending.extend(reversed(_alternative(node)))
        elif name not in ("del", "moveFrom"):
            pending.extend(reversed(node))


def _alternative(node: Element) -> list[Element]:
    """One of the forms of the same content: the first that holds text."""
    for form in node:
        if next(descendants(form, "t"), None) is not None:
            return list(form)
    return []
