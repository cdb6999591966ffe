from __future__ import annotations

import logging
from datetime import datetime

import pytest

from nlu.entities.definitions import check_entity_definition, parse_entity_definition
from nlu.entities.shapes.patterns import PatternRecogniser
from nlu.errors import EntityDefinitionInvalid
from nlu.understanding import EntityDefinition


def test_each_kind_is_read() -> None:
    assert parse_entity_definition("city", {"kind": "gazetteer", "values": {"Beijing": ["北京"]}}) == EntityDefinition(
        "city", "gazetteer", values=(("Beijing", ("北京",)),)
    )
    assert parse_entity_definition("size", {"kind": "gazetteer", "values": ["S", "M"]}).values == (("S", ()), ("M", ()))
    assert parse_entity_definition("ticket", {"kind": "pattern", "pattern": r"T\d+"}).pattern == r"T\d+"
    assert parse_entity_definition("departure", {"kind": "date"}) == EntityDefinition("departure", "date")


@pytest.mark.parametrize(
    ("name", "definition", "reason"),
    [
        ("1st", {"kind": "date"}, "name"),
        ("x" * 65, {"kind": "date"}, "name"),
        ("a b", {"kind": "date"}, "name"),
        ("a", {}, "kind"),
        ("a", {"kind": ["date"]}, "kind"),
        ("a", {"kind": "os.system"}, "kind"),
        ("a", {"kind": "date", "color": 1}, "color"),
        ("a", {"kind": "gazetteer"}, "values"),
        ("a", {"kind": "gazetteer", "values": {}}, "values"),
        ("a", {"kind": "gazetteer", "values": {"b": "c"}}, "synonyms"),
        ("a", {"kind": "gazetteer", "values": {"b": [1]}}, "synonyms"),
        ("a", {"kind": "gazetteer", "values": [" "]}, "values"),
        ("a", {"kind": "gazetteer", "values": {"b": ["c" * 201]}}, "synonyms"),
        ("a", {"kind": "gazetteer", "values": {str(n): [] for n in range(20_001)}}, "20000"),
        ("a", {"kind": "pattern"}, "pattern"),
        ("a", {"kind": "pattern", "pattern": "("}, "cannot be read"),
        ("a", {"kind": "pattern", "pattern": "a" * 501}, "500"),
        ("a", {"kind": "pattern", "pattern": r"(a|aa)+$"}, "too long"),
        ("a", {"kind": "pattern", "pattern": r"(\d|\d\d)+$"}, "too long"),
    ],
)
def test_a_definition_that_cannot_work_is_refused_with_its_reason(
    name: str, definition: dict[str, object], reason: str
) -> None:
    with pytest.raises(EntityDefinitionInvalid, match=reason) as caught:
        check_entity_definition(name, definition)
    assert caught.value.reason.en.isascii()
    assert not caught.value.reason.zh.isascii()


def test_what_is_stored_is_read_again_however_slow_the_machine_is() -> None:
    slow = {"kind": "pattern", "pattern": r"(a|aa)+$"}
    with pytest.raises(EntityDefinitionInvalid):
        check_entity_definition("slow", slow)
    assert parse_entity_definition("slow", slow).pattern == slow["pattern"]


def test_a_pattern_that_blows_up_finds_nothing_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    bomb = PatternRecogniser("bomb", r"(x|xx)+y", priority=1)
    with caplog.at_level(logging.WARNING):
        assert list(bomb.find("x" * 4000, now=datetime(2026, 1, 1), language="en")) == []
    assert "timed out" in caplog.text
    assert "xxxx" not in caplog.text


def test_a_pattern_finds_a_bounded_number_of_things() -> None:
    every = PatternRecogniser("letter", ".", priority=1)
    assert len(list(every.find("x" * 4000, now=datetime(2026, 1, 1), language="en"))) == 50
