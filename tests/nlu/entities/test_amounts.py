from __future__ import annotations

from datetime import datetime

import pytest

from nlu.entities.definitions import parse_entity_definition
from nlu.entities.recognisers import personal_names
from nlu.entities.shapes.checked_numbers import is_card_number, is_identity_number
from nlu.errors import EntityDefinitionInvalid
from nlu.interpreter import Interpreter
from nlu.understanding import Entity, EntityDefinition
from tests.nlu.encoders import HashingEncoder


def entities(text: str) -> tuple[Entity, ...]:
    found = Interpreter(None, (), HashingEncoder()).parse(text, now=datetime(2026, 11, 20)).entities
    for entity in found:
        assert text[entity.start : entity.end] == entity.text
    return found


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("¥199", "199 CNY"),
        ("￥1,299.00", "1299 CNY"),
        ("199元", "199 CNY"),
        ("三百块", "300 CNY"),
        ("三百块钱", "300 CNY"),
        ("三块五", "3.5 CNY"),
        ("3元5角", "3.5 CNY"),
        ("五毛钱", "0.5 CNY"),
        ("1.5万元", "15000 CNY"),
        ("500£", "500 GBP"),
        ("20 €", "20 EUR"),
        ("Rs. 500", "500 INR"),
        ("3,000円", "3000 JPY"),
        ("5k元", "5000 CNY"),
        ("3w块", "30000 CNY"),
        ("二十来块", "20 CNY"),
        ("两千美元", "2000 USD"),
        ("20欧元", "20 EUR"),
        ("一百港币", "100 HKD"),
        ("20 USD", "20 USD"),
        ("$1,200.50", "1200.5 USD"),
        ("US$5", "5 USD"),
        ("$3 million", "3000000 USD"),
        ("twenty dollars", "20 USD"),
        ("a hundred pounds", "100 GBP"),
        ("50 cents", "0.5 USD"),
        ("200 yuan", "200 CNY"),
        ("RMB 300", "300 CNY"),
    ],
)
def test_an_amount_is_a_number_with_its_currency(text: str, amount: str) -> None:
    (found,) = entities(text)
    assert (found.name, found.value, found.text) == ("amount", amount, text)


@pytest.mark.parametrize("text", ["三块蛋糕", "一块儿去", "3元旦", "two", "wonton 3", "a dollar-store"])
def test_what_is_no_money_is_not_taken_for_it(text: str) -> None:
    assert "amount" not in [entity.name for entity in entities(text) if entity.text != "a dollar"]


@pytest.mark.parametrize(
    ("text", "share"),
    [("20%", "20"), ("99.5％", "99.5"), ("百分之二十", "20"), ("twenty percent", "20"), ("5 per cent", "5")],
)
def test_a_percentage_is_a_plain_number(text: str, share: str) -> None:
    assert [(entity.name, entity.value) for entity in entities(text)] == [("percentage", share)]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("200-300元", [("200 CNY", "200", "from"), ("300 CNY", "300元", "to")]),
        ("预算100到200块", [("100 CNY", "100", "from"), ("200 CNY", "200块", "to")]),
        ("1到2万块", [("10000 CNY", "1", "from"), ("20000 CNY", "2万块", "to")]),
        ("两百到三百元", [("200 CNY", "两百", "from"), ("300 CNY", "三百元", "to")]),
        ("50 to 100 euros", [("50 EUR", "50", "from"), ("100 EUR", "100 euros", "to")]),
        ("$10-20", [("10 USD", "$10", "from"), ("20 USD", "20", "to")]),
        ("from $10 to $20, please", [("10 USD", "$10", "from"), ("20 USD", "$20", "to")]),
        ("￥100到200的鞋", [("100 CNY", "￥100", "from"), ("200 CNY", "200", "to")]),
        ("$5-10k", [("5000 USD", "$5", "from"), ("10000 USD", "10k", "to")]),
        ("$1,000-2,000.50", [("1000 USD", "$1,000", "from"), ("2000.5 USD", "2,000.50", "to")]),
        ("$20-10", [("20 USD", "$20", "")]),
        ("$10 to 20 people", [("10 USD", "$10", "")]),
        ("$10-12-2026", [("10 USD", "$10", "")]),
        ("300-200元", [("200 CNY", "200元", "")]),
        ("第3-300元", [("300 CNY", "300元", "")]),
        ("2026-11-300元", [("300 CNY", "300元", "")]),
        ("A3-300元", [("300 CNY", "300元", "")]),
    ],
)
def test_the_first_sum_of_a_range_has_the_unit_of_the_second(text: str, ends: list[tuple[str, str, str]]) -> None:
    sums = [entity for entity in entities(text) if entity.name == "amount"]
    assert [(entity.value, entity.text, entity.role) for entity in sums] == ends


