from __future__ import annotations

from datetime import datetime

import pytest

from nlu.entities.names.fuzzy import edits
from nlu.interpreter import Interpreter
from nlu.sounds import sound
from nlu.understanding import Entity, EntityDefinition
from tests.nlu.encoders import HashingEncoder

NAMES = (
    EntityDefinition("person", "person"),
    EntityDefinition("organisation", "organisation"),
    EntityDefinition("place", "place"),
)
DISH = EntityDefinition(
    "dish", "gazetteer", values=(("Kung Pao Chicken", ("宫保鸡丁",)), ("Dumplings", ("饺子", "水饺")))
)


def entities(text: str, *definitions: EntityDefinition) -> tuple[Entity, ...]:
    found = Interpreter(None, definitions, HashingEncoder()).parse(text, now=datetime(2026, 11, 20)).entities
    for entity in found:
        assert text[entity.start : entity.end] == entity.text
    return found


def values(text: str, *definitions: EntityDefinition) -> list[tuple[str, str]]:
    return [(entity.name, entity.value) for entity in entities(text, *definitions)]


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("我叫王小明", "person", "王小明"),
        ("联系人：欧阳娜娜，谢谢", "person", "欧阳娜娜"),
        ("请转接李经理", "person", "李"),
        ("找张伟老师", "person", "张伟"),
        ("My name is John Smith", "person", "John Smith"),
        ("speak to Dr. Watson please", "person", "Watson"),
        ("I'd like to talk to Mary", "person", "Mary"),
        ("我在阿里巴巴公司上班", "organisation", "阿里巴巴公司"),
        ("北京大学怎么走", "organisation", "北京大学"),
        ("I work at Acme Corp.", "organisation", "Acme"),
        ("the University of Leeds", "organisation", "University of Leeds"),
        ("去天安门广场", "place", "天安门广场"),
        ("meet me at Baker Street", "place", "Baker Street"),
    ],
)
def test_names_are_found_where_a_bot_asks_for_them(text: str, name: str, value: str) -> None:
    assert (name, value) in values(text, *NAMES) or (name, value + " Corp.") in values(text, *NAMES)
    assert name not in [found for found, _ in values(text)]


@pytest.mark.parametrize("text", ["我是学生", "我想查天气", "超市在哪", "I'm Interested", "this is great", "附近的路"])
def test_what_is_no_name_is_not_taken_for_one(text: str) -> None:
    assert values(text, *NAMES) == []


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("weather in Shangai", "Shanghai"),
        ("Guangzhuo", "Guangzhou"),
        ("a train to washingdon dc", "Washington"),
        ("flights from beijin to sydnye", "Beijing Sydney"),
    ],
)
def test_a_city_written_with_a_slip_is_known_with_less_certainty(text: str, city: str) -> None:
    found = [entity for entity in entities(text) if entity.name == "city"]
    assert " ".join(entity.value for entity in found) == city
    assert all(0.5 <= entity.confidence < 1 for entity in found)


@pytest.mark.parametrize(
    "text", ["pairs of shoes", "the carton is broken", "my general question", "moving to a vienne"]
)
def test_a_word_of_its_own_is_no_slip(text: str) -> None:
    assert values(text) == []


def test_a_declared_list_forgives_slips_scaled_to_the_length_of_the_name() -> None:
    assert values("kung pao chiken please", DISH) == [("dish", "Kung Pao Chicken")]
    assert values("kungpao chiken", DISH) == [("dish", "Kung Pao Chicken")]
    assert values("dumpling", DISH) == [("dish", "Dumplings")]
    assert values("dumper", DISH) == []
    own = EntityDefinition("size", "gazetteer", values=(("small", ()), ("smell", ())))
    assert values("smoll", own) == []


def test_edits_count_swapped_neighbours_once() -> None:
    assert [edits(a, b) for a, b in [("ab", "ab"), ("ab", "ba"), ("abc", "ac"), ("", "ab"), ("kitten", "sitting")]] == [
        0, 1, 1, 2, 3,
    ]  # fmt: skip


def test_a_chinese_name_of_the_same_sound_is_found_with_low_confidence() -> None:
    (city,) = entities("背景天气")
    assert (city.value, city.text, city.confidence) == ("Beijing", "背景", 0.5)
    assert values("公保鸡丁", DISH) == [("dish", "Kung Pao Chicken")]
    assert sound("北京") == sound("背景") == ("bei", "jing")


def test_sounds_count_only_where_nothing_is_written_right_and_at_the_edges_of_words() -> None:
    assert values("北京和背景") == [("city", "Beijing")]
    assert "city" not in [name for name, _ in values("你是猪还是牛")]
    assert "city" not in [name for name, _ in values("换个背景图片")]


def test_a_name_of_the_same_sound_may_end_the_message() -> None:
    assert values("百家姓") == []  # 家姓 sounds like 嘉兴, and other cities have longer names
    (city,) = entities("我想去向阳。")
    assert (city.value, city.text) == ("Xiangyang", "向阳")


@pytest.mark.parametrize(
    ("text", "city"), [("weather in Duluth", "Duluth"), ("丹阳市的天气", "丹阳市"), ("鄱阳县在哪", "鄱阳县")]
)
def test_a_city_of_no_list_is_told_by_its_ending_or_its_place(text: str, city: str) -> None:
    (found,) = entities(text)
    assert (found.name, found.value) == ("city", city)
    assert found.confidence < 1


@pytest.mark.parametrize(
    "text", ["附近的超市", "城市", "this is in English", "paid in Apple Pay", "the weather in March"]
)
def test_not_every_ending_is_a_citys(text: str) -> None:
    assert "city" not in [name for name, _ in values(text)]


def roles(text: str, *definitions: EntityDefinition) -> list[tuple[str, str]]:
    return [(entity.value, entity.role) for entity in entities(text, *definitions)]


@pytest.mark.parametrize(
    "text",
    ["从北京到上海", "北京飞上海", "北京出发去上海", "from Beijing to Shanghai", "Beijing to Shanghai", "北京-上海"],
)
def test_the_two_ends_of_a_way_have_roles(text: str) -> None:
    assert roles(text) == [("Beijing", "from"), ("Shanghai", "to")]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("飞往上海", "to"),
        ("to Shanghai", "to"),
        ("离开上海", ""),
        ("上海天气", ""),
        ("收到上海的", ""),
        ("in Shanghai", ""),
    ],
)
def test_one_name_has_a_role_only_where_a_word_gives_it(text: str, role: str) -> None:
    assert roles(text) == [("Shanghai", role)]
