"""Which requests our own pages have sent, and where a sign-in may lead."""

from __future__ import annotations

import pytest
from fastapi import Request

from web.same_site import path_within_admin, sent_by_our_pages


def request_with(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "headers": [(b"host", b"bots.example:8000"), *raw]})


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "same-origin"},
        {"sec_fetch_site": "none"},
        {"origin": "http://bots.example:8000"},
        {},
        {"sec_fetch_site": "same-origin", "origin": "null"},
    ],
)
def test_our_own_pages_are_recognised(headers: dict[str, str]) -> None:
    assert sent_by_our_pages(request_with(**headers))


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site", "origin": "http://bots.example:8000"},
        {"origin": "http://bots.example:9000"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://bots.example:8000.evil.example"},
    ],
)
def test_other_sites_are_refused(headers: dict[str, str]) -> None:
    assert not sent_by_our_pages(request_with(**headers))


@pytest.mark.parametrize("path", ["/admin", "/admin/knowledge/" + "a" * 32, "/admin/test?bot=1"])
def test_a_sign_in_leads_to_the_page_that_was_asked_for(path: str) -> None:
    assert path_within_admin(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/admin",
        "//evil.example/admin",
        "/\\evil.example",
        "/admin/\\evil.example",
        "/administrator",
        "javascript:alert(1)",
        "/admin\r\nSet-Cookie: a=b",
        "",
    ],
)
def test_a_sign_in_leads_nowhere_else(path: str) -> None:
    assert path_within_admin(path) == "/admin"
