"""Misspelt words are read as those that the bot was taught, where nothing else is understood."""

from __future__ import annotations

from datetime import datetime

import pytest

from knowledge.embedders.routed import RoutedEmbedder
from nlu.intents.model import IntentModel
from nlu.intents.ngrams import NgramVocabulary
from nlu.intents.training import train_model
from nlu.interpreter import Interpreter
from nlu.measuring.judging import judge
from nlu.rereading.spelling import corrected
from nlu.understanding import Example
from nlu.vectors import Encoders
from tests.nlu.examples import shop_examples

NOW = datetime(2026, 11, 20, 9, 0)
VOCABULARY = NgramVocabulary.fit(
    ["where is my parcel", "will it rain tomorrow", "cancel the order", "order status please", "weather"],
    min_documents=1,
)


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("wher is my pracel", "wher is my parcel"),  # what is missing at the end may be another form
        ("will it rain tommorow", None),  # two steps away
        ("rain Tomorow?", "rain tomorrow?"),
        ("cnacel the oder", "cancel the order"),
        ("where is my parcels", None),  # another form of the word, no mistake
        ("ordex", None),  # in its last letter alone
        ("mail me at rian@oder.example", None),
        ("raim", None),
        ("订单 oder", "订单 order"),
        ("orde wher pracel cancle tomorow", None),  # too many to be one message misspelt
        ("", None),
    ],
)
def test_words_one_step_from_taught_ones_are_replaced(text: str, spelt: str | None) -> None:
    assert corrected(text, VOCABULARY) == spelt


@pytest.fixture(scope="module")
def model(encoder: RoutedEmbedder) -> IntentModel:
    return train_model(shop_examples(), Encoders(encoder))


@pytest.mark.parametrize(("text", "intent"), [("wher is my pracel", "order_status"), ("wethaer tomorow", "weather")])
def test_a_misspelt_message_is_understood_and_judged_alike(
    model: IntentModel, encoder: RoutedEmbedder, text: str, intent: str
) -> None:
    heard = Interpreter(model, (), encoder).parse(text, now=NOW)
    assert heard.intent == intent
    (line,) = judge(model, [Example(text, intent, "en")], Encoders(encoder))
    assert (line.predicted, round(line.confidence, 4)) == (intent, round(heard.confidence, 4))


def test_what_has_nothing_to_do_with_the_bot_stays_refused(model: IntentModel, encoder: RoutedEmbedder) -> None:
    interpreter = Interpreter(model, (), encoder)
    for text in ("the plane was painted by my uncle", "quantum chromodynamics"):
        assert interpreter.parse(text, now=NOW).intent is None
