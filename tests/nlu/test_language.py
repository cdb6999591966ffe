from __future__ import annotations

import pytest

from nlu.language import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("今天北京天气怎么样?", "zh"),
        ("How do I reset my password?", "en"),
        ("帮我 reset 一下 password", "zh"),
        ("明天上海的weather怎么样", "zh"),
        ("我的 iPhone 15 Pro Max 坏了", "zh"),
        ("Who is 王芳 in the sales team?", "en"),
        ("Weather in 北京", "en"),
        ("臺北天氣", "zh"),
        ("？？", "zh"),
        ("𠮷野家", "zh"),
        ("我要退货 https://shop.example.com/orders/list-all/of-my/recent?page=one", "zh"),
        ("我的邮箱是first.last@mail.example.com", "zh"),
    ],
)
def test_the_language_with_more_words_wins(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["", "   ", "12345", "😀", "!!!", "\ud800"])
def test_a_text_without_words_has_the_default_language(text: str) -> None:
    assert detect_language(text) == "en"
    assert detect_language(text, default="zh") == "zh"
