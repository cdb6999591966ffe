"""Scanned pages of PDF files: which are recognised, and what becomes of the others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from knowledge.chunking import chunk
from knowledge.document import LoadedPart, Locator, Section
from knowledge.errors import DocumentEmpty, DocumentTooLarge
from knowledge.limits import ParseLimits
from knowledge.loaders.pdf import PdfLoader
from knowledge.parsing import parse_guarded
from nlu.language import detect_language
from tests import factories_documents as make
from tests import factories_pictures as pictures

LEAVE = pictures.page(["Annual leave is fifteen days."])
TRAVEL = pictures.page(["Travel is paid in May."])
LONG = "Whoever needs more than the usual leave asks the head of the department, who answers within a week. " * 3


def parse(folder: Path, data: bytes, limits: ParseLimits = ParseLimits()) -> list[LoadedPart]:
    return list(parse_guarded(make.write(folder, "stored", data), "scan.pdf", limits=limits))


def found_in(parts: list[LoadedPart]) -> list[tuple[int | None, bool, str]]:
    return [
        (section.locator.page, section.locator.recognised, section.text) for part in parts for section in part.sections
    ]


def test_of_a_mixed_document_only_the_scanned_pages_are_recognised(tmp_path: Path) -> None:
    parts = parse(tmp_path, pictures.mixed_pdf([("A page of text.", None), ("", LEAVE), ("Figure 3", TRAVEL)]))
    assert found_in(parts) == [
        (1, False, "A page of text."),
        (2, True, "Annual leave is fifteen days."),
        (3, False, "Figure 3"),
        (3, True, "Travel is paid in May."),
    ]
    assert parts[-1].pages_recognised == 2


def test_a_recognised_page_is_there_while_the_next_is_being_read(tmp_path: Path) -> None:
    path = make.write(tmp_path, "stored", pictures.scanned_pdf(LEAVE, TRAVEL))
    parts = parse_guarded(path, "scan.pdf")
    seen = []
    for part in parts:
        seen.append((part.pages_done, part.pages_total, bool(part.sections)))
        if part.sections:
            break
    parts.close()
    assert seen == [(0, 2, False), (1, 2, True)]


def test_what_the_text_layer_says_is_not_said_twice(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawInlineImage(LEAVE, 36, 300, width=520, height=520 * LEAVE.height / LEAVE.width)
        text = canvas.beginText(60, 320)
        text.setTextRenderMode(3)  # as other programs put recognised text below a scan
        text.textOut("Annual leave is fifteen days.")
        canvas.drawText(text)

    assert found_in(parse(tmp_path, make.pdf(draw))) == [(1, False, "Annual leave is fifteen days.")]


def test_chunks_keep_what_was_recognised_apart_and_a_heading_with_its_text() -> None:
    heading = ("Leave",)
    sections = [
        Section("A page of text.", Locator(page=1)),
        Section("Read from a scan.", Locator(page=1, recognised=True)),
        Section("Leave", Locator(page=2, heading=heading)),
        Section("Fifteen days a year.", Locator(page=2, heading=heading, recognised=True)),
    ]
    assert [(draft.text, draft.locator.recognised) for draft in chunk(sections, language_of=detect_language)] == [
        ("A page of text.", False), ("Read from a scan.", True), ("Fifteen days a year.", True),
    ]  # fmt: skip


def test_a_page_full_of_text_is_not_drawn_for_the_sake_of_its_picture(tmp_path: Path) -> None:
    lines = re.findall(r".{1,80}(?:\s|$)", LONG)

    def draw(canvas: Canvas) -> None:
        canvas.drawInlineImage(LEAVE, 36, 100)
        for row, line in enumerate(lines):
            canvas.drawString(72, 780 - 14 * row, line)

    parts = list(PdfLoader().load(make.write(tmp_path, "stored", make.pdf(draw))))
    assert [part.pages_recognised for part in parts] == [0]


def test_an_empty_page_among_others_is_not_looked_at(tmp_path: Path) -> None:
    parts = list(PdfLoader().load(make.write(tmp_path, "stored", make.pdf_of_pages([["One."], [], ["Three."]]))))
    assert [part.pages_recognised for part in parts] == [0, 0, 0]


def test_with_recognition_switched_off_a_scan_has_no_text_and_other_pages_stay(tmp_path: Path) -> None:
    off = ParseLimits(recognised_pages=0)
    with pytest.raises(DocumentEmpty) as caught:
        parse(tmp_path, pictures.scanned_pdf(LEAVE), off)
    assert "OCR" in caught.value.text.zh
    assert found_in(parse(tmp_path, pictures.mixed_pdf([("Text.", None), ("", LEAVE)]), off)) == [(1, False, "Text.")]


def test_a_scan_whose_picture_would_unpack_to_a_giant_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentTooLarge):
        parse(tmp_path, pictures.scanned_pdf(LEAVE), ParseLimits(pixels=LEAVE.width * LEAVE.height - 1))


def test_more_scanned_pages_than_allowed_are_refused_at_the_first_too_many(tmp_path: Path) -> None:
    parts = parse_guarded(
        make.write(tmp_path, "stored", pictures.scanned_pdf(LEAVE, TRAVEL)),
        "scan.pdf",
        limits=ParseLimits(recognised_pages=1),
    )
    assert [next(parts).pages_recognised for _ in range(2)] == [1, 1]
    with pytest.raises(DocumentTooLarge):
        next(parts)
