"""Versions that carry tuned layers, as bytes and in use."""

from __future__ import annotations

import numpy as np
import pytest

from chatbot.understanding.training.data import TrainingData
from chatbot.understanding.training.tuning import TOO_FEW, UNAVAILABLE, tune_for
from chatbot.understanding.versions.content import pack_version, unpack_version
from knowledge.errors import EmbeddingError
from nlu.archive import Arrays
from nlu.errors import ModelCorrupt, SpaceMismatch
from nlu.intents.model import IntentModel, TrainingSettings
from nlu.intents.tuning import TunableLayers, TunedLayers
from nlu.understanding import SentenceEncoder
from nlu.vectors import Encoders
from tests.nlu.encoders import HashingEncoder
from tests.nlu.examples import shop_examples

BASE = Encoders(HashingEncoder("base"))
LAYERS = TunedLayers({"en": "base-en"}, {"en": {"narrow": np.ones(3, np.float32)}})


class Renaming:
    """Its tuned encoder is the other one; weights of two numbers don't fit."""

    def layers(self, language: str) -> TunableLayers | None:
        return None

    def tuned(self, language: str, arrays: Arrays) -> SentenceEncoder:
        if arrays["narrow"].shape != (3,):
            raise EmbeddingError(f"does not fit {language}")
        return HashingEncoder("tuned")


@pytest.fixture(scope="module")
def content() -> bytes:
    tuned = LAYERS.encoders(BASE, Renaming())
    return pack_version(IntentModel.train(shop_examples(), tuned.encoder), None, LAYERS)


def test_a_version_brings_the_encoder_that_it_was_trained_with(content: bytes) -> None:
    version = unpack_version("1", 1, content, encoders=BASE, tuner=Renaming())
    assert version.encoders.spaces() == {"zh": "base-zh", "en": "tuned-en"}
    version.model.check_spaces(version.encoders)
    assert version.nbytes > 1_000_000


def test_where_nothing_can_be_tuned_or_the_encoder_is_another_it_is_not_served(content: bytes) -> None:
    for encoders, tuner in ((BASE, None), (Encoders(HashingEncoder("other")), Renaming())):
        version = unpack_version("1", 1, content, encoders=encoders, tuner=tuner)
        with pytest.raises(SpaceMismatch):
            version.model.check_spaces(version.encoders)


def test_damage_of_any_part_is_noticed(content: bytes) -> None:
    for damaged in (content[:-1], content[:-20] + b"x" * 20, content[:200]):
        with pytest.raises(ModelCorrupt):
            unpack_version("1", 1, damaged, encoders=BASE, tuner=Renaming())
    unfit = TunedLayers({"en": "base-en"}, {"en": {"narrow": np.ones(2, np.float32)}})
    model = IntentModel.train(shop_examples(), BASE.encoder)
    with pytest.raises(ModelCorrupt):
        unpack_version("1", 1, pack_version(model, None, unfit), encoders=BASE, tuner=Renaming())


def test_a_version_of_another_format_is_named_as_such() -> None:
    stored = IntentModel.train(shop_examples(), BASE.encoder).save()
    for content, said in (
        (b"ECP-VERSION-1\n" + stored, "stored in format 1 of ECP-VERSION; this program reads format 2: train again"),
        (stored, "these are no bytes of ECP-VERSION"),
    ):
        with pytest.raises(ModelCorrupt, match=said):
            unpack_version("1", 1, content, encoders=BASE, tuner=Renaming())


def test_without_the_wish_nothing_is_tried_and_what_could_not_be_is_said() -> None:
    data = TrainingData(tuple(shop_examples()), (), frozenset(), "hash")
    settings = TrainingSettings()
    assert tune_for(data, BASE, None, settings, lambda _: None).metrics == {}
    asked = TrainingData(data.examples, (), frozenset(), "hash", tuning=True)
    assert tune_for(asked, BASE, None, settings, lambda _: None).metrics == {"tuning": UNAVAILABLE}
    found = tune_for(asked, BASE, Renaming(), settings, lambda _: None)
    assert (found.metrics["tuning"], found.encoders, found.tuned) == (TOO_FEW, BASE, None)
