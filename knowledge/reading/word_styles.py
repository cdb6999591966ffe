"""Styles and numbering of a Word document: which paragraph is a heading, which an item, which run is hidden."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from knowledge.reading.markup import Element, attribute, child, children, val

_HEADING_NAME = re.compile(r"^(?:heading|标题|標題)\s*([1-9])$", re.IGNORECASE)
_TITLE_NAMES = frozenset(("title", "标题", "標題"))
_DEPTH = 20  # steps along `basedOn`, which a hostile file may close to a ring
_OFF = frozenset(("0", "false", "off", "none"))


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """`level` is 1 to 9 for a heading."""

    level: int | None = None
    is_title: bool = False
    numbering: tuple[str, int] | None = None  # (list id, depth)


class Styles:
    """The style sheet, resolved along `basedOn`."""

    def __init__(self, root: Element | None) -> None:
        self._elements = {name: one for one in children(root, "style") if (name := attribute(one, "styleId"))}
        self._resolved: dict[str, ParagraphStyle] = {}

    def of(self, paragraph: Element) -> ParagraphStyle:
        """The paragraph's style, with the outline level that it sets itself."""
        properties = child(paragraph, "pPr")
        style = self._named(val(properties, "pStyle") or "")
        own = _outline_level(properties)
        return style if own is None or style.level is not None else ParagraphStyle(own, False, style.numbering)

    def hides(self, run: Element) -> bool:
        """Whether the run, or its character style, is marked as hidden text."""
        properties = child(run, "rPr")
        own = switched(properties, "vanish")
        if own is None:
            style = self._elements.get(val(properties, "rStyle") or "")
            own = switched(child(style, "rPr"), "vanish")
        return bool(own)

    def _named(self, style_id: str) -> ParagraphStyle:
        if style_id not in self._resolved:
            self._resolved[style_id] = self._resolve(style_id)
        return self._resolved[style_id]

    def _resolve(self, style_id: str) -> ParagraphStyle:
        numbering: tuple[str, int] | None = None
        current: str | None = style_id
        for _ in range(_DEPTH):
            element = self._elements.get(current or "")
            if element is None:
                break
            label = (val(element, "name") or "").strip()
            properties = child(element, "pPr")
            numbering = numbering or _numbering_of(properties)
            if heading := _HEADING_NAME.match(label):
                return ParagraphStyle(int(heading.group(1)), False, numbering)
            if label.lower() in _TITLE_NAMES:
                return ParagraphStyle(None, True, numbering)
            level = _outline_level(properties)
            if level is not None:
                return ParagraphStyle(level, False, numbering)
            current = val(element, "basedOn")
        return ParagraphStyle(numbering=numbering)


def switched(properties: Element | None, name: str) -> bool | None:
    """Whether a property such as bold is on; None where nothing is said of it."""
    found = child(properties, name)
    return attribute(found, "val") not in _OFF if found is not None else None


class Numbering:
    """Counts the items of lists, in the order in which paragraphs are asked for."""

    def __init__(self, root: Element | None) -> None:
        self._formats: dict[tuple[str, int], str] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        abstract = {attribute(one, "abstractNumId"): one for one in children(root, "abstractNum")}
        for number in children(root, "num"):
            for level in children(abstract.get(val(number, "abstractNumId")), "lvl"):
                kind, depth = val(level, "numFmt"), attribute(level, "ilvl") or "0"
                if kind is not None and depth.isdigit():
                    self._formats[attribute(number, "numId") or "", int(depth)] = kind

    def label(self, paragraph: Element, styles: Styles) -> str:
        """ "-" or "2." or "1.3" for an item, and "" for a paragraph that is none."""
        found = _numbering_of(child(paragraph, "pPr")) or styles.of(paragraph).numbering
        if found is None or found[0] == "0":
            return ""
        list_id, depth = found
        kind = self._formats.get((list_id, depth), "bullet")
        if kind in ("bullet", "none", ""):
            return "-" if kind == "bullet" else ""
        counts = self._counts[list_id]
        counts[depth] = counts.get(depth, 0) + 1
        for deeper in [one for one in counts if one > depth]:
            del counts[deeper]
        path = [str(counts.get(level, 1)) for level in range(depth + 1)]
        return f"{path[0]}." if depth == 0 else ".".join(path)


def _numbering_of(properties: Element | None) -> tuple[str, int] | None:
    numbering = child(properties, "numPr")
    list_id, level = val(numbering, "numId"), val(numbering, "ilvl")
    return (list_id, min(int(level), 8) if level and level.isdigit() else 0) if list_id else None


def _outline_level(properties: Element | None) -> int | None:
    value = val(properties, "outlineLvl")
    return int(value) + 1 if value and value.isdigit() and int(value) < 9 else None
