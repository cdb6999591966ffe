"""The order in which recognised lines are read."""

from __future__ import annotations

import math

from knowledge.reading.page_layout import paragraphs
from knowledge.reading.page_tables import TableReader
from knowledge.reading.recognition import RecognisedLine
from knowledge.reading.scan_layout import as_lines, in_scan_order

HEIGHT = 20


def at(x: float, y: float, text: str, *, height: float = HEIGHT, tilt: float = 0.0) -> RecognisedLine:
    """A line whose box begins there on a page that was laid on the glass askew by so many degrees."""
    width, angle = 10.0 * len(text), math.radians(tilt)
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    cos, sin = math.cos(angle), math.sin(angle)
    return RecognisedLine(text, tuple((a * cos - b * sin, a * sin + b * cos) for a, b in corners))


def read(lines: list[RecognisedLine]) -> list[str]:
    return [line.text for line in in_scan_order(as_lines(lines))]


def column(x: float, name: str, *, rows: int = 6, top: float = 100, tilt: float = 0.0) -> list[RecognisedLine]:
    return [at(x, top + 30 * row, f"{name} column line number {row}", tilt=tilt) for row in range(rows)]


def test_lines_are_read_from_top_to_bottom_however_they_were_found() -> None:
    assert read([at(10, 200, "third"), at(10, 100, "first"), at(10, 150, "second")]) == ["first", "second", "third"]


def test_pieces_of_one_row_stay_together_in_spite_of_a_tilt() -> None:
    for tilt in (-2.0, 0.0, 2.0):
        rows = [
            [at(10, y, f"name {y}", tilt=tilt), at(600, y + 3, f"price {y}", tilt=tilt), at(1100, y, "yes", tilt=tilt)]
            for y in (100, 130, 160)
        ]
        found = read([piece for row in rows for piece in reversed(row)])
        assert found == [f"name {y} price {y} yes" for y in (100, 130, 160)]


def test_columns_of_prose_are_read_one_after_the_other_under_a_common_heading() -> None:
    left, right = column(10, "left"), column(500, "right", top=112)  # whose lines stand on other heights
    heading = at(150, 40, "A heading that runs across both columns")
    found = read([*right, heading, *left])
    assert found == [heading.text, *(line.text for line in left), *(line.text for line in right)]


def test_three_columns_on_a_tilted_page_are_read_from_left_to_right() -> None:
    columns = [column(x, name, tilt=1.5) for x, name in ((10, "first"), (400, "middle"), (800, "last"))]
    assert read([line for lines in reversed(columns) for line in lines]) == [
        line.text for lines in columns for line in lines
    ]


def test_a_row_of_a_table_keeps_its_header() -> None:
    cells = [("Item", "Price", "Stock"), ("Drill", "80", "5"), ("Saw", "30", "12"), ("Lamp", "15", "7")]
    lines = [at(10 + 300 * n, 100 + 40 * row, text) for row, texts in enumerate(cells) for n, text in enumerate(texts)]
    text = "\n".join(one.text for one in paragraphs(TableReader().with_headers(in_scan_order(as_lines(lines)))))
    assert "Item: Saw; Price: 30; Stock: 12" in text


def test_boxes_of_uneven_height_do_not_part_a_paragraph() -> None:
    lines = [
        at(10, 100, "every employee may take fifteen days of leave in", height=20),
        at(10, 131, "a year, no sooner than one year after the day on", height=17),
        at(10, 159, "which they came, or as agreed.", height=23),
    ]
    assert len(list(paragraphs(in_scan_order(as_lines(lines))))) == 1


def test_chinese_lines_are_joined_without_a_space() -> None:
    lines = [
        at(10, 100, "员工每年享有十五天带薪年假，入职满一年后开始计算，当年未休完的年假可"),
        at(10, 130, "以顺延至次年。"),
    ]
    wide = [RecognisedLine(one.text, tuple((x * 2, y) for x, y in one.corners)) for one in lines]
    [paragraph] = paragraphs(in_scan_order(as_lines(wide)))
    assert "年假可以顺延" in paragraph.text


def test_a_page_without_lines_has_none() -> None:
    assert in_scan_order(as_lines([])) == []
