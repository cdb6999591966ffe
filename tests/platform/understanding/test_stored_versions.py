"""Versions as bytes."""

from __future__ import annotations

import pytest

from chatbot.understanding.versions.content import pack_version, unpack_version
from nlu.errors import ModelCorrupt
from nlu.intents.model import IntentModel
from nlu.intents.storage import to_bytes
from nlu.intents.training import train_model
from nlu.vectors import Encoders
from tests.nlu.encoders import HashingEncoder
from tests.nlu.examples import shop_examples

BASE = Encoders(HashingEncoder("base"))


@pytest.fixture(scope="module")
def model() -> IntentModel:
    return train_model(shop_examples(), BASE)


def test_damage_of_any_part_is_noticed(model: IntentModel) -> None:
    content = pack_version(model, None)
    for damaged in (content[:-1], content[:-20] + b"x" * 20, content[:200]):
        with pytest.raises(ModelCorrupt):
            unpack_version("1", 1, damaged, encoders=BASE)


def test_a_version_of_another_format_is_named_as_such(model: IntentModel) -> None:
    stored = to_bytes(model)
    for content, said in (
        (b"ECP-VERSION-1\n" + stored, "stored in format 1 of ECP-VERSION; this program reads format 2: train again"),
        (stored, "these are no bytes of ECP-VERSION"),
    ):
        with pytest.raises(ModelCorrupt, match=said):
            unpack_version("1", 1, content, encoders=BASE)