def test_a_sign_belongs_to_the_figure_behind_it() -> None:
    assert [(entity.value, entity.text) for entity in entities("a €1 fee")] == [("1 EUR", "€1")]


def test_a_dash_behind_a_percentage_is_no_minus() -> None:
    assert [entity.value for entity in entities("10%-20%, -5%")] == ["10", "20", "-5"]


def test_an_amount_and_a_length_of_time_still_tell_their_number() -> None:
    assert [entities(text)[0].also for text in ("199元", "3天", "20%", "三块五")] == [
        (("number", "199"),),
        (("number", "3"),),
        (("number", "20"),),
        (),
    ]


def identity_number(first_17: str) -> str:
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    rest = sum(int(digit) * weight for digit, weight in zip(first_17, weights, strict=True)) % 11
    return first_17 + "10X98765432"[rest]


def test_an_identity_number_needs_its_date_and_its_check_character() -> None:
    good = identity_number("11010119900307851")
    assert is_identity_number(good)
    assert [(e.name, e.value) for e in entities(f"我的身份证是{good}。")] == [("id_card", good)]
    assert not is_identity_number(good[:-1] + ("1" if good[-1] != "1" else "2"))
    assert not is_identity_number(identity_number("11010119900231851"))
    assert not is_identity_number(identity_number("99010119900307851"))
    ending_in_x = next(n for k in range(100, 999) if (n := identity_number(f"11010119900307{k}")).endswith("X"))
    assert entities(ending_in_x.lower())[0].value == ending_in_x


def test_a_bank_card_needs_its_check_digit() -> None:
    assert [(e.name, e.value) for e in entities("my card 4111 1111 1111 1111")] == [("bank_card", "4111111111111111")]
    assert [e.name for e in entities("卡号5500005555555559")] == ["bank_card"]
    assert not is_card_number("4111111111111112")
    assert not is_card_number("0000000000000")
    assert "bank_card" not in [e.name for e in entities("订单号是 4111111111111111")]


def test_kinds_that_say_who_somebody_is_are_told_apart() -> None:
    assert personal_names(()) == {"email", "phone", "id_card", "bank_card"}
    own = (
        EntityDefinition("mobile", "phone"),
        EntityDefinition("member", "pattern", pattern=r"M\d+", personal=True),
        EntityDefinition("size", "gazetteer", values=(("S", ()),)),
    )
    assert personal_names(own) == {"email", "mobile", "id_card", "bank_card", "member"}


def test_a_definition_may_call_its_values_personal() -> None:
    assert parse_entity_definition("member", {"kind": "pattern", "pattern": "M1", "personal": True}).personal
    assert not parse_entity_definition("member", {"kind": "pattern", "pattern": "M1"}).personal
    with pytest.raises(EntityDefinitionInvalid, match="personal"):
        parse_entity_definition("member", {"kind": "pattern", "pattern": "M1", "personal": "yes"})


@pytest.mark.parametrize("slip", ["110105194912310021", "身份证号 110105194912310021"])
def test_an_identity_number_with_a_wrong_check_digit_is_neither_that_nor_an_order(slip: str) -> None:
    assert [(e.name, e.value) for e in entities(slip)] == [("number", "110105194912310021")]
    assert [e.name for e in entities("202611200912345678")] == ["order_id"]
