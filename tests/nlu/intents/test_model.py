from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from nlu.errors import ModelCorrupt, SpaceMismatch
from nlu.intents.model import IntentModel, Verdict
from nlu.intents.storage import from_bytes, to_bytes
from nlu.intents.training import train_model
from nlu.intents.training_settings import TrainingSettings
from nlu.understanding import Example
from nlu.vectors import Encoders
from tests.nlu.encoders import DictionaryEncoder, HashingEncoder
from tests.nlu.examples import shop_examples


@pytest.fixture(scope="module")
def model() -> IntentModel:
    return train_model(shop_examples(), Encoders(HashingEncoder()))


def decide(model: IntentModel, text: str, language: str, encoders: Encoders | None = None) -> Verdict:
    vectors = model.encode(text, language, encoders or Encoders(HashingEncoder()))
    return model.decide(text, vectors, language=language)


@pytest.mark.parametrize(
    ("text", "language", "intent"),
    [
        ("今天北京天气怎么样", "zh", "weather"),
        ("我的订单在哪", "zh", "order_status"),
        ("what is the weather tomorrow", "en", "weather"),
        ("where is my parcel", "en", "order_status"),
        ("goodbye, see you", "en", "goodbye"),
    ],
)
def test_a_sentence_nobody_taught_gets_the_intent_it_resembles(
    model: IntentModel, text: str, language: str, intent: str
) -> None:
    verdict = decide(model, text, language)
    assert verdict.intent == intent
    assert verdict.confidence >= model.threshold
    assert verdict.ranking[0].name == intent


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("how many vacation days do employees have", "en"),
        ("员工食堂位于二楼", "zh"),
        ("quantum chromodynamics lecture notes", "en"),
        ("xyzzy plugh", "en"),
    ],
)
def test_what_resembles_nothing_taught_is_out_of_scope_with_a_ranking(
    model: IntentModel, text: str, language: str
) -> None:
    verdict = decide(model, text, language)
    assert verdict.intent is None
    assert verdict.confidence > 0.3
    assert len(verdict.ranking) == 3


def test_the_ranking_is_ordered_and_made_of_probabilities(model: IntentModel) -> None:
    for text in ("where is my order", "rain", "bye order weather", "zzz"):
        scores = [line.confidence for line in decide(model, text, "en").ranking]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)
        assert sum(scores) <= 1 + 1e-6


def test_the_same_examples_give_the_same_bytes_whatever_happened_before() -> None:
    first = to_bytes(train_model(shop_examples(), Encoders(HashingEncoder())))
    np.random.default_rng().random(100)
    assert to_bytes(train_model(shop_examples(), Encoders(HashingEncoder()))) == first


def test_a_stored_model_answers_as_the_trained_one(model: IntentModel) -> None:
    loaded = from_bytes(to_bytes(model))
    assert to_bytes(loaded) == to_bytes(model)
    assert loaded.settings == model.settings
    for text in ("where is my order", "rain tomorrow", "nothing of the kind"):
        assert decide(loaded, text, "en") == decide(model, text, "en")


@pytest.mark.parametrize("damage", ["truncated", "altered", "foreign", "empty", "pickle"])
def test_damaged_model_bytes_are_refused(model: IntentModel, damage: str) -> None:
    data = to_bytes(model)
    bad = {
        "truncated": data[:-100],
        "altered": data[:500] + bytes([data[500] ^ 1]) + data[501:],
        "foreign": b"PK\x03\x04" + data,
        "empty": b"",
        "pickle": b"\x80\x04K\x01.",
    }[damage]
    with pytest.raises(ModelCorrupt):
        from_bytes(bad)


def test_a_model_refuses_an_encoder_of_another_space(model: IntentModel) -> None:
    with pytest.raises(SpaceMismatch, match="other-zh"):
        model.check_spaces(Encoders(HashingEncoder("other")))


def test_without_examples_everything_is_out_of_scope() -> None:
    empty = train_model([], Encoders(HashingEncoder()))
    assert decide(empty, "hello", "en") == Verdict(None, 1.0)
    assert decide(from_bytes(to_bytes(empty)), "hello", "en").intent is None


def test_one_example_of_one_intent_is_enough_to_start() -> None:
    tiny = train_model([Example("cancel my booking", "cancel")], Encoders(HashingEncoder()))
    assert decide(tiny, "cancel my booking", "en").intent == "cancel"
    assert decide(tiny, "what is the capital of France", "en").intent is None


def test_an_intent_with_one_example_lives_beside_large_ones() -> None:
    examples = [*shop_examples(), Example("please cancel the whole booking", "cancel_booking", "en")]
    skewed = train_model(examples, Encoders(HashingEncoder()))
    assert decide(skewed, "please cancel the booking", "en").ranking[0].name == "cancel_booking"


def test_examples_of_what_to_refuse_are_refused(model: IntentModel) -> None:
    near = [f"how do I {verb} an order" for verb in ("change", "edit", "split", "merge", "return", "rate")]
    examples = [*shop_examples(), *(Example(text, "out_of_scope", "en") for text in near)]
    taught = train_model(examples, Encoders(HashingEncoder()))
    before = decide(model, "how do I refund an order", "en").ranking[0].confidence
    verdict = decide(taught, "how do I refund an order", "en")
    assert verdict.intent is None
    assert verdict.ranking[0].confidence < before
    assert "out_of_scope" not in taught.intents


def test_examples_in_one_language_serve_the_other_through_a_shared_space() -> None:
    shared = DictionaryEncoder("shared")
    chinese_only = train_model(shop_examples("zh"), Encoders(HashingEncoder(), shared))
    encoders = Encoders(HashingEncoder(), shared)
    assert decide(chinese_only, "how is the weather tomorrow", "en", encoders).intent == "weather"
    assert decide(chinese_only, "where is my order", "en", encoders).intent == "order_status"


def test_an_encoder_with_one_space_for_all_languages_needs_no_second_one() -> None:
    shared = DictionaryEncoder("shared")
    trained = train_model(shop_examples("zh"), Encoders(shared))
    assert trained.slots == ("*",)
    assert decide(trained, "how is the weather tomorrow", "en", Encoders(shared)).intent == "weather"


def test_a_fixed_threshold_replaces_the_fitted_one() -> None:
    strict = train_model(shop_examples(), Encoders(HashingEncoder()), TrainingSettings(threshold=0.999999))
    assert decide(strict, "where is my package", "en").intent is None


def test_progress_rises_to_one() -> None:
    seen: list[float] = []
    train_model(shop_examples(), Encoders(HashingEncoder()), progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_a_model_knows_what_it_was_trained_on_and_how_well_it_did(model: IntentModel) -> None:
    shuffled = train_model(shop_examples()[::-1], Encoders(HashingEncoder()))
    assert shuffled.data_hash == model.data_hash
    assert train_model(shop_examples("zh"), Encoders(HashingEncoder())).data_hash != model.data_hash
    assert 0.5 <= model.metrics["cv_accuracy"] <= 1
    assert model.nbytes > 1000


def test_a_model_cannot_be_changed(model: IntentModel) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        model.threshold = 0.1  # type: ignore[misc]


def test_hostile_examples_do_not_stop_training() -> None:
    texts = ["", "   ", "\ud800\x00", "😀", "a" * 50_000, "x\ud83dy", "天" * 5_000]
    examples = [*shop_examples(), *(Example(text, "noise") for text in texts)]
    trained = train_model(examples, Encoders(HashingEncoder()))
    assert decide(trained, "where is my order", "en").intent == "order_status"
