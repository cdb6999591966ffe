"""Our own format: what is written reads the same, and what is wrong is named by its path."""

from __future__ import annotations

import json

import pytest

from chatbot.exchange.content import BotContent
from chatbot.exchange.conversion import convert
from chatbot.exchange.own_json import is_own, read_content, write_content
from nlu.exchange.errors import ExchangeInvalid
from nlu.exchange.rasa_project import read_rasa
from nlu.exchange.report import Notices
from tests.nlu.exchange.projects import RASA_1, RASA_3, as_bytes

EXAMPLE = {"text": "to Rome", "intent": "go", "language": "en"}
GOOD: dict[str, object] = {
    "format": "chatbot",
    "version": 1,
    "bot": {"name": "A", "default_language": "en", "greeting": {"en": "Hi"}, "answer_threshold": None},
    "examples": [{**EXAMPLE, "entities": [{"entity": "city", "start": 3, "end": 7}]}],
    "entities": {"city": {"kind": "city"}},
    "flows": [{"name": "go", "intents": ["go"], "say": {"en": "Go!"}}],
    "tests": [{"text": "what is love", "intent": None, "language": "en"}],
}


@pytest.mark.parametrize("project", [RASA_3, RASA_1])
def test_what_is_written_reads_the_same(project: dict[str, str]) -> None:
    content = convert(read_rasa(as_bytes(project), Notices()), Notices())
    text = write_content(content)
    assert is_own(text)
    assert read_content("bot.json", text) == content
    assert write_content(read_content("bot.json", text)) == text


def test_an_empty_bot_reads_the_same() -> None:
    assert read_content("bot.json", write_content(BotContent())) == BotContent()


def test_a_file_written_by_hand_is_read() -> None:
    content = read_content("bot.json", json.dumps(GOOD))
    assert content.examples[0].entities[0].value == "Rome"
    assert content.counts() == {"intents": 1, "examples": 1, "annotations": 1, "entities": 1, "flows": 1, "tests": 1}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"format": "other"}, "format"),
        ({"version": 2}, "format"),
        ({"surprise": 1}, "surprise"),
        ({"bot": {"is_default": True}}, "bot.is_default"),
        ({"bot": {"name": 5}}, "bot.name"),
        ({"bot": {"default_language": "fr"}}, "bot.default_language"),
        ({"bot": {"greeting": {"fr": "Salut"}}}, "bot.greeting"),
        ({"bot": {"answer_threshold": 2}}, "bot.answer_threshold"),
        ({"bot": {"answer_threshold": True}}, "bot.answer_threshold"),
        ({"examples": {}}, "examples"),
        ({"examples": [5]}, "examples[0]"),
        ({"examples": [{**EXAMPLE, "text": " "}]}, "examples[0].text"),
        ({"examples": [{**EXAMPLE, "intent": "x" * 101}]}, "examples[0].intent"),
        ({"examples": [{**EXAMPLE, "language": "fr"}]}, "examples[0].language"),
        ({"examples": [{**EXAMPLE, "entities": [{"entity": "a", "start": 3, "end": 99}]}]}, "examples[0].entities[0]"),
        ({"examples": [{**EXAMPLE, "entities": [{"start": 3, "end": 7}]}]}, "examples[0].entities[0].entity"),
        ({"entities": {"a b": {"kind": "city"}}}, "entities.a b"),
        ({"entities": {"a": {"kind": "pattern", "pattern": "("}}}, "entities.a"),
        ({"flows": [{"name": "go"}]}, "flows[0]"),
        ({"flows": [{"name": "go", "intents": ["go"], "say": {"fr": "x"}}]}, "flows[0].say.fr"),
        ({"flows": [GOOD["flows"][0]] * 2}, "flows"),  # type: ignore[index]
        ({"tests": [{"text": "a", "intent": 5, "language": "en"}]}, "tests[0].intent"),
    ],
)
def test_what_is_wrong_is_named_by_its_path(changes: dict[str, object], path: str) -> None:
    with pytest.raises(ExchangeInvalid) as caught:
        read_content("bot.json", json.dumps({**GOOD, **changes}))
    assert caught.value.reason.en.startswith(f"{path} ")


@pytest.mark.parametrize("text", ["[]", "5", "null", '{"format": "chatbot"'])
def test_other_json_is_refused(text: str) -> None:
    with pytest.raises(ExchangeInvalid):
        read_content("bot.json", text)
