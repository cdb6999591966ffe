"""The paragraphs of a page under its headings: those that bookmarks name, or those set in larger type."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.reading.cleaning import letters_of
from knowledge.reading.outline import Outline
from knowledge.reading.page_layout import BodyType, Paragraph, is_heading

_LARGE_SHARE = 0.5  # of a page set in large type: a slide or poster, whose lines are no headings


def add_page(
    outline: Outline,
    found: Sequence[Paragraph],
    body: BodyType,
    *,
    marks: Sequence[tuple[int, str]] = (),
    by_type: bool = True,
) -> None:
    """Add a page to the outline; `marks` are the (level, title) of its bookmarks, `by_type` lets type tell headings."""
    large = sum(len(one.text) for one in found if is_heading(one, body))
    by_type = by_type and large <= _LARGE_SHARE * sum(len(one.text) for one in found)
    pending = list(marks)
    block = ""
    for paragraph in found:
        position = _matching(paragraph.text, pending)
        heading = position is not None or (by_type and is_heading(paragraph, body))
        if not heading and paragraph.close and block:
            block = f"{block}\n{paragraph.text}"
            continue
        outline.add(block)
        block = "" if heading else paragraph.text
        if not heading:
            continue
        if position is None:
            # Larger type is an outer heading: levels count down from a number that no type size reaches.
            outline.head(100_000 - round(paragraph.height * 10), paragraph.text)
            continue
        for level, missed in pending[:position]:
            outline.head(level, missed, shown="")
        level, mark = pending[position]
        outline.head(level, mark, shown=paragraph.text)
        del pending[: position + 1]
    outline.add(block)
    for level, missed in pending:
        outline.head(level, missed, shown="")


def _matching(text: str, marks: list[tuple[int, str]]) -> int | None:
    """The first bookmark that this paragraph is the heading of."""
    bare = letters_of(text)
    for position, (_, title) in enumerate(marks):
        wanted = letters_of(title)
        if wanted and (bare == wanted or (bare.endswith(wanted) and len(bare) <= len(wanted) + 8)):
            return position
    return None
