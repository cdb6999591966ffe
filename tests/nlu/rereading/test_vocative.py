"""A name at either end of a message says to whom it speaks, not what about."""

from __future__ import annotations

from datetime import datetime

import pytest

from chatbot.turn import small_talk
from knowledge.embedders.routed import RoutedEmbedder
from nlu.intents.training import train_model
from nlu.interpreter import Interpreter
from nlu.rereading.vocative import without_vocative
from nlu.vectors import Encoders

NOW = datetime(2026, 11, 20, 9, 0)
SURE = 0.75


@pytest.fixture(scope="module")
def interpreter(encoder: RoutedEmbedder) -> Interpreter:
    examples = [example for talk in small_talk.pack() for example in talk.examples]
    return Interpreter(train_model(examples, Encoders(encoder)), (), encoder)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Thank you, Nick!", "thanks"),
        ("嗨,小李", "greeting"),
        ("你好，王经理", "greeting"),
        ("多谢你，阿明", "thanks"),
        ("Hi Nick", "greeting"),
        ("good morning Ms Lee", "greeting"),
        ("Nick, thanks a lot", "thanks"),
        ("再见小陈", "goodbye"),
    ],
)
def test_small_talk_with_a_name_is_sure_small_talk(interpreter: Interpreter, text: str, intent: str) -> None:
    heard = interpreter.parse(text, now=NOW)
    assert heard.intent == intent
    assert heard.confidence >= SURE


@pytest.mark.parametrize("text", ["Where is Nick?", "小李的电话是多少", "Nick", "Is Tom in the office"])
def test_a_question_about_somebody_is_no_small_talk(interpreter: Interpreter, text: str) -> None:
    assert interpreter.parse(text, now=NOW).intent is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Where is my order, Dr. Brown?", "Where is my order"),
        ("王老师，我的快递到哪了", "我的快递到哪了"),
        ("a, b and c", None),
        ("帮我查天气，谢谢", None),
        ("Nick", None),
        (", Nick", None),
        ("long, " * 40 + "Nick", None),
    ],
)
def test_only_a_name_set_off_by_a_comma_is_left_out(text: str, rest: str | None) -> None:
    assert without_vocative(text) == rest
