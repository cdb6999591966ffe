"""Entities in sentences: `[Beijing](city)`, `[北京](city:Beijing)`, `[nyc]{"entity": "city", "role": "from"}`."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from nlu.exchange.bot import Annotation
from nlu.exchange.characters import is_storable_tree

# Every part ends at its own bracket or is bounded, so that a line of brackets costs no more than another.
_MARKUP = re.compile(
    r"\[(?P<text>[^\[\]]+)\]"
    r"(?:\((?P<entity>[^:()\[\]]{1,100})(?::(?P<value>[^)]{1,300}))?\)"
    r"|(?P<one>\{[^{}]{1,1000}\})"
    r"|\[(?P<several>\{[^\[\]]{1,2000}\})\])"
)


class AnnotationUnreadable(ValueError):
    """Braces after a bracket that hold no JSON of an entity."""


def read_annotated(written: str) -> tuple[str, tuple[Annotation, ...]]:
    """The sentence as a user would say it, and its entities. Raises AnnotationUnreadable."""
    parts: list[str] = []
    found: list[Annotation] = []
    length = end = 0
    for match in _MARKUP.finditer(written):
        before, text = written[end : match.start()], match["text"]
        parts += (before, text)
        start = length + len(before)
        length, end = start + len(text), match.end()
        found += (
            Annotation(
                entity.get("entity", ""),
                start,
                length,
                entity.get("value") or text,
                entity.get("role", ""),
                entity.get("group", ""),
            )
            for entity in _entities(match)
        )
    return "".join([*parts, written[end:]]), tuple(found)


def write_annotated(text: str, annotations: Sequence[Annotation]) -> str:
    """The same the other way round. Of annotations that overlap, the first by position is kept."""
    parts: list[str] = []
    end = 0
    for annotation in sorted(annotations, key=lambda each: (each.start, -each.end)):
        if annotation.start < end or annotation.end <= annotation.start or annotation.end > len(text):
            continue
        words = text[annotation.start : annotation.end]
        extra = {"role": annotation.role, "group": annotation.group}
        stated = {name: value for name, value in extra.items() if value}
        if annotation.value != words:
            stated["value"] = annotation.value
        if stated:
            mark = json.dumps({"entity": annotation.entity, **stated}, ensure_ascii=False)
        else:
            mark = f"({annotation.entity})"
        parts += (text[end : annotation.start], f"[{words}]{mark}")
        end = annotation.end
    return "".join([*parts, text[end:]])


def _entities(match: re.Match[str]) -> list[dict[str, str]]:
    if match["entity"]:
        return [{"entity": match["entity"].strip(), "value": match["value"] or ""}]
    written = match["one"] or match["several"]
    try:
        stated = json.loads(f"[{written}]")
    except (ValueError, RecursionError) as error:
        raise AnnotationUnreadable(written) from error
    if not is_storable_tree(stated) or not all(
        isinstance(each, dict) and isinstance(each.get("entity"), str) for each in stated
    ):
        raise AnnotationUnreadable(written)
    return [{name: str(value) for name, value in each.items() if value is not None} for each in stated]
