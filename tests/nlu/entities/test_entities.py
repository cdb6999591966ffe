from __future__ import annotations

from datetime import datetime

import pytest

from nlu.candidate import Candidate, without_overlaps
from nlu.entities.names.cities import display_name
from nlu.entities.names.gazetteer import Gazetteer
from nlu.interpreter import Interpreter
from nlu.understanding import Entity, EntityDefinition
from tests.nlu.encoders import HashingEncoder

FRIDAY = datetime(2026, 11, 20, 9, 0)


def entities(text: str, *definitions: EntityDefinition) -> tuple[Entity, ...]:
    found = Interpreter(None, definitions, HashingEncoder()).parse(text, now=FRIDAY).entities
    for entity in found:
        assert text[entity.start : entity.end] == entity.text
    return found


def values(text: str, *definitions: EntityDefinition) -> list[tuple[str, str]]:
    return [(entity.name, entity.value) for entity in entities(text, *definitions)]


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("今天北京天气怎么样?", "Beijing"),
        ("北京市明天", "Beijing"),
        ("weather in peking", "Beijing"),
        ("臺北", "Taipei"),
        ("Is it cold in new york city?", "New York"),
        ("Xi'an", "Xi'an"),
        ("xian", "Xi'an"),
        ("St. Petersburg", "Saint Petersburg"),
        ("Ｔｏｋｙｏ", "Tokyo"),
        ("那广州呢", "Guangzhou"),
    ],
)
def test_cities_of_both_languages_have_one_value(text: str, city: str) -> None:
    assert [value for name, value in values(text) if name == "city"] == [city]


def test_a_city_is_shown_in_the_readers_language() -> None:
    assert display_name("Beijing", "zh") == "北京"
    assert display_name("Beijing", "en") == "Beijing"
    assert display_name("Atlantis", "zh") == "Atlantis"


@pytest.mark.parametrize("text", ["the parish council", "lyonnaise potatoes", "roman law", "a new, York"])
def test_a_city_is_not_found_inside_another_word(text: str) -> None:
    assert [value for name, value in values(text) if name == "city"] == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("今天", "2026-11-20"),
        ("明晚", "2026-11-21"),
        ("大后天", "2026-11-23"),
        ("前天", "2026-11-18"),
        ("三天后", "2026-11-23"),
        ("两周前", "2026-11-06"),
        ("周三", "2026-11-25"),
        ("周五", "2026-11-20"),
        ("这周六", "2026-11-21"),
        ("下周三", "2026-11-25"),
        ("下下周一", "2026-11-30"),
        ("上个星期天", "2026-11-15"),
        ("周末", "2026-11-21"),
        ("11月3日", "2026-11-03"),
        ("十一月二十五号", "2026-11-25"),
        ("明年1月5日", "2027-01-05"),
        ("2025年12月31日", "2025-12-31"),
        ("二零二六年十二月一日", "2026-12-01"),
        ("下个月5号", "2026-12-05"),
        ("5号", "2026-12-05"),
        ("today", "2026-11-20"),
        ("tomorrow", "2026-11-21"),
        ("the day after tomorrow", "2026-11-22"),
        ("yesterday", "2026-11-19"),
        ("friday", "2026-11-20"),
        ("next friday", "2026-11-27"),
        ("last Monday", "2026-11-16"),
        ("this weekend", "2026-11-21"),
        ("in three days", "2026-11-23"),
        ("2 weeks from now", "2026-12-04"),
        ("a week ago", "2026-11-13"),
        ("Nov 3", "2026-11-03"),
        ("November 3rd, 2025", "2025-11-03"),
        ("3 January", "2027-01-03"),
        ("the 5th of December", "2026-12-05"),
        ("the 25th of next month", "2026-12-25"),
        ("双十二", "2026-12-12"),
        ("2026-11-20", "2026-11-20"),
        ("2026/1/2", "2026-01-02"),
        ("11/25", "2026-11-25"),
        ("25/11/2026", "2026-11-25"),
    ],
)
def test_days_are_counted_from_the_clock_given(text: str, day: str) -> None:
    assert values(f"{text}") == [("date", day)]
    assert ("date", day) in values(f"weather on {text}" if text.isascii() else f"查一下{text}的天气")


@pytest.mark.parametrize(
    "text",
    [
        "2月30日",
        "02/30",
        "2026-13-01",
        "9999999天后",
        "may I ask",
        "the sun is out",
        "he sat down",
        "3号楼",
        "中关村大街27号",
        "下周",
        "open 24/7",
        "1 1/2 cups",
    ],
)
def test_what_is_no_day_is_not_taken_for_one(text: str) -> None:
    assert "date" not in [name for name, _ in values(text)]


@pytest.mark.parametrize("text", ["三分之一", "3分之1"])
def test_a_fraction_is_neither_of_its_numbers(text: str) -> None:
    assert values(text) == []


