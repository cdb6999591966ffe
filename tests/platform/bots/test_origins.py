"""Origins are written as browsers send them."""

from __future__ import annotations

import pytest

from chatbot.bots.widget.origins import normal_origin, normal_origins
from chatbot.foundation.errors import InvalidInput


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("https://www.example.com", "https://www.example.com"),
        ("HTTPS://WWW.Example.COM/", "https://www.example.com"),
        ("https://example.com:443", "https://example.com"),
        ("http://example.com:80", "http://example.com"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://例子.测试", "https://xn--fsqu00a.xn--0zwm56d"),
    ],
)
def test_an_origin_has_one_form(written: str, normal: str) -> None:
    assert normal_origin(written) == normal


@pytest.mark.parametrize(
    "written",
    [
        "",
        "*",
        "null",
        "example.com",
        "https://",
        "https://*.example.com",
        "https://example.com/path",
        "https://example.com?x",
        "https://user@example.com",
        "https://example.com:port",
        "https://example.com:99999",
        "ftp://example.com",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://[",
        "https://a..b",
    ],
)
def test_what_is_no_origin_is_refused_by_its_place(written: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        normal_origins(["https://good.example", written])
    assert refused.value.field == "body.allowed_origins.1"
