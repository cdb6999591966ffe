"""Sentence vectors by space: a message has one in its own language's space and maybe one in a multilingual space."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlu.language import LANGUAGES
from nlu.understanding import SentenceEncoder

Floats = npt.NDArray[np.float32]
MULTILINGUAL = "*"  # the slot of the space that every language shares
_BATCH = 256


@dataclass(frozen=True, slots=True)
class Encoders:
    """The encoders of one bot as slots: "zh" and "en" for the spaces of one language, "*" for a shared one.

    An encoder whose two languages share a space takes the slot "*", and `multilingual` is then not needed.
    """

    encoder: SentenceEncoder
    multilingual: SentenceEncoder | None = None

    def spaces(self) -> dict[str, str]:
        """Slot to the name of its space."""
        names = {language: self.encoder.space(language) for language in LANGUAGES}
        if names["zh"] == names["en"]:
            return {MULTILINGUAL: names["zh"]}
        if self.multilingual is not None:
            names[MULTILINGUAL] = self.multilingual.space("zh")
        return names

    def slots(self, language: str) -> tuple[str, ...]:
        """The slots that a text of this language has vectors in."""
        return tuple(slot for slot in self.spaces() if slot in (language, MULTILINGUAL))

    def encode(self, texts: Sequence[str], *, slot: str, language: str) -> Floats:
        """Vectors of texts of one language in one slot."""
        separate = slot == MULTILINGUAL and self.multilingual is not None
        source = self.multilingual if separate and self.multilingual is not None else self.encoder
        if slot == MULTILINGUAL and len(self.spaces()) == 1:
            source = self.encoder
        return source.encode(texts, language=language)


def softmax(scores: Floats) -> Floats:
    """Row-wise probabilities."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), dtype=np.float32)


def encode_all(
    encoders: Encoders, texts: Sequence[str], languages: Sequence[str], progress: Callable[[float], None]
) -> dict[str, Floats]:
    """Slot to a (n, dimension) array; rows of texts that have no vector in the slot are zero."""
    found: dict[str, Floats] = {}
    work: list[tuple[str, str, list[int]]] = []
    for language in LANGUAGES:
        rows = sorted((i for i, known in enumerate(languages) if known == language), key=lambda i: len(texts[i]))
        for slot in encoders.slots(language):
            work += [(slot, language, rows[at : at + _BATCH]) for at in range(0, len(rows), _BATCH)]
    for step, (slot, language, rows) in enumerate(work):
        vectors = encoders.encode([texts[i] for i in rows], slot=slot, language=language)
        if slot not in found:
            found[slot] = np.zeros((len(texts), vectors.shape[1]), np.float32)
        found[slot][rows] = vectors
        progress((step + 1) / len(work))
    return found
