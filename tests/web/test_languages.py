"""The language of a page."""

from __future__ import annotations

import pytest

from web.languages import choose_language


@pytest.mark.parametrize(
    ("asked", "remembered", "header", "language"),
    [
        ("zh", "en", "en", "zh"),
        (None, "zh", "en-GB,en", "zh"),
        ("fr", None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, None, "en-GB,en;q=0.9,zh;q=0.8", "en"),
        (None, None, "fr-FR, zh-TW;q=0.5, en;q=0.4", "zh"),
        (None, "../../etc", "fr-FR", "en"),
        (None, None, "zh;q=0, en;q=0.1", "en"),
        (None, None, "zh;q=nonsense", "en"),
        (None, None, "", "en"),
        (None, None, None, "en"),
    ],
)
def test_the_address_wins_over_the_cookie_and_the_cookie_over_the_browser(
    asked: str | None, remembered: str | None, header: str | None, language: str
) -> None:
    assert choose_language(asked, remembered, header) == language
