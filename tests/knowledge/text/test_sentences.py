"""Where Chinese and English sentences end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.sentences import sentence_spans, split_sentences
from knowledge.text.tokens import estimate_tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("年假有几天？十五天。可以顺延！", ["年假有几天？", "十五天。", "可以顺延！"]),
        ("他说：“可以退货。”然后离开了；没有再来。", ["他说：“可以退货。”", "然后离开了；", "没有再来。"]),
        ("稍等……马上就好。", ["稍等……", "马上就好。"]),
        ("One ends. Another begins! A third?", ["One ends.", "Another begins!", "A third?"]),
        ("Dr. Smith paid 3.5 USD, e.g. in cash, to J. Doe.", ["Dr. Smith paid 3.5 USD, e.g. in cash, to J. Doe."]),
        ("See https://example.com/a.b?c=d! Then go on.", ["See https://example.com/a.b?c=d!", "Then go on."]),
        ("Offices in the U.S. The rest follows.", ["Offices in the U.S.", "The rest follows."]),
        ("Offices in the U.S. Virgin Islands.", ["Offices in the U.S. Virgin Islands."]),
        ("Bring pens, paper etc. The rest is here.", ["Bring pens, paper etc.", "The rest is here."]),
        ("wait... what?", ["wait... what?"]),
        ("1. Open the lid. 2. Press start.", ["1. Open the lid.", "2. Press start."]),
        ('He said "stop." Then he left.', ['He said "stop."', "Then he left."]),
        ("Heading\n\nA line\nanother", ["Heading", "A line", "another"]),
        ("版本 2.0 已发布。请升级到 v2.1.3。", ["版本 2.0 已发布。", "请升级到 v2.1.3。"]),
        ("OK!然后继续。", ["OK!", "然后继续。"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert split_sentences(text) == expected


@given(st.text(alphabet="ab A.。！?!”)\n 1年", max_size=60))
def test_nothing_but_white_space_lies_between_sentences(text: str) -> None:
    spans = sentence_spans(text)
    outside = list(text)
    for start, end in spans:
        assert start < end and text[start:end] == text[start:end].strip()
        outside[start:end] = " " * (end - start)
    assert not "".join(outside).strip()
    assert spans == sorted(spans)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("", 0, 0),
        ("员工每年享有十五天带薪年假。", 14, 15),
        ("Employees are entitled to fifteen days of paid annual leave a year.", 13, 18),
        ("internationalisation", 3, 6),
        ("A1B2-20241123", 5, 12),
        ("Сколько дней отпуска?", 9, 16),
    ],
)
def test_tokens_are_estimated_as_a_tokeniser_would_count_them(text: str, low: int, high: int) -> None:
    assert low <= estimate_tokens(text) <= high
