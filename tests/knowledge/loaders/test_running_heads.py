"""What stands at the edge of several pages, told from what only looks like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from knowledge.reading.pdf_lines import Line
from knowledge.reading.recognition import RecognisedLine
from knowledge.reading.running_heads import RunningHeads
from knowledge.reading.scan_layout import as_lines


def page(texts: Sequence[str]) -> list[Line]:
    """Lines below each other, as recognition finds them on a page."""
    found = []
    for at, text in enumerate(texts):
        left, top, right, bottom = 10.0, 30.0 * at, 10.0 + 10 * len(text), 30.0 * at + 20
        found.append(RecognisedLine(text, ((left, top), (right, top), (right, bottom), (left, bottom))))
    return as_lines(found)


def kept(*pages: Sequence[str]) -> list[list[str]]:
    """Each page's lines by what the pages before it have shown."""
    heads, found = RunningHeads(pages=1), []
    for number, texts in enumerate(pages):
        found.append([line.text for line in heads.without(page(texts), number, first_page=number == 0)])
        heads.learn(page(texts), number)
    return found


def test_the_same_line_at_the_edge_is_left_out_after_the_first_page() -> None:
    assert kept(["Manual", "one", "two"], ["Manual", "three", "four"]) == [["Manual", "one", "two"], ["three", "four"]]


def test_figures_that_go_on_with_the_pages_do_not_matter() -> None:
    assert kept(["Manual sheet 8 of 9", "one", "two"], ["Manual sheet 9 of 9", "three", "four"])[1] == ["three", "four"]


def test_other_figures_make_another_line() -> None:
    rows = [["Fee EUR 8.50", "one", "Zone 3"], ["Fee EUR 9.75", "two", "Zone 7"]]
    assert kept(*rows) == rows


def test_page_numbers_are_left_out_everywhere() -> None:
    assert kept(["one", "two", "Page 1 of 2"], ["three", "four", "第 2 页"]) == [["one", "two"], ["three", "four"]]


def test_a_row_of_numbers_is_no_page_number_and_one_beside_a_running_head_is() -> None:
    def table(*cells: str) -> list[Line]:
        return [*(replace(one, row=0) for one in page(cells)), *page(["x", "one", f"about {cells}"])[1:]]

    heads = RunningHeads(pages=1)
    heads.learn(table("Manual", "iv"), 0)
    kept = heads.without(table("12", "Bolts", "40"), 1, first_page=False)
    assert [line.text for line in kept] == ["12", "Bolts", "40", "one", "about ('12', 'Bolts', '40')"]
    assert next(line.text for line in heads.without(table("Manual", "v"), 1, first_page=False)) == "one"


def test_a_line_that_two_pages_share_by_chance_stays_where_more_are_asked_for() -> None:
    heads = RunningHeads(pages=2)
    heads.learn(page(["Signed in two copies", "one", "two"]), 0)
    assert len(heads.without(page(["Signed in two copies", "three", "four"]), 5, first_page=False)) == 3
