"""Examples kept in the model: how near a message is to what its intent was taught with, and to which of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlu.intents.corpus import EXAMPLE, Sentence
from nlu.vectors import MULTILINGUAL, Floats

Halves = npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class SlotLandmarks:
    """One space's examples, sorted by intent: those of intent k are rows starts[k]:starts[k + 1]."""

    vectors: Halves
    starts: tuple[int, ...]
    texts: tuple[str, ...]
    far: float  # mean similarity of background talk to the intent it is mistaken for
    near: float  # mean similarity of an intent's own messages to its nearest example

    def similarity(self, vector: Floats, intent: int) -> float | None:
        """To the nearest example of the intent; None where it has none in this space."""
        start, end = self.starts[intent], self.starts[intent + 1]
        return float((self.vectors[start:end].astype(np.float32) @ vector).max()) if end > start else None

    def closeness(self, similarity: float) -> float:
        """0 as far as background talk, 1 as near as the intent's own messages."""
        return (similarity - self.far) / max(self.near - self.far, 0.05)

    def typical(self, intent: int) -> str | None:
        """The example that lies in the middle of the intent's; None where it has none in this space."""
        start, end = self.starts[intent], self.starts[intent + 1]
        if start == end:
            return None
        own = self.vectors[start:end].astype(np.float32)
        return self.texts[start + int((own @ own.mean(axis=0)).argmax())]

    def nearest(self, vector: Floats, *, limit: int) -> list[tuple[str, int, float]]:
        """(example, intent index, similarity), best first."""
        similarities = self.vectors.astype(np.float32) @ vector
        best = np.argsort(-similarities)[:limit]
        intents = np.searchsorted(np.array(self.starts), best, side="right") - 1
        return [(self.texts[i], int(k), float(similarities[i])) for i, k in zip(best, intents, strict=True)]


def landmark_rows(sentences: Sequence[Sentence], *, per_intent: int) -> npt.NDArray[np.bool_]:
    """Up to `per_intent` examples of each intent and language, evenly spread over the order given."""
    groups: dict[tuple[str, str], list[int]] = {}
    for row, line in enumerate(sentences):
        if line.kind == EXAMPLE and line.intent is not None:
            groups.setdefault((line.intent, line.language), []).append(row)
    kept = np.zeros(len(sentences), np.bool_)
    for rows in groups.values():
        kept[rows[:: max(1, -(-len(rows) // per_intent))]] = True
    return kept


def choose_landmarks(
    sentences: Sequence[Sentence],
    intents: Sequence[str],
    vectors: dict[str, Floats],
    scales: dict[str, tuple[float, float]],
    *,
    per_intent: int,
) -> dict[str, SlotLandmarks]:
    """The landmarks of each space; `scales` are what the rehearsal measured there."""
    by_intent: dict[str, list[int]] = {intent: [] for intent in intents}
    for row in np.flatnonzero(landmark_rows(sentences, per_intent=per_intent)).tolist():
        by_intent[sentences[row].intent or ""].append(row)
    found: dict[str, SlotLandmarks] = {}
    for slot, block in vectors.items():
        chosen: list[int] = []
        starts = [0]
        for intent in intents:
            chosen += [row for row in by_intent[intent] if slot in (sentences[row].language, MULTILINGUAL)]
            starts.append(len(chosen))
        texts = tuple(sentences[row].text for row in chosen)
        far, near = scales.get(slot, (0.2, 0.7))
        found[slot] = SlotLandmarks(block[chosen].astype(np.float16), tuple(starts), texts, far, near)
    return found
