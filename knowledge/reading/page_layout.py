"""Lines of a page into reading order and paragraphs: columns, headings, tables of contents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from knowledge.reading.cleaning import count_wide, is_wide, join_lines
from knowledge.reading.pdf_lines import Line, joined

_BULLET = re.compile(
    r"^(?:[-*+•·●○▪◦‣–—➢✓]\s*\S|\(?[\da-zA-Z]{1,3}[.)、]\s|\d{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[)）]|[①-⑳]|[一二三四五六七八九十]{1,3}、)"
)
_BULLET_SIGN = re.compile(r"^[-*+•·●○▪◦‣–—➢✓]")
_CONTENTS_CHAPTER = re.compile(r"\S\s+(?:\d{1,4}|[ivxl]{1,7})$")
_LEADER = re.compile(r"(?:\s?[.…·․‥]\s?){4,}\s*(\d{1,4})\s*$")
_DOTS = re.compile(r"(?:\s?[.…·]\s?){5,}")
_MONEY = re.compile(r"[$€£¥￥]\s?\d")
_TERMINAL = tuple('。！？；.!?;:：”"」』')
_HEADING_RATIO = 1.17
_HEADING_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text with the height of its first line; `close` when only a line break parts it from what stands before."""

    text: str
    height: float
    lines: int
    close: bool = False
    bold: bool = False


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """Columns one after the other where they can be told from the cells of a table; else rows as they stand."""
    gutter = _gutter(lines)
    if gutter is None:
        rows = groupby(lines, key=lambda one: one.row)
        return _upright([joined(list(pieces), number) for number, pieces in rows])
    return along_gutter(lines, gutter, _columns)


def along_gutter(
    lines: Sequence[Line], gutter: float, columns: Callable[[Sequence[Line], float], list[Line]]
) -> list[Line]:
    """From the top, the lines that run across the gutter, and what `columns` makes of those between them."""
    ordered: list[Line] = []
    zone: list[Line] = []
    for line in sorted(lines, key=lambda one: -one.top):
        if line.left < gutter < line.right:
            ordered += [*columns(zone, gutter), line]
            zone = []
        else:
            zone.append(line)
    return ordered + columns(zone, gutter)


def _gutter(lines: Sequence[Line]) -> float | None:
    """The middle of the white stripe between two columns of prose that were drawn row by row, or None."""
    gaps: list[tuple[Line, Line]] = []
    for _, pieces in groupby(lines, key=lambda one: one.row):
        row = list(pieces)
        if len(row) == 2:
            gaps.append((row[0], row[1]))
    if len(gaps) < 6:
        return None
    left, right = median(a.right for a, _ in gaps), median(b.left for _, b in gaps)
    middle = max(a.right for a, b in gaps if b.left > left) / 2 + right / 2 if right > left else 0.0
    middle = min(max(middle, left), right)
    fitting = [(a, b) for a, b in gaps if a.right <= middle <= b.left]
    if len(fitting) < 0.6 * len(gaps):
        return None
    prose = sum((len(a.text) >= 18 and len(b.text) >= 18) or count_wide(a.text + b.text) >= 20 for a, b in fitting)
    return middle if prose >= 0.6 * len(fitting) else None


def _columns(zone: Sequence[Line], gutter: float) -> list[Line]:
    left = [line for line in zone if line.right <= gutter or line.left < gutter]
    right = [line for line in zone if not (line.right <= gutter or line.left < gutter)]
    return left + right


def _upright(lines: list[Line]) -> list[Line]:
    """The content's own order, unless it runs up the page so often that it cannot be the reader's."""
    pairs = list(pairwise(lines))
    upwards = sum(b.bottom > a.top and _overlap(a, b) > 0.5 for a, b in pairs)
    if upwards < 4 or upwards < 0.25 * len(pairs):
        return lines
    return sorted(lines, key=lambda line: (-round(line.top), line.left))


def _overlap(a: Line, b: Line) -> float:
    shared = min(a.right, b.right) - max(a.left, b.left)
    return shared / max(1.0, min(a.right - a.left, b.right - b.left))


def paragraphs(lines: Sequence[Line]) -> Iterator[Paragraph]:
    """Lines joined where only the width of the column has parted them."""
    text, height, count, close, bold = "", 0.0, 0, False, False
    pitch = _pitch(lines)
    for position, line in enumerate(lines):
        before = lines[position - 1] if position else None
        if before is not None and text:
            glue = _glue(before, line, pitch, _margin(lines, position - 1))
            if glue == "":
                text = text + line.text if before.hyphenated else join_lines(text, line.text)
                count += 1
                bold = bold and line.bold
                continue
            yield Paragraph(_DOTS.sub(" … ", text), height, count, close, bold)
            close = glue == "\n"
        text, height, count, bold = line.text, line.height, 1, line.bold and len(line.cells) < 2
    if text:
        yield Paragraph(_DOTS.sub(" … ", text), height, count, close, bold)


