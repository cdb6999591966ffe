"""Plain text in any common encoding: paragraphs made whole, headings recognised where they are plain to see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from knowledge.document import LoadedPart, StoredFile
from knowledge.limits import ParseLimits
from knowledge.reading.charset import decode, read_bytes
from knowledge.reading.cleaning import clean, count_wide, join_lines, one_line
from knowledge.reading.outline import Outline

_UNDERLINE = re.compile(r"^\s*(=|-|~|\*)\1{2,}\s*$")
_BULLET = re.compile(
    r"^\s*(?:[-*+•·●○▪◦‣–—]\s|\(?\d{1,3}[.)、]\s|\d{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[)）]|[①-⑳])"
)
_NUMBERED = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+\S")
_CHAPTER = re.compile(r"^第\s*[一二三四五六七八九十百零〇\d]{1,5}\s*([编篇章节])(?:\s|[:：、]|$)")
_HAN_NUMBERED = re.compile(r"^[一二三四五六七八九十]{1,3}、\S")
_SENTENCE_END = tuple("。！？；.!?;,，：:")
_MAX_HEADING_WIDTH = 70
_CHAPTER_LEVEL = {"编": 1, "篇": 1, "章": 2, "节": 3}


class PlainTextLoader:
    """Reads .txt and .log."""

    media_types: tuple[str, ...] = ("text/plain",)
    suffixes: tuple[str, ...] = (".txt", ".text", ".log")

    def load(self, file: StoredFile, *, limits: ParseLimits = ParseLimits()) -> Iterator[LoadedPart]:
        lines = clean(decode(read_bytes(file, limits=limits))).split("\n")
        outline = Outline()
        wrap = _wrap_width(lines)
        for paragraph in parted(lines):
            _add(outline, paragraph, wrap)
        yield LoadedPart(tuple(outline.sections()), pages_done=1, pages_total=1)


def parted(lines: Sequence[str]) -> Iterator[list[str]]:
    """The lines of each paragraph, which blank ones part from the next."""
    for filled, paragraph in groupby(lines, key=lambda line: bool(line.strip())):
        if filled:
            yield [line.rstrip() for line in paragraph]


def _add(outline: Outline, paragraph: list[str], wrap: int | None) -> None:
    if len(paragraph) >= 2 and _UNDERLINE.match(paragraph[1]) and not _UNDERLINE.match(paragraph[0]):
        outline.head(1 if paragraph[1].strip()[0] == "=" else 2, one_line(paragraph[0]))
        paragraph = paragraph[2:]
    elif len(paragraph) == 1 and (level := _heading_level(paragraph[0].strip())):
        outline.head(level, one_line(paragraph[0]))
        return
    outline.add(unwrap([line for line in paragraph if not _UNDERLINE.match(line)], wrap))


def chapter_level(line: str) -> int | None:
    """The level of a heading that numbers itself as Chinese chapters do: 第三章 休假; None for any other line."""
    if width(line) > _MAX_HEADING_WIDTH or line.endswith(_SENTENCE_END):
        return None
    chapter = _CHAPTER.match(line)
    return _CHAPTER_LEVEL[chapter.group(1)] if chapter else None


def _heading_level(line: str) -> int | None:
    if width(line) > _MAX_HEADING_WIDTH or line.endswith(_SENTENCE_END):
        return None
    if level := chapter_level(line):
        return level
    if numbered := _NUMBERED.match(line):
        return 1 + numbered.group(1).count(".")
    if _HAN_NUMBERED.match(line):
        return 3
    return 1 if len(line) > 3 and line.isupper() and line.isascii() else None


def width(line: str) -> int:
    """Columns that `line` takes in a fixed-width font."""
    return len(line) + count_wide(line)


def _wrap_width(lines: list[str]) -> int | None:
    """The column at which the file was wrapped, or None when its lines end where their paragraphs end."""
    widths = sorted(width(line) for line in lines if line.strip())
    if len(widths) < 2:
        return None
    widest = widths[int(0.98 * (len(widths) - 1))]
    full = sum(one >= 0.8 * widest for one in widths)
    return widest if 40 <= widest <= 130 and full >= 0.2 * len(widths) else None


def unwrap(lines: list[str], wrap: int | None) -> str:
    """The paragraph's lines, joined wherever only the wrap column (None: none) has parted them."""
    done: list[str] = []
    open_line = False
    for line in lines:
        text = one_line(line)
        if done and open_line and not _BULLET.match(line):
            done[-1] = join_lines(done[-1], text)
        else:
            done.append(text)
        open_line = wrap is not None and width(line) >= 0.75 * wrap
    return "\n".join(done)
