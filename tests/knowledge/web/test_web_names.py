"""What pages of the web are called here."""

from __future__ import annotations

import pytest

from knowledge.web.web_names import file_name_of, page_title


@pytest.mark.parametrize(
    ("url", "content_type", "name"),
    [
        ("https://e.com/help/parking", "text/html", "parking.html"),
        ("https://e.com/", "text/html", "e.com.html"),
        ("https://e.com/a.htm", "text/html", "a.htm"),
        ("https://e.com/a.php?id=1", "application/pdf", "a.php.pdf"),
        ("https://e.com/a.pdf", "application/octet-stream", "a.pdf"),
        ("https://e.com/a.pdf", "text/html", "a.html"),
        ("https://e.com/%E5%81%9C%E8%BD%A6.md", "text/plain", "停车.txt"),
        ("https://e.com/x", "application/octet-stream", "x"),
        ("https://e.com/guide.v2", "", "guide-v2"),
    ],
)
def test_a_name_ends_as_the_server_says_or_else_the_path(url: str, content_type: str, name: str) -> None:
    assert file_name_of(url, content_type) == name


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="Price list.xlsx"', "Price list.xlsx"),
        ("attachment; filename*=UTF-8''%E4%BB%B7%E6%A0%BC.xlsx", "价格.xlsx"),
        ('attachment; filename="../../etc/guide.pdf"', "guide.pdf"),
        ("inline", "download"),
        ("\r\nX: y", "download"),
    ],
)
def test_a_download_is_called_what_its_header_says(disposition: str, name: str) -> None:
    assert file_name_of("https://e.com/download", "application/octet-stream", disposition) == name


def test_a_title_is_read_in_the_pages_own_encoding_as_one_line() -> None:
    assert page_title("<TITLE lang=zh>停车\n &amp;  交通</TITLE>".encode()) == "停车 & 交通"
    assert page_title('<meta charset="gbk"><title>停车</title>'.encode("gbk")) == "停车"
    assert page_title(b'<meta charset="no such set"><title>Cars</title>') == "Cars"
    assert page_title(b"<p>no title") == ""
