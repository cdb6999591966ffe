from __future__ import annotations

import threading
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.errors import EntityDefinitionInvalid, SpaceMismatch
from nlu.intents.training import train_model
from nlu.interpreter import Interpreter
from nlu.understanding import EntityDefinition, Understanding
from nlu.vectors import Encoders
from tests.nlu.encoders import HashingEncoder
from tests.nlu.examples import shop_examples

NOW = datetime(2026, 11, 20, 9, 0)


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    return Interpreter(train_model(shop_examples(), Encoders(HashingEncoder())), (), HashingEncoder())


def test_a_message_is_understood_whole(interpreter: Interpreter) -> None:
    heard = interpreter.parse("明天上海天氣怎麼樣？", now=NOW)
    assert (heard.language, heard.intent, heard.text) == ("zh", "weather", "明天上海天氣怎麼樣？")
    assert [(e.name, e.value) for e in heard.entities] == [("date", "2026-11-21"), ("city", "Shanghai")]
    assert heard.confidence == heard.ranking[0].confidence


def test_the_callers_language_overrides_detection(interpreter: Interpreter) -> None:
    assert interpreter.parse("OK", now=NOW, language="zh").language == "zh"
    assert interpreter.parse("OK", now=NOW, language="fr").language == "en"


@pytest.mark.parametrize("text", ["", "   ", "😀", "？！", "\ud800", "\x00\x00", "\u200b"])
def test_a_message_without_words_is_out_of_scope_for_certain(interpreter: Interpreter, text: str) -> None:
    heard = interpreter.parse(text, now=NOW)
    assert (heard.intent, heard.confidence, heard.text) == (None, 1.0, text)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 4000,
        "天" * 4000,
        "where is my order " * 220,
        "1" * 4000,
        "1," * 2000,
        "一" * 4000,
        "one " * 1000,
        "a@" * 2000,
        "www." * 1000,
        "(" * 4000,
        "-" * 4000,
        "\u0301" * 4000,
        "今天" * 2000,
        "北京" * 2000,
        "\ud83d" * 4000,
        "order " + "#1" * 1900,
    ],
)
def test_the_longest_message_is_read_whatever_it_is_made_of(interpreter: Interpreter, text: str) -> None:
    heard = interpreter.parse(text, now=NOW)
    for entity in heard.entities:
        assert text[entity.start : entity.end] == entity.text


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(codec=None), max_size=80))
def test_any_message_is_read_and_entities_lie_in_it_in_order(interpreter: Interpreter, text: str) -> None:
    heard = interpreter.parse(text, now=NOW)
    last = 0
    for entity in heard.entities:
        assert last <= entity.start < entity.end <= len(text)
        last = entity.end
    assert 0 <= heard.confidence <= 1


def test_without_a_model_entities_are_still_found() -> None:
    heard = Interpreter(None, (), HashingEncoder()).parse("A10023", now=NOW)
    assert heard.intent is None
    assert [e.value for e in heard.entities] == ["A10023"]


def test_a_model_of_another_encoder_and_a_bad_definition_are_refused_at_once() -> None:
    model = train_model(shop_examples("en"), Encoders(HashingEncoder()))
    with pytest.raises(SpaceMismatch):
        Interpreter(model, (), HashingEncoder("other"))
    with pytest.raises(EntityDefinitionInvalid, match="unknown kind"):
        Interpreter(model, [EntityDefinition("x", "nonsense")], HashingEncoder())


def test_threads_share_an_interpreter(interpreter: Interpreter) -> None:
    texts = ["where is my order", "明天北京会下雨吗", "goodbye", "what is the refund policy"]
    alone = [interpreter.parse(text, now=NOW) for text in texts]
    heard: list[list[Understanding]] = []

    def talk() -> None:
        heard.append([interpreter.parse(text, now=NOW) for text in texts for _ in range(5)])

    threads = [threading.Thread(target=talk) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == [[said for said in alone for _ in range(5)]] * 4