def _pitch(lines: Sequence[Line]) -> float:
    """The usual distance from baseline to baseline, in heights of the line."""
    steps = [
        (a.bottom - b.bottom) / a.height
        for a, b in pairwise(lines)
        if a.height > 0 and 0.5 * a.height < a.bottom - b.bottom < 2.5 * a.height
    ]
    return median(steps) if steps else 1.2


def _margin(lines: Sequence[Line], position: int) -> float:
    """The right edge of the column around a line."""
    line = lines[position]
    near = lines[max(0, position - 6) : position + 7]
    return max(one.right for one in near if _overlap(one, line) > 0.3 or one is line)


def _glue(a: Line, b: Line, pitch: float, margin: float) -> str:
    """What stands between two lines: nothing (one paragraph), a line break, or a blank line."""
    if a.hyphenated and not a.monospaced:
        return ""
    height = max(a.height, 1.0)
    if not 0.87 < b.height / height < 1.15:
        return "\n\n"
    step = a.bottom - b.bottom
    if len(a.cells) > 1 or len(b.cells) > 1 or (a.monospaced and b.monospaced):
        return "\n" if -height < step < 3 * pitch * height else "\n\n"
    if a.bold != b.bold and (a if a.bold else b).right < margin - 2 * height:
        return "\n\n"
    ends = a.text.endswith(_TERMINAL)
    if step < -height or step > 6 * pitch * height:  # the next column, or across a figure
        return "\n\n" if ends or _BULLET.match(b.text) or b.text[0].isupper() else ""
    if _BULLET.match(b.text):
        return "\n" if step <= 1.5 * pitch * height else "\n\n"
    if step > max(1.35 * pitch, pitch + 0.3) * height:
        return "\n\n"
    short = a.right < margin - max(0.12 * (margin - a.left), 2.5 * height)
    if short:
        return "\n"
    indented = b.left > a.left + 0.9 * height and not _BULLET.match(a.text)
    return "\n" if indented and (ends or is_wide(b.text[0])) else ""


def without_contents(lines: Sequence[Line], *, pages: int) -> list[Line]:
    """Lines but for a table of contents: entries with dot leaders to rising page numbers answer no question."""
    entries = [(line, int(found.group(1))) for line in lines if (found := _LEADER.search(line.text))]
    numbers = [number for _, number in entries]
    rising = sum(a <= b for a, b in pairwise(numbers))
    if len(entries) < 5 or max(numbers) > pages or rising < 0.9 * (len(numbers) - 1):
        return list(lines)
    # Chapters stand there without leaders.
    return [line for line in lines if not _LEADER.search(line.text) and not _CONTENTS_CHAPTER.search(line.text)]


@dataclass(frozen=True, slots=True)
class BodyType:
    """How the running text is set."""

    height: float
    bold: bool


def body_type(pages: Sequence[Sequence[Line]]) -> BodyType:
    """The type of the lines that hold most of the text."""
    weights: Counter[float] = Counter()
    bold = total = 0
    for line in (line for lines in pages for line in lines):
        weights[round(line.height * 2) / 2] += len(line.text)
        total += len(line.text)
        bold += len(line.text) if line.bold else 0
    return BodyType(weights.most_common(1)[0][0] if weights else 0.0, bold > 0.3 * total)


def is_heading(paragraph: Paragraph, body: BodyType) -> bool:
    """Whether a paragraph is short enough for a heading and set larger than the text, or alone in bold type."""
    if not 2 <= len(paragraph.text) <= _HEADING_CHARACTERS or not any(map(str.isalpha, paragraph.text)):
        return False
    if body.height <= 0 or paragraph.lines > 3 or paragraph.text.endswith(("。", "；", ";", "，", ",")):
        return False
    if _MONEY.search(paragraph.text):  # the total of an invoice, however large it is set
        return False
    if paragraph.height >= _HEADING_RATIO * body.height:
        return True
    alone = paragraph.bold and not body.bold and paragraph.height > 0.95 * body.height and paragraph.lines <= 2
    return alone and not paragraph.text.endswith(_TERMINAL) and not _BULLET_SIGN.match(paragraph.text)
