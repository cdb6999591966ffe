"""What a version consists of, as bytes: an intent model, and a tagger where examples were annotated."""

from __future__ import annotations

from dataclasses import dataclass

from nlu.archive import other_format
from nlu.errors import ModelCorrupt
from nlu.intents.model import IntentModel
from nlu.intents.storage import from_bytes, to_bytes
from nlu.tagging.tagger import SpanTagger
from nlu.vectors import Encoders

_MAGIC = b"ECP-VERSION-2\n"
_LENGTH = 8


@dataclass(frozen=True, slots=True, weakref_slot=True)
class LoadedVersion:
    """Immutable. `nbytes` is about what it holds in memory."""

    version_id: str
    number: int
    model: IntentModel
    tagger: SpanTagger | None
    encoders: Encoders  # those of this process, which may be others than it was trained with
    nbytes: int


def pack_version(model: IntentModel, tagger: SpanTagger | None) -> bytes:
    """Free of pickle; each part carries its own digest. Format 2 has a third part, which stays empty."""
    parts = (to_bytes(model), tagger.save() if tagger is not None else b"", b"")
    return _MAGIC + b"".join(len(part).to_bytes(_LENGTH, "big") + part for part in parts)


def unpack_version(version_id: str, number: int, content: bytes, *, encoders: Encoders) -> LoadedVersion:
    """Raises `ModelCorrupt`."""
    model_part, tagger_part = _parts(content)
    model = from_bytes(model_part)
    nbytes = model.nbytes + 3 * len(tagger_part)  # a tagger's arrays lie in memory as stored, give or take compression
    tagger = SpanTagger.load(tagger_part) if tagger_part else None
    return LoadedVersion(version_id, number, model, tagger, encoders, nbytes)


def _parts(content: bytes) -> tuple[bytes, bytes]:
    """Model and tagger, which is empty where there is none."""
    if not content.startswith(_MAGIC):
        raise ModelCorrupt(other_format(_MAGIC, content))
    model, rest = _part(content[len(_MAGIC) :])
    tagger, rest = _part(rest)
    _part(rest)  # layers of an encoder of its own, in versions of earlier releases: not read, but it has to be whole
    return model, tagger


def _part(content: bytes) -> tuple[bytes, bytes]:
    """The first one, and what comes after it."""
    end = _LENGTH + int.from_bytes(content[:_LENGTH], "big")
    if len(content) < end:
        raise ModelCorrupt("the stored version was truncated")
    return content[_LENGTH:end], content[end:]
