"""Recognised lines in the order in which people read them: straightened, in columns, the cells of a row together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median

from knowledge.reading.cleaning import count_wide
from knowledge.reading.page_layout import along_gutter
from knowledge.reading.pdf_lines import Line, joined
from knowledge.reading.recognition import RecognisedLine

_STEEPEST = math.radians(15)  # beyond it a line is not one of a page that was laid on the glass askew
_LEVEL = 4.0  # length to height of the lines that show how the page lies
_USUAL = (0.7, 1.4)  # to the usual height: boxes vary with the letters in them
_SAME_ROW = 0.5  # of the lower line's height is shared
_CROSSING = 0.15  # share of lines that may run across the white between two columns
_FEWEST = 3  # lines in a column
_PROSE = 14  # characters, Chinese ones counted twice, of the usual line of a column of prose


def as_lines(found: Iterable[RecognisedLine], *, scale: float = 1.0) -> list[Line]:
    """Recognised lines with straight boxes of even height, in points where `scale` is points a pixel.

    The origin is at the lower left, as in a PDF, but all places are below it. Each has a row of its own.
    """
    boxes = [(one.text, one.corners) for one in found]
    angle = _skew(boxes)
    lines = [_straight(text, corners, angle, scale) for text, corners in boxes]
    usual = median(line.height for line in lines) if lines else 0.0
    return [replace(_evened(line, usual), row=number) for number, line in enumerate(lines)]


def in_scan_order(lines: Sequence[Line]) -> list[Line]:
    """Rows from top to bottom, columns of prose one after the other; the cells of a row are kept in it."""
    cut = _gutter(lines)
    return _rows(lines) if cut is None else along_gutter(lines, cut, _columns)


def _columns(zone: Sequence[Line], cut: float) -> list[Line]:
    """The lines left of `cut`, then those right of it, each of which may hold columns again."""
    left = [line for line in zone if line.right <= cut]
    right = [line for line in zone if line.left >= cut]
    return (in_scan_order(left) if left else []) + (in_scan_order(right) if right else [])


def _skew(boxes: Sequence[tuple[str, tuple[tuple[float, float], ...]]]) -> float:
    """How far the lines fall to the right, in radians."""
    angles = []
    for _, ((left, top), (right, end), _, (_, bottom)) in boxes:
        if right - left > _LEVEL * abs(bottom - top):
            angle = math.atan2(end - top, right - left)
            if abs(angle) < _STEEPEST:
                angles.append(angle)
    return median(angles) if angles else 0.0


def _straight(text: str, corners: Sequence[tuple[float, float]], angle: float, scale: float) -> Line:
    cos, sin = math.cos(angle), math.sin(angle)
    across = [scale * (x * cos + y * sin) for x, y in corners]
    down = [scale * (y * cos - x * sin) for x, y in corners]
    # The middles of the short sides: what is left of a tilt must not make a line look taller than it is.
    top, bottom = (down[0] + down[1]) / 2, (down[2] + down[3]) / 2
    return Line(text, min(across), -max(top, bottom), max(across), -min(top, bottom))


def _evened(line: Line, usual: float) -> Line:
    low, high = _USUAL
    if not low * usual < line.height < high * usual:
        return line
    middle = (line.top + line.bottom) / 2
    return replace(line, bottom=middle - usual / 2, top=middle + usual / 2)


def _rows(lines: Sequence[Line]) -> list[Line]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: -(one.top + one.bottom)):
        if rows and _beside(rows[-1], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [joined(sorted(row, key=lambda one: one.left), number) for number, row in enumerate(rows)]


def _beside(row: Sequence[Line], line: Line) -> bool:
    """Whether the line stands on the row's height without standing above or below any of its pieces."""
    last = row[-1]
    shared = min(last.top, line.top) - max(last.bottom, line.bottom)
    apart = all(line.left >= one.right - one.height / 2 or line.right <= one.left + one.height / 2 for one in row)
    return apart and shared > _SAME_ROW * min(last.height, line.height)


def _gutter(lines: Sequence[Line]) -> float | None:
    """Where the white between two columns of prose runs, or None; headings and footers may cross it."""
    most = _CROSSING * len(lines)
    best: tuple[int, float, float] | None = None  # fewest lines across, then the widest
    for x in sorted({line.right for line in lines}):
        left = [line for line in lines if line.right <= x]
        right = [line for line in lines if line.left >= x]
        across = len(lines) - len(left) - len(right)
        if len(left) < _FEWEST or len(right) < _FEWEST or across > most:
            continue
        width = min(line.left for line in right) - x
        if width < min(line.height for line in lines) or not _side_by_side(left, right):
            continue
        if _is_prose(left) and _is_prose(right) and (best is None or (across, -width) < best[:2]):
            best = (across, -width, x + width / 2)
    return best[2] if best else None


def _side_by_side(left: Sequence[Line], right: Sequence[Line]) -> bool:
    tops = max(one.top for one in left), max(one.top for one in right)
    bottoms = min(one.bottom for one in left), min(one.bottom for one in right)
    shared = min(tops) - max(bottoms)
    return shared > 0.5 * min(tops[0] - bottoms[0], tops[1] - bottoms[1])


def _is_prose(lines: Sequence[Line]) -> bool:
    return median(len(line.text) + count_wide(line.text) for line in lines) >= _PROSE
