"""Several wishes in one message are told apart; one wish that uses the same connectives stays whole."""

from __future__ import annotations

from datetime import datetime

import pytest

from knowledge.embedders.routed import RoutedEmbedder
from nlu.intents.training import train_model
from nlu.interpreter import Interpreter
from nlu.rereading.several_intents import Part, may_hold_several, split_intents
from nlu.understanding import Example, Understanding
from nlu.vectors import Encoders
from tests.nlu.examples import shop_examples

NOW = datetime(2026, 11, 20, 9, 0)
GREETINGS = [Example(text, "greeting") for text in ("hello", "hi there", "good morning", "你好", "您好", "早上好")]
WISHES = frozenset({"weather", "order_status"})


@pytest.fixture(scope="module")
def interpreter(encoder: RoutedEmbedder) -> Interpreter:
    return Interpreter(train_model([*shop_examples(), *GREETINGS], Encoders(encoder)), (), encoder)


def split(interpreter: Interpreter, text: str) -> tuple[Part, ...]:
    def parse(piece: str) -> Understanding:
        return interpreter.parse(piece, now=NOW)

    return split_intents(text, parse(text), parse, wishes=WISHES)


@pytest.mark.parametrize(
    "text",
    [
        "查一下订单 A10023 和北京天气",
        "我的订单到哪了？另外今天上海天气怎么样",
        "订单还有天气",
        "Where is my order A10023 and what is the weather in London?",
        "track my parcel, then tell me the weather forecast",
    ],
)
def test_two_wishes_are_heard_in_their_order(interpreter: Interpreter, text: str) -> None:
    parts = split(interpreter, text)
    assert [part.understanding.intent for part in parts] == ["order_status", "weather"]
    assert all(text[part.start : part.end] == part.text == part.understanding.text for part in parts)


def test_entities_stand_where_they_are_in_the_whole_message(interpreter: Interpreter) -> None:
    text = "查一下订单 A10023 和北京天气"
    found = [entity for part in split(interpreter, text) for entity in part.understanding.entities]
    assert [entity.name for entity in found] == ["order_id", "city"]
    assert [text[entity.start : entity.end] for entity in found] == ["A10023", "北京"]


@pytest.mark.parametrize(
    "text",
    [
        "weather in Beijing and Shanghai",
        "北京和上海的天气",
        "where is my order",
        "where is my order, please, and thank you",
        "hello, what is the weather in London",
        "你好，今天天气怎么样",
        "tell me about cats and dogs",
        "and",
        "，，，",
        "",
    ],
)
def test_one_wish_stays_whole(interpreter: Interpreter, text: str) -> None:
    assert split(interpreter, text) == ()


def test_a_bot_with_one_wish_is_never_asked_twice() -> None:
    def never(_piece: str) -> Understanding:
        raise AssertionError("nothing to split")

    whole = Understanding("a and b", "en", "weather", 0.9)
    assert split_intents("a and b", whole, never, wishes={"weather"}) == ()


def test_long_stories_and_plain_messages_are_not_looked_at() -> None:
    assert not may_hold_several("where is my order?")
    assert not may_hold_several("and then " * 200)
    assert may_hold_several("my order and the weather")


@pytest.mark.parametrize("text", ["a" + " " * 290 + "b", "a ,b " * 60, "和" * 290, "然后" * 145, "hello, " * 40])
def test_hostile_text_is_not_read_piece_by_piece(text: str) -> None:
    asked: list[str] = []

    def parse(piece: str) -> Understanding:
        asked.append(piece)
        return Understanding(piece, "en", "weather", 0.99)

    assert split_intents(text, parse(text), parse, wishes=WISHES) == ()
    assert len(asked) <= 13
