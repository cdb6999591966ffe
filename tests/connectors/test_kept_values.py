"""Whatever another system sends, what goes on can be written down and read out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import ConnectorResult, ConnectorUnavailable
from connectors.json_value import JsonValue
from connectors.kept_values import LONGEST_TEXT, MOST_ITEMS, MOST_NESTED

ANYTHING: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters()), inner, max_size=4),
    max_leaves=12,
)


def nested(depth: int) -> JsonValue:
    value: JsonValue = "x"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("sent", "goes_on"),
    [
        ("无线键盘 🎹", "无线键盘 🎹"),
        ("half \ud83d of a pair", "half \ufffd of a pair"),
        ("a\x00b", "a\ufffdb"),
        ({"k\x00": ["\udfff", 1, 1.5, True, None]}, {"k\ufffd": ["\ufffd", 1, 1.5, True, None]}),
        ("x" * 2_000_000, "x" * LONGEST_TEXT),
        (list(range(5000)), list(range(MOST_ITEMS))),
        (2**63 - 1, 2**63 - 1),
        (20261120000000000001, "20261120000000000001"),
        (10**4000, "1" + "0" * (LONGEST_TEXT - 1)),
        (nested(MOST_NESTED), nested(MOST_NESTED)),
    ],
)
def test_a_value_goes_on_in_a_form_that_can_be_kept(sent: JsonValue, goes_on: JsonValue) -> None:
    assert ConnectorResult({"value": sent}).data == {"value": goes_on}


@pytest.mark.parametrize("depth", [MOST_NESTED + 1, 900])
def test_an_answer_that_nests_too_deep_is_no_result(depth: int) -> None:
    with pytest.raises(ConnectorUnavailable, match="nests more than"):
        ConnectorResult({"value": nested(depth)})


@given(ANYTHING)
def test_anything_can_be_written_down_or_is_refused(value: JsonValue) -> None:
    try:
        data = ConnectorResult({"value": value}).data
    except ConnectorUnavailable:
        return
    assert b"\x00" not in json.dumps(data, ensure_ascii=False).encode()
