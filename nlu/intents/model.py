"""A trained intent classifier: immutable, and cheap enough to run on every message. Inference needs numpy alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from nlu.errors import SpaceMismatch
from nlu.intents.confidence import ConfidenceCurve, evidence
from nlu.intents.features import NGRAM_SCALE
from nlu.intents.landmarks import Halves, SlotLandmarks
from nlu.intents.ngrams import NgramVocabulary, SparseRow
from nlu.intents.training_settings import TrainingSettings
from nlu.understanding import IntentScore
from nlu.vectors import MULTILINGUAL, Encoders, Floats, softmax

_RANKED = 10
_FOREIGN_CLOSENESS = 1.25


@dataclass(frozen=True, slots=True)
class Verdict:
    """`intent` is None when out of scope. `ranking` holds intents only, best first."""

    intent: str | None
    confidence: float
    ranking: tuple[IntentScore, ...] = ()


@dataclass(frozen=True, slots=True)
class IntentModel:
    """Made by `train_model` or `from_bytes`. The last class of `dense`, `sparse` and `bias` is "none of them"."""

    intents: tuple[str, ...]
    slots: tuple[str, ...]  # the order of the vectors in `dense`
    widths: tuple[int, ...]
    spaces: Mapping[str, str]
    dense: Halves
    sparse: Halves
    bias: Floats
    vocabulary: NgramVocabulary
    landmarks: Mapping[str, SlotLandmarks]
    languages: tuple[str, ...]  # those of the examples
    usual_coverage: float  # share of known n-grams in a message of those languages
    curve: ConfidenceCurve
    threshold: float
    data_hash: str
    settings: TrainingSettings
    metrics: Mapping[str, float] = field(default_factory=dict)  # of its own cross-validation

    @property
    def nbytes(self) -> int:
        """Memory held by the arrays."""
        vocabulary = self.vocabulary.hashes.nbytes + self.vocabulary.idf.nbytes
        landmarks = sum(part.vectors.nbytes + sum(map(len, part.texts)) for part in self.landmarks.values())
        return self.dense.nbytes + self.sparse.nbytes + self.bias.nbytes + vocabulary + landmarks

    def check_spaces(self, encoders: Encoders) -> None:
        """Raise `SpaceMismatch` if the encoders make other vectors than those the model knows."""
        given = encoders.spaces()
        for slot, name in self.spaces.items():
            if given.get(slot) != name:
                raise SpaceMismatch("any" if slot == MULTILINGUAL else slot, name, given.get(slot, "none"))

    def encode(self, text: str, language: str, encoders: Encoders) -> dict[str, Floats]:
        """The vectors this model wants of one normalised text."""
        slots = [slot for slot in self.slots if slot in (language, MULTILINGUAL)]
        return {slot: encoders.encode([text], slot=slot, language=language)[0] for slot in slots}

    def decide(self, text: str, vectors: Mapping[str, Floats], *, language: str) -> Verdict:
        """Judge a normalised text with the vectors that `encode` gave.

        In a language without examples nothing is known word by word and vectors of equal meaning lie further apart:
        neither may count against the message.
        """
        if not self.intents or not text.strip():
            return Verdict(None, 1.0)
        row = self.vocabulary.row(text)
        probabilities = softmax(self._scores(row, vectors))
        best = int(probabilities[:-1].argmax())
        closeness, coverage = self._closeness(vectors, best), row.coverage
        if language not in self.languages:
            closeness, coverage = closeness * _FOREIGN_CLOSENESS, max(coverage, self.usual_coverage)
        seen = evidence(probabilities[None], np.array([closeness], np.float32), np.array([coverage], np.float32))
        confidence = float(self.curve.probability(seen)[0])
        ranking = self._ranking(probabilities, confidence, best)
        if confidence < self.threshold:
            return Verdict(None, 1.0 - confidence, ranking)
        return Verdict(self.intents[best], confidence, ranking)

    def _scores(self, row: SparseRow, vectors: Mapping[str, Floats]) -> Floats:
        scores = self.bias.copy()
        start = 0
        for slot, width in zip(self.slots, self.widths, strict=True):
            if slot in vectors:
                scores += vectors[slot] @ self.dense[start : start + width].astype(np.float32)
            start += width
        if len(row.indices):
            scores += (row.weights * np.float32(NGRAM_SCALE)) @ self.sparse[row.indices].astype(np.float32)
        return scores

    def _closeness(self, vectors: Mapping[str, Floats], intent: int) -> float:
        """Mean over the spaces that can tell."""
        values = []
        for slot, vector in vectors.items():
            similarity = self.landmarks[slot].similarity(vector, intent)
            if similarity is not None:
                values.append(self.landmarks[slot].closeness(similarity))
        return sum(values) / len(values) if values else 0.0

    def _ranking(self, probabilities: Floats, confidence: float, best: int) -> tuple[IntentScore, ...]:
        """What the best one leaves is shared by the others as the classifier shared it."""
        rest = max(1e-6, 1.0 - float(probabilities[best]))
        order = np.argsort(-probabilities[:-1])[:_RANKED]
        return tuple(
            IntentScore(
                self.intents[k],
                confidence if k == best else min(confidence, (1 - confidence) * float(probabilities[k]) / rest),
            )
            for k in order
        )