def test_the_end_of_the_calendar_is_no_error() -> None:
    last = datetime(9999, 12, 31)
    found = Interpreter(None, (), HashingEncoder()).parse("后天 or in 900 days, 3月8日", now=last).entities
    assert [entity.value for entity in found if entity.name == "date"] == ["9999-03-08"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("给我转1万5", "15000"),
        ("买1千克", "1"),
        ("零下五度", "-5"),
        ("负20", "-20"),
        ("我要3张票", "3"),
        ("一百二十个", "120"),
        ("三百五十", "350"),
        ("三百五", "350"),
        ("两千零五块", "2005"),
        ("三万五千", "35000"),
        ("十二亿", "1200000000"),
        ("三点五倍", "3.5"),
        ("1.5万", "15000"),
        ("1,234.50", "1234.5"),
        ("-5 degrees", "-5"),
        ("twenty-five dollars", "25"),
        ("one hundred and five", "105"),
        ("two thousand three hundred", "2300"),
        ("3 million", "3000000"),
        ("三", "3"),
        ("0", "0"),
    ],
)
def test_numbers_in_digits_and_words_become_plain_digits(text: str, number: str) -> None:
    found = [*values(text), *(also for entity in entities(text) for also in entity.also)]
    assert ("number", number) in found


@pytest.mark.parametrize("text", ["帮我查一下", "一起去吧", "this one please", "wifi6", "A12", "百百", "千万别忘"])
def test_a_numeral_that_does_not_count_is_no_number(text: str) -> None:
    assert values(text) == []


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("我的订单A10023到哪了", "order_id", "A10023"),
        ("a10023", "order_id", "A10023"),
        ("Ａ１００２３", "order_id", "A10023"),
        ("order SO-2026001", "order_id", "SO-2026001"),
        ("order SO-2026-0012", "order_id", "SO-2026-0012"),
        ("#10023", "order_id", "10023"),
        ("订单号是 20261120001", "order_id", "20261120001"),
        ("my order number is 55501", "order_id", "55501"),
        ("13812345678", "phone", "13812345678"),
        ("0086 13812345678", "phone", "008613812345678"),
        ("+86 138-1234-5678", "phone", "+8613812345678"),
        ("010-62345678", "phone", "01062345678"),
        ("(415) 555-2671", "phone", "4155552671"),
        ("(021) 6234-5678", "phone", "02162345678"),
        ("0755 8123 4567", "phone", "075581234567"),
        ("Write to Foo.Bar@Example.com.", "email", "foo.bar@example.com"),
        ("邮箱是foo.bar@example.com.cn，谢谢", "email", "foo.bar@example.com.cn"),
        ("发到我qq邮箱123456@qq.com吧", "email", "123456@qq.com"),
        ("看https://example.com/a?b=1。", "url", "https://example.com/a?b=1"),
        ("www.example.com, please", "url", "www.example.com"),
        ("（https://example.com/a_(b)）", "url", "https://example.com/a_(b)"),
        ("(see https://example.com/a_(b).)", "url", "https://example.com/a_(b)"),
        ("(https://example.com/a)", "url", "https://example.com/a"),
    ],
)
def test_identifiers_are_found_by_their_shape(text: str, name: str, value: str) -> None:
    assert values(text) == [(name, value)]


def test_a_message_may_name_several_things() -> None:
    assert values("查一下明天北京和Shanghai的天气, 订单A10023") == [
        ("date", "2026-11-21"),
        ("city", "Beijing"),
        ("city", "Shanghai"),
        ("order_id", "A10023"),
    ]


def test_a_declared_gazetteer_knows_its_synonyms_in_any_spelling() -> None:
    product = EntityDefinition("product", "gazetteer", values=(("Pump X1", ("x1泵", "水泵一号")), ("Hose", ())))
    assert values("the PUMP x1 leaks", product) == [("product", "Pump X1")]
    assert values("水泵一號坏了", product) == [("product", "Pump X1")]
    assert values("a hosepipe", product) == []


def test_what_a_tenant_declares_wins_over_what_is_built_in() -> None:
    ticket = EntityDefinition("ticket", "pattern", pattern=r"[A-Z]\d{5}")
    assert values("A10023", ticket) == [("ticket", "A10023")]
    own = EntityDefinition("order_id", "pattern", pattern=r"PO(\d+)")
    assert values("po77", own) == [("order_id", "77")]
    assert values("A10023", own) == []


def test_a_built_in_kind_may_bear_another_name() -> None:
    assert values("明天", EntityDefinition("departure", "date")) == [("departure", "2026-11-21")]


def test_among_overlapping_readings_the_longest_wins_then_the_more_important() -> None:
    short = Candidate("short", "", 0, 2, "", priority=9)
    long = Candidate("long", "", 1, 5, "", priority=1)
    rival = Candidate("rival", "", 1, 5, "", priority=2)
    apart = Candidate("apart", "", 6, 7, "", priority=0)
    assert without_overlaps([short, long, apart, rival]) == [rival, apart]


def test_a_gazetteer_prefers_the_longest_name() -> None:
    names = Gazetteer("x", {"York": [], "New York": [], "New York City": []}, source="gazetteer", priority=1)
    found = list(names.find("new york city and york", now=FRIDAY, language="en"))
    assert [(c.value, c.start, c.end) for c in found] == [("New York City", 0, 13), ("York", 18, 22)]


@pytest.mark.parametrize("text", ["帮我看下friday的", "订twenty-five个", "London的"])
def test_english_words_count_between_chinese_characters(text: str) -> None:
    assert len(values(text)) == 1
