from __future__ import annotations

from datetime import date, datetime

import pytest

from nlu.entities.times.named_days import named_days
from nlu.interpreter import Interpreter
from tests.nlu.encoders import HashingEncoder

FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "words", "day"),
    [
        ("圣诞节去纽约", "圣诞节", "2026-12-25"),
        ("国庆假期去哪玩", "国庆", "2027-10-01"),
        ("去年国庆节的订单", "去年国庆节", "2025-10-01"),
        ("2028年元旦", "2028年元旦", "2028-01-01"),
        ("back by Christmas Eve", "Christmas Eve", "2026-12-24"),
        ("New Year's Day 2028", "New Year's Day 2028", "2028-01-01"),
        ("valentines dinner", "valentines", "2027-02-14"),
        ("月底之前付款", "月底", "2026-11-30"),
        ("这个月底之前付款", "这个月底", "2026-11-30"),
        ("下个月初", "下个月初", "2026-12-01"),
        ("去年今天的订单", "去年今天", "2025-11-20"),
        ("明年的今天再来", "明年的今天", "2027-11-20"),
        ("2月底", "2月底", "2027-02-28"),
        ("明年底", "明年底", "2027-12-31"),
        ("明年年初", "明年年初", "2027-01-01"),
        ("年底冲量", "年底", "2026-12-31"),
        ("by the end of next month", "the end of next month", "2026-12-31"),
        ("at the beginning of the year", "the beginning of the year", "2026-01-01"),
    ],
)
def test_a_day_with_a_name_is_read(text: str, words: str, day: str) -> None:
    assert [(text[start:end], found.isoformat()) for start, end, found in named_days(text, FRIDAY)] == [(words, day)]


@pytest.mark.parametrize(
    "text", ["我住五一路", "二五一十", "三个月底薪", "岁月初心", "每年底", "christmassy", "半年底薪"]
)
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert list(named_days(text, FRIDAY)) == []


@pytest.mark.parametrize("text", ["后年圣诞", "明年底", "下个月底", "the end of next year"])
def test_the_end_of_the_calendar_is_survived(text: str) -> None:
    assert list(named_days(text, date(9999, 12, 31))) == []


def test_a_named_day_takes_a_time_of_day() -> None:
    heard = Interpreter(None, (), HashingEncoder()).parse("平安夜晚上八点两个人", now=datetime(2026, 11, 20))
    assert [(e.name, e.value) for e in heard.entities] == [("datetime", "2026-12-24T20:00"), ("number", "2")]
