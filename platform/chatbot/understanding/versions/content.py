"""What a version consists of, as bytes: an intent model, a tagger where examples were annotated, tuned layers."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.errors import EmbeddingError
from nlu.archive import other_format
from nlu.errors import ModelCorrupt
from nlu.intents.model import IntentModel
from nlu.intents.tuning import TunedLayers, Tuner
from nlu.tagging.tagger import SpanTagger
from nlu.vectors import Encoders

_MAGIC = b"ECP-VERSION-2\n"
_LENGTH = 8
_TUNED_BYTES = 50 * 1024 * 1024  # a model of its own: its file, and what the runtime makes of it


@dataclass(frozen=True, slots=True, weakref_slot=True)
class TrainedVersion:
    """Immutable. `nbytes` is about what it holds in memory."""

    version_id: str
    number: int
    model: IntentModel
    tagger: SpanTagger | None
    encoders: Encoders  # those it was trained with, where this process has them
    nbytes: int


def pack_version(model: IntentModel, tagger: SpanTagger | None, tuned: TunedLayers | None) -> bytes:
    """Free of pickle; each part carries its own digest."""
    parts = (model.save(), tagger.save() if tagger is not None else b"", tuned.save() if tuned is not None else b"")
    return _MAGIC + b"".join(len(part).to_bytes(_LENGTH, "big") + part for part in parts)


def unpack_version(
    version_id: str, number: int, content: bytes, *, encoders: Encoders, tuner: Tuner | None
) -> TrainedVersion:
    """Raises `ModelCorrupt`. `encoders` are those of the process, on which tuned layers build."""
    model_part, tagger_part, tuned_part = _parts(content)
    model = IntentModel.load(model_part)
    nbytes = model.nbytes + 3 * len(tagger_part)  # a tagger's arrays lie in memory as stored, give or take compression
    if tuned_part and tuner is not None:
        try:
            encoders = TunedLayers.load(tuned_part).encoders(encoders, tuner)
        except EmbeddingError as error:
            raise ModelCorrupt("the tuned layers do not fit the encoder") from error
        nbytes += _TUNED_BYTES
    tagger = SpanTagger.load(tagger_part) if tagger_part else None
    return TrainedVersion(version_id, number, model, tagger, encoders, nbytes)


def _parts(content: bytes) -> tuple[bytes, bytes, bytes]:
    """Model, tagger and tuned layers; empty where there is none."""
    if not content.startswith(_MAGIC):
        raise ModelCorrupt(other_format(_MAGIC, content))
    model, rest = _part(content[len(_MAGIC) :])
    tagger, rest = _part(rest)
    return model, tagger, _part(rest)[0]


def _part(content: bytes) -> tuple[bytes, bytes]:
    """The first one, and what comes after it."""
    end = _LENGTH + int.from_bytes(content[:_LENGTH], "big")
    if len(content) < end:
        raise ModelCorrupt("the stored version was truncated")
    return content[_LENGTH:end], content[end:]
