"""The demo bot's intents with the encoders that it runs with."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import yaml

from knowledge.embedders.routed import RoutedEmbedder
from nlu.intents.training import train_model
from nlu.interpreter import Interpreter
from nlu.understanding import Example
from nlu.vectors import Encoders

INTENTS = Path(__file__).parents[3] / "platform" / "chatbot" / "demo" / "intents.yaml"
NOW = datetime(2026, 11, 20, 9, 0)


@pytest.fixture(scope="module")
def interpreter(encoder: RoutedEmbedder) -> Interpreter:
    content = yaml.safe_load(INTENTS.read_text(encoding="utf-8"))
    examples = [
        Example(text, intent, language)
        for intent, languages in content.items()
        for language, texts in languages.items()
        for text in texts
    ]
    return Interpreter(train_model(examples, Encoders(encoder)), (), encoder)


def test_the_demo_has_enough_examples_of_each_intent_in_each_language() -> None:
    content = yaml.safe_load(INTENTS.read_text(encoding="utf-8"))
    assert set(content) == {"greeting", "goodbye", "thanks", "weather", "order_status", "human_agent"}
    for languages in content.values():
        assert set(languages) == {"zh", "en"}
        for texts in languages.values():
            assert 15 <= len(texts) == len(set(texts)) <= 25
            assert all(isinstance(text, str) for text in texts)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("今天北京天气怎么样?", "weather"),
        ("今天北京天氣怎麼樣？", "weather"),
        ("重庆明天热不热", "weather"),
        ("will it be raining in seattle on monday", "weather"),
        ("How is the weather in Shanghai today?", "weather"),
        ("我的订单到哪了", "order_status"),
        ("我的订单到哪了？", "order_status"),
        ("我昨天买的鞋子寄出来了吗", "order_status"),
        ("Where is my order?", "order_status"),
        ("has my parcel been dispatched?", "order_status"),
        ("你好", "greeting"),
        ("Hi!!", "greeting"),
        ("good evening everyone", "greeting"),
        ("再见啦", "goodbye"),
        ("see ya", "goodbye"),
        ("谢谢您", "thanks"),
        ("thank u so much", "thanks"),
        ("我要人工", "human_agent"),
        ("请帮我转接人工客服", "human_agent"),
        ("can i talk to a real human being", "human_agent"),
    ],
)
def test_what_users_say_is_understood(interpreter: Interpreter, text: str, intent: str) -> None:
    heard = interpreter.parse(text, now=NOW)
    assert (heard.intent, heard.confidence > 0.5) == (intent, True)


@pytest.mark.parametrize("text", ["今天北京天气怎么样?", "How is the weather in Beijing today?", "我的订单到哪了"])
def test_the_reference_messages_are_understood_with_confidence(interpreter: Interpreter, text: str) -> None:
    assert interpreter.parse(text, now=NOW).confidence >= 0.9


@pytest.mark.parametrize(
    "text",
    [
        "年假有几天?",
        "病假怎么请",
        "保修期多久",
        "产品怎么退货",
        "怎么申请报销",
        "密码忘了怎么办",
        "How do I reset my password?",
        "what is your refund policy",
        "How many days of annual leave do employees get?",
        "What is the capital of France?",
        "How long is the warranty?",
        "who is the CEO",
        "A10023",
    ],
)
def test_questions_for_the_knowledge_base_are_out_of_scope(interpreter: Interpreter, text: str) -> None:
    assert interpreter.parse(text, now=NOW).intent is None
