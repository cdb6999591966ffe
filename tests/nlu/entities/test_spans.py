"""Wherever a value stands, and whatever the characters around it become, its span is of the user's own text."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.interpreter import Interpreter
from nlu.normalise import normalise
from nlu.understanding import EntityDefinition
from tests.nlu.encoders import HashingEncoder

FRIDAY = datetime(2026, 11, 20, 9, 0)
# As people write them, with what they mean: full width, traditional characters, an emoji or a wide space beside them.
WRITTEN = {
    "北京": ("city", "Beijing"),
    "臺北": ("city", "Taipei"),
    "ｂｅｒｌｉｎ": ("city", "Berlin"),
    "１３８００１３８０００": ("phone", "13800138000"),
    "後天": ("date", "2026-11-22"),
    "下週三下午三點": ("datetime", "2026-11-25T15:00"),
    "￥１，２９９．００": ("amount", "1299 CNY"),
    "二百五十塊錢": ("amount", "250 CNY"),
    "Ａ１００２３": ("order_id", "A10023"),
    "紅燒獅子頭": ("dish", "lion"),
    "a@b.example.com": ("email", "a@b.example.com"),
}
AROUND = st.lists(
    st.sampled_from(
        [
            "😀",
            "👩‍👩‍👧",
            "，",
            "。",
            "\u3000",
            "\n",
            "哈哈哈哈哈哈",
            "soooooo ",
            "!!!!!!",
            "e\u0301 ",
            "㋿",
            "\u200b",
            "請問 ",
        ]
    ),
    max_size=6,
).map("".join)
DISH = EntityDefinition("dish", "gazetteer", values=(("lion", ("红烧狮子头",)),))


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    return Interpreter(None, (DISH,), HashingEncoder())


@given(before=AROUND, written=st.sampled_from(sorted(WRITTEN)), after=AROUND)
def test_a_value_is_found_where_the_user_wrote_it(
    interpreter: Interpreter, before: str, written: str, after: str
) -> None:
    text = f"{before} {written} {after}"
    found = interpreter.parse(text, now=FRIDAY).entities
    name, value = WRITTEN[written]
    start = len(before) + 1
    assert (name, value, written, start, start + len(written)) in [
        (each.name, each.value, each.text, each.start, each.end) for each in found
    ]
    assert all(text[each.start : each.end] == each.text for each in found)


@given(st.text(st.characters(codec=None), max_size=60))
def test_the_way_back_never_turns(text: str) -> None:
    plain = normalise(text)
    assert len(plain.starts) == len(plain.ends) == len(plain.text)
    assert list(plain.starts) == sorted(plain.starts)
    assert list(plain.ends) == sorted(plain.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(plain.starts, plain.ends, strict=True))
