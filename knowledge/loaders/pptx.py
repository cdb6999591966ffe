"""PowerPoint presentations: slide by slide, titles, text, tables and speaker notes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from knowledge.document import LoadedPart, Locator, StoredFile
from knowledge.limits import ParseLimits
from knowledge.reading.cleaning import one_line, squeeze
from knowledge.reading.markup import Element, attribute, child, children, descendants, is_set, local, parse_xml, text_of
from knowledge.reading.outline import Outline
from knowledge.reading.relations import relations
from knowledge.reading.tables import Row, table_lines
from knowledge.reading.zip_package import ZipPackage, open_package

_PRESENTATION = "ppt/presentation.xml"
_TITLES = frozenset(("title", "ctrTitle"))
_FURNITURE = frozenset(("dt", "ftr", "sldNum", "hdr"))


class PptxLoader:
    """Reads .pptx, with macros or without, and slide shows. Yields a part for each visible slide."""

    media_types: tuple[str, ...] = ("application/vnd.openxmlformats-officedocument.presentationml.presentation",)
    suffixes: tuple[str, ...] = (".pptx", ".pptm", ".ppsx")

    def load(self, file: StoredFile, *, limits: ParseLimits = ParseLimits()) -> Iterator[LoadedPart]:
        with open_package(file, limits=limits) as package:
            targets = relations(package, _PRESENTATION)
            listed = descendants(parse_xml(package.read(_PRESENTATION)), "sldId")
            slides = [targets[key] for one in listed if (key := _relation_id(one)) in targets]
            for number, name in enumerate(slides, start=1):
                outline = Outline(Locator(slide=number))
                root = parse_xml(package.read(name))
                if attribute(root, "show") not in ("0", "false"):
                    _add_slide(root, outline)
                    _add_notes(package, name, outline)
                yield LoadedPart(tuple(outline.sections()), number, len(slides))


def _relation_id(element: Element) -> str:
    """`r:id`, not the `id` that stands beside it."""
    return next((str(value) for key, value in element.attrib.items() if key.endswith("}id")), "")


def _add_slide(root: Element, outline: Outline) -> None:
    shapes = list(_shapes(root))
    for shape in shapes:
        if _placeholder(shape) in _TITLES:
            outline.head(1, one_line("\n".join(_paragraphs(shape))))
    for shape in shapes:
        kind = _placeholder(shape)
        if kind in _TITLES or kind in _FURNITURE:
            continue
        for table in descendants(shape, "tbl"):
            outline.add("\n".join(table_lines(_rows(table))))
        if local(shape) == "sp":
            outline.add("\n".join(_paragraphs(shape)))


def _shapes(root: Element) -> Iterator[Element]:
    """Shapes, tables and connectors in order, those within groups too, hidden ones not."""
    pending = list(islice(descendants(root, "spTree"), 1))
    while pending:
        node = pending.pop()
        if local(node) in ("sp", "graphicFrame"):
            if not any(is_set(one, "hidden") for one in descendants(node, "cNvPr")):
                yield node
        else:
            pending.extend(reversed(node))


def _rows(table: Element) -> list[Row]:
    """The cells in their columns; one merged downwards stands in every row."""
    rows: list[Row] = []
    above: Row = ()
    for row in children(table, "tr"):
        line: list[str | None] = []
        for cell in children(row, "tc"):
            if is_set(cell, "hMerge"):
                line.append(None)
            elif is_set(cell, "vMerge") and len(line) < len(above):
                line.append(above[len(line)])
            else:
                line.append(" ".join(_paragraphs(cell)))
        rows.append(line)
        above = line
    return rows


def _placeholder(shape: Element) -> str:
    found = next(descendants(shape, "ph"), None)
    return (attribute(found, "type") or "body") if found is not None else ""


def _paragraphs(node: Element) -> list[str]:
    found: list[str] = []
    for body in descendants(node, "txBody"):
        for paragraph in children(body, "p"):
            parts: list[str] = []
            for inner in paragraph:
                if local(inner) in ("r", "fld"):
                    parts.append(text_of(child(inner, "t")))
                elif local(inner) == "br":
                    parts.append("\n")
            found.append(squeeze("".join(parts)))
    return [text for text in found if text]


def _add_notes(package: ZipPackage, slide: str, outline: Outline) -> None:
    for name in relations(package, slide).values():
        if "/notesSlides/" in name and name in package:
            for shape in _shapes(parse_xml(package.read(name))):
                if _placeholder(shape) == "body":
                    outline.add("\n".join(_paragraphs(shape)))
