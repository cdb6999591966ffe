"""What is read from spreadsheets, presentations, books and mail."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.document import DocumentLoader, LoadedPart, Locator
from knowledge.errors import DocumentCorrupt, DocumentEncrypted, DocumentTooLarge
from knowledge.limits import ParseLimits
from knowledge.loaders import load_attachment
from knowledge.loaders.csv_table import CsvLoader
from knowledge.loaders.epub import EpubLoader
from knowledge.loaders.mail_message import MailMessageLoader
from knowledge.loaders.pptx import PptxLoader
from knowledge.loaders.xlsx import XlsxLoader
from tests import factories_documents as make


def load(loader: DocumentLoader, folder: Path, data: bytes | str) -> list[LoadedPart]:
    return list(loader.load(make.write(folder, "stored", data)))


def texts(parts: list[LoadedPart]) -> list[str]:
    return [section.text for part in parts for section in part.sections]


@pytest.mark.parametrize(
    "data",
    [
        "城市,费用\n北京,20\n上海,25\n",
        "城市;费用\n北京;20\n上海;25\n",
        "城市\t费用\n北京\t20\n上海\t25\n".encode("gb18030"),
        '\ufeff"城市","费用"\r\n"北京","20"\r\n\r\n"上海","25"\r\n',
    ],
)
def test_rows_of_a_csv_keep_their_header_and_number(data: bytes | str, tmp_path: Path) -> None:
    [part] = load(CsvLoader(), tmp_path, data)
    assert [section.text for section in part.sections] == [
        "城市 | 费用",
        "城市: 北京; 费用: 20",
        "城市: 上海; 费用: 25",
    ]
    assert part.sections[1].locator == Locator(row=2)


def test_a_csv_cell_may_hold_lines_and_delimiters(tmp_path: Path) -> None:
    data = 'Question,Answer\n"How long, please?","Thirty days.\nWith receipt."\n'
    assert (
        texts(load(CsvLoader(), tmp_path, data))[1]
        == "Question: How long, please?\nAnswer: Thirty days.\nWith receipt."
    )


def test_a_csv_without_header_is_read_as_it_stands(tmp_path: Path) -> None:
    assert texts(load(CsvLoader(), tmp_path, "1,2\n3,4\n")) == ["1 | 2", "3 | 4"]


def test_a_workbook_is_read_sheet_by_sheet_without_the_hidden_ones(tmp_path: Path) -> None:
    rows = [
        ["Fees of 2026"],
        [],
        ["City", "Fee"],
        ["北京", "<c><v>20</v></c>"],
        ["上海", "<c><v>0.30000000000000004</v></c>"],
    ]
    data = make.xlsx({"Fees": rows, "Secret": [["hidden text"]], "Notes": [["free text"]]}, hidden=["Secret"])
    parts = load(XlsxLoader(), tmp_path, data)
    assert texts(parts) == ["Fees of 2026", "City | Fee", "City: 北京; Fee: 20", "City: 上海; Fee: 0.3", "free text"]
    assert parts[0].sections[2].locator == Locator(sheet="Fees", row=4)
    assert [(part.pages_done, part.pages_total) for part in parts] == [(1, 2), (2, 2)]


def test_cells_are_shown_as_the_spreadsheet_shows_them(tmp_path: Path) -> None:
    formats = '<numFmt numFmtId="170" formatCode="0.0&quot;days&quot;"/><numFmt numFmtId="171" formatCode="yyyy/m/d"/>'
    styles = f'<s><numFmts>{formats}</numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
    styles += '<xf numFmtId="170"/><xf numFmtId="171"/></cellXfs></s>'
    strings = "<sst><si><t>plain</t></si><si><r><t>rich </t></r><r><t>text</t></r><rPh><t>ruby</t></rPh></si></sst>"
    row = [
        '<c t="s"><v>0</v></c>', '<c t="s"><v>1</v></c>', '<c t="s"><v>99</v></c>', '<c s="1"><v>45000</v></c>',
        '<c s="3"><v>45000.5</v></c>', '<c s="2"><v>7</v></c>', '<c t="b"><v>1</v></c>', '<c t="str"><v>result</v></c>',
        '<c t="e"><v>#N/A</v></c>', '<c s="1"><v>0.75</v></c>', '<c r="ZZZ9"><v>1</v></c>',
    ]  # fmt: skip
    data = make.xlsx({"S": [row]}, extra={"xl/styles.xml": styles, "xl/sharedStrings.xml": strings})
    assert texts(load(XlsxLoader(), tmp_path, data)) == [
        "plain | rich text | 2023-03-15 | 2023-03-15 12:00 | 7.0days | TRUE | result | #N/A | 18:00"
    ]


def test_a_presentation_is_read_slide_by_slide(tmp_path: Path) -> None:
    cell = "<a:tc><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc>"
    table = "".join(
        f"<a:tr>{''.join(cell.format(text) for text in row)}</a:tr>" for row in (("Plan", "Price"), ("Team", "40"))
    )
    slides = [
        make.shape("Body text") + make.shape("标题", kind="title") + make.shape("7", kind="sldNum")
        + make.shape("injected", hidden=True)
        + f"<p:grpSp><p:graphicFrame><a:tbl>{table}</a:tbl></p:graphicFrame></p:grpSp>",
        make.shape("skipped"),
        make.shape("last"),
    ]  # fmt: skip
    parts = load(PptxLoader(), tmp_path, make.pptx(slides, notes="Say hello.", hidden=[2]))
    assert texts(parts) == ["标题\n\nBody text\n\nPlan | Price\nPlan: Team; Price: 40\n\nSay hello.", "last"]
    assert parts[0].sections[0].locator == Locator(slide=1, heading=("标题",))
    assert [part.pages_done for part in parts] == [1, 2, 3]


def test_a_book_is_read_in_the_order_of_its_spine(tmp_path: Path) -> None:
    data = make.epub(["<h1>Second</h1><p>b</p>", "<h1>First</h1><p>a</p><script>x</script>"], title="书")
    parts = load(EpubLoader(), tmp_path, data)
    assert texts(parts) == ["First\n\na", "Second\n\nb"]
    assert parts[0].title == "书"


def test_a_protected_book_is_refused_and_one_with_scrambled_fonts_read(tmp_path: Path) -> None:
    def book(target: str) -> bytes:
        reference = f'<encryption><CipherReference URI="{target}"/></encryption>'
        return make.epub(["<p>a</p>"], extra={"META-INF/encryption.xml": reference})

    assert texts(load(EpubLoader(), tmp_path, book("OPS/font.otf"))) == ["a"]
    with pytest.raises(DocumentEncrypted):
        load(EpubLoader(), tmp_path, book("OPS/text/chapter%201.xhtml"))


def test_a_book_without_its_chapters_is_corrupt(tmp_path: Path) -> None:
    with pytest.raises(DocumentCorrupt):
        load(EpubLoader(), tmp_path, make.archive({"META-INF/container.xml": "<container/>"}))


MAIL = b"""From: =?utf-8?b?5byg5LiJ?= <zhang@example.com>\r
To: shop@example.com\r
Date: Fri, 16 Dec 2026 17:04:16 +0800\r
Subject: =?gb2312?b?zcu79Q==?=\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=b\r
\r
--b\r
Content-Type: text/plain; charset=gb2312\r
Content-Transfer-Encoding: base64\r
\r
xePExqOsztLP69Ko0OjSqs3Lu/Wh\r
o6M=\r
--b\r
Content-Type: message/rfc822\r
\r
Subject: Inner\r
Content-Type: text/html\r
\r
<p>Forwarded <b>text</b></p><p hidden>injected</p>\r
--b\r
Content-Type: application/octet-stream\r
Content-Disposition: attachment; filename=../evil.exe\r
\r
MZ\r
--b--\r
"""


def test_mail_is_read_with_its_subject_and_attached_messages(tmp_path: Path) -> None:
    [part] = load(MailMessageLoader(load_attachment), tmp_path, MAIL)
    assert part.title == "退货"
    whole = "\n\n".join(section.text for section in part.sections)
    assert "张三 <zhang@example.com>" in whole and "Forwarded text" in whole
    assert part.sections[-1].locator.heading == ("退货", "Inner")
    assert "injected" not in whole and "MZ" not in whole


def test_messages_in_messages_without_end_are_refused(tmp_path: Path) -> None:
    path = make.write(tmp_path, "stored", MAIL)
    with pytest.raises(DocumentTooLarge):
        list(MailMessageLoader(load_attachment).load(path, limits=ParseLimits(nesting=1)))


def test_a_file_without_headers_is_no_mail(tmp_path: Path) -> None:
    with pytest.raises(DocumentCorrupt):
        load(MailMessageLoader(load_attachment), tmp_path, b"\n\njust text")
