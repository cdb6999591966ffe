"""The stored form of an intent model."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from nlu.archive import Arrays, items, mapping, number, pack, unpack
from nlu.errors import ModelCorrupt
from nlu.intents.confidence import ConfidenceCurve
from nlu.intents.landmarks import SlotLandmarks
from nlu.intents.model import IntentModel
from nlu.intents.ngrams import NgramVocabulary
from nlu.intents.training_settings import TrainingSettings

_MAGIC = b"ECP-INTENT-MODEL-1\n"


def to_bytes(model: IntentModel) -> bytes:
    """Self-contained and free of pickles; equal models give equal bytes."""
    about = {
        "intents": model.intents,
        "slots": model.slots,
        "widths": model.widths,
        "spaces": dict(model.spaces),
        "unseen_idf": model.vocabulary.unseen_idf,
        "landmarks": {
            slot: {"starts": part.starts, "texts": part.texts, "far": part.far, "near": part.near}
            for slot, part in model.landmarks.items()
        },
        "languages": model.languages,
        "usual_coverage": model.usual_coverage,
        "curve": {"weights": model.curve.weights, "bias": model.curve.bias},
        "threshold": model.threshold,
        "data_hash": model.data_hash,
        "metrics": dict(model.metrics),
        "settings": asdict(model.settings),
    }
    arrays: Arrays = {
        "dense": model.dense,
        "sparse": model.sparse,
        "bias": model.bias,
        "hashes": model.vocabulary.hashes,
        "idf": model.vocabulary.idf,
    }
    for place, slot in enumerate(sorted(model.landmarks)):
        arrays[f"landmarks_{place}"] = model.landmarks[slot].vectors
    return pack(_MAGIC, about, arrays)


def from_bytes(data: bytes) -> IntentModel:
    """Raises `ModelCorrupt` for anything but what `to_bytes` wrote."""
    about, arrays = unpack(_MAGIC, data)
    try:
        return _model(about, arrays)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelCorrupt("the stored intent model does not have the parts it should") from error


def _model(about: dict[str, object], arrays: Arrays) -> IntentModel:
    landmarks = {
        slot: SlotLandmarks(
            arrays[f"landmarks_{place}"].astype(np.float16, copy=False),
            tuple(int(number(start)) for start in items(part["starts"])),
            tuple(str(text) for text in items(part["texts"])),
            number(part["far"]),
            number(part["near"]),
        )
        for place, (slot, value) in enumerate(sorted(mapping(about["landmarks"]).items()))
        for part in [mapping(value)]
    }
    curve = mapping(about["curve"])
    return IntentModel(
        intents=tuple(str(name) for name in items(about["intents"])),
        slots=tuple(str(slot) for slot in items(about["slots"])),
        widths=tuple(int(number(width)) for width in items(about["widths"])),
        spaces={slot: str(name) for slot, name in mapping(about["spaces"]).items()},
        dense=arrays["dense"].astype(np.float16, copy=False),
        sparse=arrays["sparse"].astype(np.float16, copy=False),
        bias=arrays["bias"].astype(np.float32, copy=False),
        vocabulary=NgramVocabulary(
            arrays["hashes"].astype(np.uint32, copy=False),
            arrays["idf"].astype(np.float32, copy=False),
            number(about["unseen_idf"]),
        ),
        landmarks=landmarks,
        languages=tuple(str(language) for language in items(about["languages"])),
        usual_coverage=number(about["usual_coverage"]),
        curve=ConfidenceCurve(tuple(number(weight) for weight in items(curve["weights"])), number(curve["bias"])),
        threshold=number(about["threshold"]),
        data_hash=str(about["data_hash"]),
        metrics={name: number(value) for name, value in mapping(about["metrics"]).items()},
        settings=_settings(mapping(about["settings"])),
    )


def _settings(stored: dict[str, object]) -> TrainingSettings:
    threshold = stored["threshold"]
    return TrainingSettings(
        strength=number(stored["strength"]),
        max_iterations=int(number(stored["max_iterations"])),
        rehearsal_iterations=int(number(stored["rehearsal_iterations"])),
        landmarks_per_intent=int(number(stored["landmarks_per_intent"])),
        refusal_value=number(stored["refusal_value"]),
        threshold=None if threshold is None else number(threshold),
        seed=int(number(stored["seed"])),
    )
