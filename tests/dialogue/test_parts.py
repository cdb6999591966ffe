"""Templates, states, languages and cues, each by itself."""

from __future__ import annotations

import json

import pytest

from dialogue.cues import corrects, is_cancel, is_question, says_more_than
from dialogue.flow import Slot
from dialogue.language import reply_language
from dialogue.slot_filling import fitted, free_text_value
from dialogue.state import DialogueState, JsonValue
from dialogue.template import fill, placeholders


@pytest.mark.parametrize(
    ("template", "values", "expected"),
    [
        ("{city}{day}{condition}", {"city": "北京", "day": "今天", "condition": "晴"}, "北京今天晴"),
        ("{a} and {b}", {"a": 22.0, "b": 1}, "22 and 1"),
        ("{a}", {}, "–"),
        ("x[[，预计 {eta} 送达]]。", {"eta": "周五"}, "x，预计 周五 送达。"),
        ("x[[，预计 {eta} 送达]]。", {"eta": None}, "x。"),
        ("x[[，{a}{b}]]", {"a": "1"}, "x"),
        ("{list}", {"list": ["a", "b"]}, "a、b"),
        ("{ok}", {"ok": True}, "是"),
        ("{a.__class__} {0} {a!r} {a:>9} {{a}}", {"a": "v"}, "{a.__class__} {0} {a!r} {a:>9} {v}"),
        ("{a}", {"a": "{b} [[{c}]]", "b": "never"}, "{b} [[{c}]]"),
        ("{nested}", {"nested": {"x": 1}}, "–"),
    ],
)
def test_templates_fill_names_and_nothing_else(template: str, values: dict[str, JsonValue], expected: str) -> None:
    assert fill(template, values, language="zh") == expected


def test_placeholders_are_listed_once_in_order() -> None:
    assert placeholders("{b} {a} [[{b}{c}]]") == ("b", "a", "c")


def test_a_state_survives_json() -> None:
    state = DialogueState(
        language="zh", flow="weather", requested_slot="city", attempts=2, slots={"date": "today"}, intent="weather",
        last_question="年假？", last_answer="五天。", handed_over=True, turn=7,
    )  # fmt: skip
    assert DialogueState.from_json(json.loads(json.dumps(state.to_json()))) == state


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"version": 99, "novelty": {"a": 1}},
        {"flow": 5, "slots": [1], "attempts": "many", "turn": True, "handed_over": "yes", "language": None},
        {"slots": {"a": 1, "b": None}, "attempts": -3},
    ],
)
def test_a_strange_state_counts_as_a_fresh_one(data: dict[str, object]) -> None:
    assert DialogueState.from_json(data) == DialogueState()


@pytest.mark.parametrize(
    ("text", "detected", "spans", "current", "expected"),
    [
        ("今天天气", "zh", [], "en", "zh"),
        ("what about Shanghai", "en", [(11, 19)], "zh", "en"),
        ("A10023", "en", [(0, 6)], "zh", "zh"),
        ("A10023", "en", [], "zh", "zh"),
        ("Beijing", "en", [(0, 7)], "zh", "zh"),
        ("Beijing", "en", [(0, 7)], "", "en"),
        ("ABC", "en", [], "zh", "zh"),
        ("WHERE IS IT", "en", [], "zh", "en"),
        ("help", "en", [], "zh", "en"),
        ("北京", "zh", [(0, 2)], "en", "zh"),
        ("ok", "en", [], "zh", "zh"),
        ("😀", "en", [], "zh", "zh"),
        ("查一下order A10023", "zh", [], "en", "zh"),
        ("", "", [], "", "zh"),
    ],
)
def test_the_reply_language(
    text: str, detected: str, spans: list[tuple[int, int]], current: str, expected: str
) -> None:
    assert reply_language(text, detected, spans, current=current, default="zh") == expected


@pytest.mark.parametrize("text", ["算了", "算了吧。", "取消", "不用了", "Never mind.", "cancel that", "forget it!"])
def test_calling_off(text: str) -> None:
    assert is_cancel(text)


@pytest.mark.parametrize(
    "text", ["取消订单", "怎么取消会员？", "cancel my order", "how do I cancel", "算了一下，一共多少钱"]
)
def test_asking_about_cancelling_is_not_calling_off(text: str) -> None:
    assert not is_cancel(text)


@pytest.mark.parametrize(
    "text", ["年假有几天?", "How do I reset my password", "支持哪些付款方式", "可以开发票吗", "what is it"]
)
def test_questions_look_like_questions(text: str) -> None:
    assert is_question(text)


def test_corrections_by_their_openings() -> None:
    assert corrects("不对，是上海")
    assert corrects("No, I meant Shanghai")
    assert not corrects("Norway's weather")


def test_filler_is_not_something_said() -> None:
    assert not says_more_than("那上海呢？", [(1, 3)])
    assert not says_more_than("and what about Shanghai then?", [(15, 23)])
    assert says_more_than("那上海的办公室呢？", [(1, 3)])
    assert says_more_than("is Shanghai hiring?", [(3, 11)])


@pytest.mark.parametrize(
    ("text", "value"), [("昆山", "昆山"), ("我在昆山", "昆山"), ("in Oxford please", "Oxford"), ("Kunshan.", "Kunshan")]
)
def test_a_free_answer_loses_its_trimmings(text: str, value: str) -> None:
    assert free_text_value(Slot("city", free_text=True), text) == value


@pytest.mark.parametrize(
    "text", ["为什么要问这个？", "不知道", "", "!!!", "I would rather not tell you where I live today"]
)
def test_not_everything_is_a_free_answer(text: str) -> None:
    assert free_text_value(Slot("city", free_text=True), text) is None


def test_a_value_takes_the_slots_form() -> None:
    order = Slot("order_id", pattern="[A-Z]\\d{5}", case="upper")
    assert fitted(order, " a10023 ") == "A10023"
    assert fitted(order, "A100234") is None
    assert fitted(order, "A\n") is None
