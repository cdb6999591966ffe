"""A city's name inside another word is no city; a city beside any word stays one."""

from __future__ import annotations

from datetime import datetime

import pytest

from nlu.entities.names.cities import display_name
from nlu.interpreter import Interpreter
from tests.nlu.encoders import HashingEncoder

INTERPRETER = Interpreter(None, (), HashingEncoder())


def cities(text: str) -> list[str]:
    found = INTERPRETER.parse(text, now=datetime(2026, 11, 20, 9, 0)).entities
    return [display_name(entity.value, "zh") for entity in found if entity.name == "city"]


@pytest.mark.parametrize(
    "text",
    [
        "北京时间晚上8点",
        "现在北京时间几点",
        "东京时间早上9点开会",
        "南京路怎么走",
        "南京东路300号",
        "上海大道",
        "北京烤鸭多少钱",
        "罗马尼亚天气",
        "大理石台面",
        "新加坡航空",
        "商品开封了还能退吗",
        "未开封",
        "夸下海口",
        "山东京东仓库什么时候发货",
        "江西安装空调",
        "交了担保定金",
        "3pm Beijing time",
        "9:00 London time",
        "Nanjing Road",
        "London St.",
        "Singapore Airlines",
        "Paris Hilton",
        "the New York Times",
        "lima beans",
        "do you sell cologne?",
    ],
)
def test_a_name_inside_another_word_is_no_city(text: str) -> None:
    assert cities(text) == []


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("去北京时间来得及吗", "北京"),
        ("东京时间", "东京"),
        ("北京路况怎么样", "北京"),
        ("去上海路过一个小镇", "上海"),
        ("到开封后联系我", "开封"),
        ("开封后天天气", "开封"),
        ("辽宁大连在哪里", "大连"),
        ("从金华出发", "金华"),
        ("老北京", "北京"),
        ("北京南站", "北京"),
        ("昆明天气", "昆明"),
        ("查昆明天气", "昆明"),
        ("波哥大后天", "波哥大"),
        ("London St Pancras", "伦敦"),
        ("what is the time in London", "伦敦"),
        ("London street food", "伦敦"),
        ("weather in cologne", "科隆"),
        ("cologne weather", "科隆"),
    ],
)
def test_a_city_beside_any_word_stays_one(text: str, city: str) -> None:
    assert cities(text) == [city]


def test_the_bright_day_in_kunmings_weather_is_no_tomorrow() -> None:
    found = [INTERPRETER.parse(text, now=datetime(2026, 11, 20)).entities for text in ("昆明天气", "昆明明天天气")]
    assert [[entity.name for entity in each] for each in found] == [["city"], ["city", "date"]]


def test_many_names_in_a_long_message_are_read_in_bounded_time() -> None:
    assert len(cities("北京上海" * 2_000)) == 4_000
