"""Styles and numbering of a Word document: which paragraph is a heading, which an item, which run is hidden."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from knowledge.reading.markup import Element, attribute, child, children

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
        self._elements = (
            {} if root is None else {attribute(one, "styleId") or "": one for one in children(root, "style")}
        )
        self._resolved: dict[str, ParagraphStyle] = {}

    def of(self, paragraph: Element) -> ParagraphStyle:
        """The paragraph's style, with the outline level that it sets itself."""
        properties = child(paragraph, "pPr")
        if properties is None:
            return ParagraphStyle()
        name = child(properties, "pStyle")
        style = self._named(attribute(name, "val") or "") if name is not None else ParagraphStyle()
        own = _outline_level(properties)
        return style if own is None or style.level is not None else ParagraphStyle(own, False, style.numbering)

    def hides(self, run: Element) -> bool:
        """Whether the run, or its character style, is marked as hidden text."""
        properties = child(run, "rPr")
        if properties is None:
            return False
        if (own := child(properties, "vanish")) is not None:
            return attribute(own, "val") not in _OFF
        name = child(properties, "rStyle")
        style = self._elements.get(attribute(name, "val") or "") if name is not None else None
        inherited = child(style, "rPr") if style is not None else None
        vanish = child(inherited, "vanish") if inherited is not None else None
        return vanish is not None and attribute(vanish, "val") not in _OFF

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
            name = child(element, "name")
            label = (attribute(name, "val") or "").strip() if name is not None else ""
            properties = child(element, "pPr")
            numbering = numbering or _numbering_of(properties)
            if heading := _HEADING_NAME.match(label):
                return ParagraphStyle(int(heading.group(1)), False, numbering)
            if label.lower() in _TITLE_NAMES:
                return ParagraphStyle(None, True, numbering)
            level = _outline_level(properties) if properties is not None else None
            if level is not None:
                return ParagraphStyle(level, False, numbering)
            based = child(element, "basedOn")
            current = attribute(based, "val") if based is not None else None
        return ParagraphStyle(numbering=numbering)


class Numbering:
    """Counts the items of lists, in the order in which paragraphs are asked for."""

    def __init__(self, root: Element | None) -> None:
        self._formats: dict[tuple[str, int], str] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        if root is None:
            return
        abstract = {attribute(one, "abstractNumId"): one for one in children(root, "abstractNum")}
        for number in children(root, "num"):
            link = child(number, "abstractNumId")
            definition = abstract.get(attribute(link, "val")) if link is not None else None
            for level in children(definition, "lvl") if definition is not None else ():
                kind, depth = child(level, "numFmt"), attribute(level, "ilvl") or "0"
                if kind is not None and depth.isdigit():
                    self._formats[attribute(number, "numId") or "", int(depth)] = attribute(kind, "val") or ""

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
    numbering = child(properties, "numPr") if properties is not None else None
    if numbering is None:
        return None
    list_id, depth = child(numbering, "numId"), child(numbering, "ilvl")
    if list_id is None:
        return None
    level = attribute(depth, "val") if depth is not None else None
    return attribute(list_id, "val") or "0", min(int(level), 8) if level and level.isdigit() else 0


def _outline_level(properties: Element | None) -> int | None:
    found = child(properties, "outlineLvl") if properties is not None else None
    value = attribute(found, "val") if found is not None else None
    return int(value) + 1 if value and value.isdigit() and int(value) < 9 else None
