"""Which words decided, and which examples a message resembles."""

from __future__ import annotations

import pytest

from knowledge.embedders.routed import RoutedEmbedder
from nlu.intents.model import IntentModel
from nlu.intents.training import train_model
from nlu.measuring.explanation import explain
from nlu.vectors import Encoders
from tests.nlu.encoders import HashingEncoder
from tests.nlu.examples import shop_examples


@pytest.fixture(scope="module")
def model() -> IntentModel:
    return train_model(shop_examples(), Encoders(HashingEncoder()))


def test_the_word_that_decides_has_the_largest_effect(encoder: RoutedEmbedder) -> None:
    taught = train_model(shop_examples(), Encoders(encoder))
    found = explain(taught, "please show me where my parcel is", Encoders(encoder))
    assert max(found.words, key=lambda word: word.effect).text == "parcel"
    assert found.nearest[0].intent == "order_status"


def test_words_stand_where_they_are_in_the_users_own_text(model: IntentModel) -> None:
    text = "ＭＹ  parcel，訂單到哪了"
    found = explain(model, text, Encoders(HashingEncoder()))
    assert [text[word.start : word.end] for word in found.words] == [word.text for word in found.words]
    assert "訂單" in {word.text for word in found.words}


def test_chinese_is_explained_by_words(model: IntentModel) -> None:
    found = explain(model, "请问iPhone15的快递什么时候能送到上海", Encoders(HashingEncoder()))
    words = [word.text for word in found.words]
    assert {"iPhone15", "快递", "上海"} <= set(words)
    assert "".join(words) == "请问iPhone15的快递什么时候能送到上海"


def test_a_refusal_is_explained_too(model: IntentModel) -> None:
    found = explain(model, "quantum chromodynamics", Encoders(HashingEncoder()))
    assert len(found.words) == 2


@pytest.mark.parametrize("text", ["", "   ", "!!!", "🙂"])
def test_a_text_without_words_has_no_explanation(model: IntentModel, text: str) -> None:
    assert explain(model, text, Encoders(HashingEncoder())).words == ()


def test_a_model_without_intents_explains_nothing() -> None:
    untaught = train_model([], Encoders(HashingEncoder()))
    assert explain(untaught, "hello", Encoders(HashingEncoder())).nearest == ()
