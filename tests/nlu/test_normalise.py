from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.normalise import normalise


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("今天北京天氣怎麼樣?", "今天北京天气怎么样?"),
        ("我的訂單到哪裡了", "我的订单到哪里了"),
        ("Ｈｅｌｌｏ　Ａ１００２３", "Hello A10023"),
        ("soooooo good!!!!", "sooo good!"),
        ("order 1000000", "order 1000000"),
        ("caf\u0065\u0301", "café"),
        ("ﬁne ①", "fine 1"),
        ("it’s “fine” – 好。", 'it\'s "fine" - 好.'),
        ("a\u200bb\x00c\ud800d", "abcd"),
        ("line\none\ttwo", "line one two"),
        ("著名", "著名"),
        ("哈哈哈哈哈哈", "哈哈哈"),
    ],
)
def test_many_spellings_become_one(written: str, read: str) -> None:
    assert normalise(written).text == read


def test_a_span_leads_back_to_what_the_user_wrote() -> None:
    text = "👨\u200d👩 我的訂單Ａ１００２３ soooooo"
    plain = normalise(text)
    start = plain.text.index("A10023")
    assert text[slice(*plain.span(start, start + 6))] == "Ａ１００２３"
    start = plain.text.index("sooo")
    assert text[slice(*plain.span(start, start + 4))] == "soooooo"


def test_an_empty_span_stands_somewhere_in_the_text() -> None:
    assert normalise("").span(0, 0) == (0, 0)
    assert normalise("ab").span(2, 2) == (2, 2)


@settings(deadline=None)
@given(st.text(st.characters(codec=None), max_size=60))
def test_any_text_is_read_and_every_span_lies_inside_it(text: str) -> None:
    plain = normalise(text)
    assert len(plain.starts) == len(plain.ends) == len(plain.text)
    plain.text.encode("utf-8")
    for position in range(len(plain.text)):
        start, end = plain.span(position, position + 1)
        assert 0 <= start < end <= len(text)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_reading_a_normalised_text_again_changes_little(text: str) -> None:
    once = normalise(text).text
    assert len(normalise(once).text) <= 4 * len(once)
