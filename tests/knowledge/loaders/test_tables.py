"""Tables as people draw them: merged cells, headers of several rows, figures in the format of their cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.document import DocumentLoader, Locator
from knowledge.loaders.docx import DocxLoader
from knowledge.loaders.pptx import PptxLoader
from knowledge.loaders.web_page import WebPageLoader
from knowledge.loaders.xlsx import XlsxLoader
from knowledge.reading.number_formats import NumberFormat
from knowledge.reading.tables import Row, find_head, table_lines
from tests import factories_documents as make

LINES = [
    "Region | City | Limit / Low season | Limit / High season",
    "Region: Europe; City: Paris; Limit / Low season: 180; Limit / High season: 240",
    "Region: Europe; City: Berlin; Limit / Low season: 130; Limit / High season: 170",
]


def lines(loader: DocumentLoader, folder: Path, data: bytes | str) -> list[str]:
    parts = loader.load(make.write(folder, "stored", data))
    text = "\n".join(section.text for part in parts for section in part.sections)
    return [line for line in text.split("\n") if line]


def word_cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{make.paragraph(text)}</w:tc>"


def test_a_word_table_names_each_column_by_both_rows_of_its_header(tmp_path: Path) -> None:
    begin, on, wide = '<w:vMerge w:val="restart"/>', "<w:vMerge/>", '<w:gridSpan w:val="2"/>'
    rows = [
        word_cell("Region", begin) + word_cell("City", begin) + word_cell("Limit", wide),
        word_cell("", on) + word_cell("", on) + word_cell("Low season") + word_cell("High season"),
        word_cell("Europe", begin) + word_cell("Paris") + word_cell("180") + word_cell("240"),
        word_cell("", on) + word_cell("Berlin") + word_cell("130") + word_cell("170"),
    ]
    body = f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"
    assert lines(DocxLoader(), tmp_path, make.docx(body)) == LINES


def test_a_table_of_a_page_does_so_too(tmp_path: Path) -> None:
    page = (
        "<table><tr><th rowspan=2>Region<th rowspan=2>City<th colspan=2>Limit<tr><th>Low season<th>High season"
        "<tr><td rowspan=2>Europe<td>Paris<td>180<td>240<tr><td>Berlin<td>130<td>170</table>"
    )
    assert lines(WebPageLoader(), tmp_path, page) == LINES


def slide_row(*cells: tuple[str, str]) -> str:
    made = (
        f"<a:tc {merge}><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>" for text, merge in cells
    )
    return f"<a:tr>{''.join(made)}</a:tr>"


def test_a_table_of_a_slide_does_so_too(tmp_path: Path) -> None:
    on = ("", 'vMerge="1"')
    table = (
        slide_row(("Region", 'rowSpan="2"'), ("City", 'rowSpan="2"'), ("Limit", 'gridSpan="2"'), ("", 'hMerge="1"'))
        + slide_row(on, on, ("Low season", ""), ("High season", ""))
        + slide_row(("Europe", 'rowSpan="2"'), ("Paris", ""), ("180", ""), ("240", ""))
        + slide_row(on, ("Berlin", ""), ("130", ""), ("170", ""))
    )
    data = make.pptx([f"<p:graphicFrame><a:tbl>{table}</a:tbl></p:graphicFrame>"])
    assert lines(PptxLoader(), tmp_path, data) == LINES


def merged(data: dict[str, list[list[str]]], *ranges: str, columns: str = "", styles: str = "") -> bytes:
    """A workbook of one sheet with these ranges merged; `2#99` is the number 99 in the style 2."""
    [(name, rows)] = data.items()
    listed = "".join(f'<mergeCell ref="{one}"/>' for one in ranges)
    body = ""
    for number, row in enumerate(rows, start=1):
        cells = "".join(_cell(f"{chr(65 + at)}{number}", text) for at, text in enumerate(row) if text)
        body += f'<row r="{number}">{cells}</row>'
    sheet = f"<worksheet>{columns}<sheetData>{body}</sheetData><mergeCells>{listed}</mergeCells></worksheet>"
    extra = {"xl/worksheets/sheet1.xml": sheet} | ({"xl/styles.xml": styles} if styles else {})
    return make.xlsx({name: []}, extra=extra)


def _cell(place: str, text: str) -> str:
    style, _, number = text.rpartition("#")
    if style:
        return f'<c r="{place}" s="{style}"><v>{number}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_merged_cells_of_a_sheet_speak_for_every_row_and_column_they_cover(tmp_path: Path) -> None:
    rows = [
        ["Hotels of 2026"],
        ["Region", "City", "Limit"],
        ["", "", "Low season", "High season"],
        ["Europe", "Paris", "180", "240"],
        ["", "Berlin", "130", "170"],
    ]
    data = merged({"S": rows}, "A1:D1", "A2:A3", "B2:B3", "C2:D2", "A4:A5")
    assert lines(XlsxLoader(), tmp_path, data) == ["Hotels of 2026", *LINES]
    [part] = XlsxLoader().load(make.write(tmp_path, "again", data))
    assert part.sections[-1].locator == Locator(sheet="S", row=5)


def test_hidden_columns_of_a_sheet_are_not_read(tmp_path: Path) -> None:
    rows = [["Product", "Price", "Margin"], ["Router", "99", "40 percent"]]
    data = merged({"S": rows}, columns='<cols><col min="3" max="3" hidden="1"/></cols>')
    assert lines(XlsxLoader(), tmp_path, data) == ["Product | Price", "Product: Router; Price: 99"]


def test_figures_of_a_sheet_keep_their_percent_and_currency(tmp_path: Path) -> None:
    styles = (
        '<s><numFmts><numFmt numFmtId="170" formatCode="&quot;EUR&quot; #,##0.00"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="170"/></cellXfs></s>'
    )
    rows = [["Product", "Price", "Discount", "Stock"], ["Router", "2#1299.5", "1#0.15", "0#12"]]
    data = merged({"S": rows}, styles=styles)
    assert lines(XlsxLoader(), tmp_path, data)[1] == "Product: Router; Price: EUR 1299.50; Discount: 15%; Stock: 12"


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("General", "12.5", "12.5"),
        ("#,##0", "1250000", "1250000"),
        ("0.00%", "0.225", "22.5%"),
        ("[$¥-804]#,##0", "830000", "¥830000"),
        ('_-* #,##0.00\\ "€"_-;-* #,##0.00\\ "€"_-', "1299.5", "1299.50 €"),
        ("[Red]$#,##0.00;[Blue]-$#,##0.00", "-12.5", "-$12.50"),
        ('0.0" kg"', "20", "20.0 kg"),
        ("yyyy-mm-dd", "46387", "2026-12-31"),
        ("@", "E4711", "E4711"),
        ('"EUR" 0', "1e300", "EUR 1e+300"),
    ],
)
def test_a_number_is_shown_as_its_format_says(code: str, value: str, shown: str) -> None:
    assert NumberFormat.of(code).shown(value) == shown


def test_dates_may_be_counted_from_1904() -> None:
    assert NumberFormat(is_date=True).shown("44925", since_1904=True) == "2026-12-31"


def test_a_row_of_figures_below_a_spanned_header_is_no_part_of_it() -> None:
    rows: list[Row] = [["", "Price", None], ["Router", "99", "89"], ["Switch", "49", "39"]]
    assert table_lines(rows, header=True)[1] == "Router; Price: 99; Price: 89"


def test_years_may_part_a_spanned_header() -> None:
    rows: list[Row] = [["Team", "Headcount", None], ["Team", "2025", "2026"], ["Sales", "42", "55"]]
    assert table_lines(rows)[1] == "Team: Sales; Headcount / 2025: 42; Headcount / 2026: 55"


def test_a_title_above_the_header_is_a_line_of_its_own() -> None:
    rows: list[Row] = [["Fees", None], ["City", "Fee"], ["Paris", "20"], ["Rome", "25"]]
    assert table_lines(rows, header=True) == ["Fees", "City | Fee", "City: Paris; Fee: 20", "City: Rome; Fee: 25"]


def test_a_form_of_labels_and_values_is_given_no_header_from_its_middle() -> None:
    assert find_head([["Age", "30"], ["Name", "Alice"], ["City", "Berlin"]]) is None


def test_a_colon_behind_the_name_of_a_column_is_not_doubled() -> None:
    assert table_lines([["套餐：", "价格："], ["标准版", "99元"], ["旗舰版", "199元"]])[1] == "套餐: 标准版; 价格: 99元"


FORM = ["Contact: Anna Meier", "Department: Facility Management", "Phone: 1234"]


def test_a_table_of_labels_and_values_is_read_row_by_row(tmp_path: Path) -> None:
    rows = [line.split(": ") for line in FORM]
    page = "".join(f"<tr><th>{label}</th><td>{value}</td></tr>" for label, value in rows)
    assert lines(WebPageLoader(), tmp_path, f"<table>{page}</table>") == FORM
    titled = f"<table><tr><th colspan=2>Reception</th></tr>{page}</table>"
    assert lines(WebPageLoader(), tmp_path, titled) == ["Reception", *FORM]
    bold = "".join(
        f"<w:tr><w:tc>{make.paragraph(label, run='<w:b/>')}</w:tc>{word_cell(value)}</w:tr>" for label, value in rows
    )
    assert lines(DocxLoader(), tmp_path, make.docx(f"<w:tbl>{bold}</w:tbl>")) == FORM
    assert table_lines([[f"{label}：", value] for label, value in rows]) == FORM


def test_years_in_a_row_may_name_columns() -> None:
    assert (
        table_lines([["Item", "2024", "2025"], ["Revenue", "100", "120"]])[1] == "Item: Revenue; 2024: 100; 2025: 120"
    )
    assert find_head([["Founded", "1998", "2003"], ["Closed", "2001", "2005"]]) is None
