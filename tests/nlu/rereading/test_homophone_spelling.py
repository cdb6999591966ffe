"""Chinese words typed with other characters of the same sound are read as those that the bot was taught."""

from __future__ import annotations

from datetime import datetime

import pytest

from knowledge.embedders.routed import RoutedEmbedder
from nlu.intents.model import IntentModel
from nlu.intents.ngrams import NgramVocabulary
from nlu.intents.training import train_model
from nlu.interpreter import Interpreter
from nlu.measuring.judging import judge
from nlu.rereading.homophone_spelling import sounding_right
from nlu.sounds import sounding_like
from nlu.understanding import Example
from nlu.vectors import Encoders
from tests.nlu.examples import shop_examples

NOW = datetime(2026, 11, 20, 9, 0)
VOCABULARY = NgramVocabulary.fit(
    ["今天天气怎么样", "查一下订单", "我要退款", "上海明天气温多少", "where is my parcel"], min_documents=1
)


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("今天天汽怎么样", "今天天气怎么样"),
        ("查定单", "查订单"),
        ("退宽", "退款"),
        ("腿宽, 订但", "退款, 订单"),  # both characters of a word
        ("定单 parcel", "订单 parcel"),
        ("查一下订单", None),
        ("冷凝器温度", None),  # 器 belongs to 冷凝器, and 器温 is no word
        ("气天", None),  # no example has a word that sounds so
        ("where is my pracel", None),
        ("单", None),
        ("", None),
    ],
)
def test_words_that_sound_like_taught_ones_are_replaced(text: str, spelt: str | None) -> None:
    assert sounding_right(text, VOCABULARY) == spelt


def test_what_stands_far_behind_in_a_long_message_stays_as_it_is() -> None:
    assert sounding_right("定单" + "好" * 100 + "定单", VOCABULARY) == "订单" + "好" * 100 + "定单"


def test_characters_of_one_sound_are_told_whatever_their_tone() -> None:
    assert {"定", "订", "顶"} <= set(sounding_like("定"))
    assert sounding_like("a") == ()


@pytest.fixture(scope="module")
def model(encoder: RoutedEmbedder) -> IntentModel:
    return train_model(shop_examples(), Encoders(encoder))


@pytest.mark.parametrize(("text", "intent"), [("包果在哪", "order_status"), ("查天七", "weather")])
def test_a_message_of_wrong_characters_is_understood_and_judged_alike(
    model: IntentModel, encoder: RoutedEmbedder, text: str, intent: str
) -> None:
    as_it_stands = model.decide(text, model.encode(text, "zh", Encoders(encoder)), language="zh")
    heard = Interpreter(model, (), encoder).parse(text, now=NOW)
    assert (as_it_stands.intent, heard.intent) == (None, intent)
    (line,) = judge(model, [Example(text, intent, "zh")], Encoders(encoder))
    assert (line.predicted, round(line.confidence, 4)) == (intent, round(heard.confidence, 4))


def test_what_has_nothing_to_do_with_the_bot_stays_refused(model: IntentModel, encoder: RoutedEmbedder) -> None:
    interpreter = Interpreter(model, (), encoder)
    for text in ("涡轮机的冷凝器温度大约是多少", "量子力学的基本假设", "他定了一单外卖"):
        assert interpreter.parse(text, now=NOW).intent is None
