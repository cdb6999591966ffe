"""What is read from PDF files."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from knowledge.document import LoadedPart
from knowledge.errors import DocumentCorrupt, DocumentEmpty, DocumentEncrypted, DocumentTooLarge
from knowledge.limits import ParseLimits
from knowledge.loaders.pdf import PdfLoader
from tests import factories_documents as make

PROSE = [
    "The warranty covers every part of the machine for a period of two years from",
    "the day of delivery, provided that it was installed by a certified techni-",
    "cian.",
]


def load(folder: Path, data: bytes, limits: ParseLimits = ParseLimits()) -> list[LoadedPart]:
    return list(PdfLoader().load(make.write(folder, "a.pdf", data), limits=limits))


def text_of(parts: list[LoadedPart]) -> str:
    return "\n\n".join(section.text for part in parts for section in part.sections)


def test_lines_are_joined_to_paragraphs_and_words_made_whole(tmp_path: Path) -> None:
    text = text_of(load(tmp_path, make.pdf_of_pages([PROSE])))
    assert "two years from the day of delivery, provided that it was installed by a certified technician." in text


def test_each_page_is_a_part_with_its_number(tmp_path: Path) -> None:
    parts = load(tmp_path, make.pdf_of_pages([["One."], ["Two."], ["Three."]]))
    assert [part.pages_done for part in parts] == [1, 2, 3]
    assert {part.pages_total for part in parts} == {3}
    assert [part.sections[0].locator.page for part in parts] == [1, 2, 3]


def test_chinese_lines_are_joined_without_a_space(tmp_path: Path) -> None:
    lines = ["员工每年享有十五天带薪年假，入职满一年后开始计算，当年未休完的年假可以", "顺延至次年三月底。"]
    text = text_of(load(tmp_path, make.pdf_of_pages([lines], font=make.CHINESE_FONT)))
    assert "当年未休完的年假可以顺延至次年三月底。" in text


def test_text_set_larger_becomes_the_heading_of_what_follows(tmp_path: Path) -> None:
    parts = load(tmp_path, make.pdf_of_pages([["# Returns", *PROSE], ["Refunds take five days."]]))
    assert parts[0].sections[0].locator.heading == ("Returns",)
    assert parts[0].sections[0].text.startswith("Returns\n\nThe warranty")
    assert parts[1].sections[0].locator.heading == ("Returns",)  # it stays in force on the next page


def test_an_amount_of_money_set_larger_is_no_heading(tmp_path: Path) -> None:
    parts = load(
        tmp_path, make.pdf_of_pages([["One drill, with two drill bits and a case.", "# TOTAL $821.14", *PROSE]])
    )
    assert {section.locator.heading for section in parts[0].sections} == {()}


def test_bookmarks_give_the_heading_path(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for level, title in ((0, "Staff handbook"), (1, "Leave"), (1, "Travel")):
            canvas.bookmarkPage(title)
            canvas.addOutlineEntry(title, title, level)
            canvas.drawString(72, 780, title)
            canvas.drawString(72, 700, f"All there is to know about {title.lower()}.")
            canvas.showPage()

    parts = load(tmp_path, make.pdf(draw))
    assert [part.sections[-1].locator.heading for part in parts] == [
        ("Staff handbook",), ("Staff handbook", "Leave"), ("Staff handbook", "Travel"),
    ]  # fmt: skip


def test_columns_drawn_row_by_row_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = [f"left column sentence number {n} goes on" for n in range(12)]
    right = [f"right column sentence number {n} goes on" for n in range(12)]

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for row, (one, other) in enumerate(zip(left, right, strict=True)):
            canvas.drawString(60, 780 - row * 13, one)
            canvas.drawString(320, 780 - row * 13, other)

    text = text_of(load(tmp_path, make.pdf(draw)))
    assert text.index("left column sentence number 11") < text.index("right column sentence number 0")
    assert "number 0 goes on left column sentence number 1 goes on" in " ".join(text.split())


def test_rows_of_a_table_stay_rows_and_keep_their_header(tmp_path: Path) -> None:
    rows = [("Plan", "Price", "Seats"), ("Basic", "10 USD", "5"), ("Team", "40 USD", "25"), ("Large", "90 USD", "80")]

    def draw(canvas: Canvas) -> None:
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                canvas.drawString(72 + x * 150, 700 - y * 16, cell)

    assert "Plan: Team; Price: 40 USD; Seats: 25" in text_of(load(tmp_path, make.pdf(draw))).split("\n")


def test_running_heads_page_numbers_and_dotted_contents_are_left_out(tmp_path: Path) -> None:
    contents = [f"{n} Chapter on subject {n} {'. ' * 20}{n}" for n in range(1, 7)]
    pages = [["ACME manual", "Table of contents", *contents, "1"]] + [
        ["ACME manual", f"Subject {n} is explained here.", f"Page {n} of 7"] for n in range(2, 8)
    ]
    text = text_of(load(tmp_path, make.pdf_of_pages(pages)))
    assert text.count("ACME manual") == 1
    assert "Page 3 of 7" not in text and "Chapter on subject 4" not in text
    assert "Subject 6 is explained here." in text


def test_a_price_list_with_dots_is_no_table_of_contents(tmp_path: Path) -> None:
    lines = [f"Dish {n} {'. ' * 20}{price}" for n, price in enumerate((12, 9, 14, 7, 11, 8))]
    assert "Dish 3 … 7" in text_of(load(tmp_path, make.pdf_of_pages([lines])))


def test_a_password_is_named_as_the_reason(tmp_path: Path) -> None:
    with pytest.raises(DocumentEncrypted):
        load(tmp_path, make.pdf(lambda canvas: canvas.drawString(72, 700, "secret"), password="hunter2"))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.95])
def test_a_truncated_file_is_refused_rather_than_half_indexed(share: float, tmp_path: Path) -> None:
    whole = make.pdf_of_pages([[f"Page {n} of the contract."] for n in range(20)])
    with pytest.raises(DocumentCorrupt):
        load(tmp_path, whole[: int(len(whole) * share)])


def test_garbage_behind_the_signature_is_corrupt(tmp_path: Path) -> None:
    with pytest.raises(DocumentCorrupt):
        load(tmp_path, b"%PDF-1.7\n" + bytes(range(256)) * 4)


def test_pages_without_text_say_that_they_need_ocr(tmp_path: Path) -> None:
    with pytest.raises(DocumentEmpty) as caught:
        load(tmp_path, make.pdf(lambda canvas: canvas.rect(10, 10, 100, 100)))
    assert "OCR" in caught.value.text.en and "OCR" in caught.value.text.zh


def test_more_pages_than_allowed_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentTooLarge):
        load(tmp_path, make.pdf_of_pages([["x"]] * 4), ParseLimits(pages=3))


def test_rows_of_a_table_at_the_edges_of_pages_are_no_running_heads(tmp_path: Path) -> None:
    rows = [f"Zone {10 + at * 7} costs EUR {at * 13}.50 by land" for at in range(36)]
    parts = load(tmp_path, make.pdf_of_pages([rows[:12], rows[12:24], rows[24:]]))
    found = "\n".join(section.text for part in parts for section in part.sections)
    assert [row for row in rows if row not in found] == []


def test_a_running_head_may_count_the_pages(tmp_path: Path) -> None:
    pages = [
        [f"Care of machines, part 2: sheet {30 + number}", *(f"Line {at} on {word}." for at in range(9))]
        for number, word in enumerate(("oil", "air", "water", "dust"))
    ]
    parts = load(tmp_path, make.pdf_of_pages(pages))
    assert ["Care of machines" in part.sections[0].text for part in parts] == [True, False, False, False]


def test_a_table_of_narrow_columns_keeps_its_header_on_the_next_pages_too(tmp_path: Path) -> None:
    rows = [
        ("Code", "Zone", "Standard", "Express"),
        *((f"{10 + at}", f"Z{at % 5}", f"{5 + at}", f"{9 + at}") for at in range(30)),
    ]

    def draw(canvas: Canvas) -> None:
        for start in (0, 16):
            for place, row in enumerate(rows[start : start + 16] or rows[-1:]):
                for x, cell in zip((72, 112, 148, 210), row, strict=True):
                    canvas.drawString(x, 780 - place * 16, cell)
            canvas.showPage()

    first, second = load(tmp_path, make.pdf(draw))
    assert first.sections[0].text.split("\n")[:2] == [
        "Code | Zone | Standard | Express",
        "Code: 10; Zone: Z0; Standard: 5; Express: 9",
    ]
    assert second.sections[0].text.split("\n")[0] == "Code: 25; Zone: Z0; Standard: 20; Express: 24"


def test_what_follows_a_table_on_the_next_page_is_no_row_of_it(tmp_path: Path) -> None:
    rows = [("Plan", "Price", "Seats"), ("Basic", "10 USD", "5"), ("Team", "40 USD", "25"), ("Large", "90 USD", "80")]

    def draw(canvas: Canvas) -> None:
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                canvas.drawString(72 + x * 150, 700 - y * 16, cell)
        canvas.showPage()
        canvas.drawString(72, 700, "Prices rise in May.")

    assert load(tmp_path, make.pdf(draw))[1].sections[0].text == "Prices rise in May."


def test_prose_with_wide_white_space_is_no_table(tmp_path: Path) -> None:
    lines = [
        "Every  worker  takes  leave",
        "before  another  season  ends",
        "because  nobody  rests  later",
        "unless  somebody  agrees  today",
    ]
    text = text_of(load(tmp_path, make.pdf_of_pages([lines])))
    assert ":" not in text and "|" not in text
