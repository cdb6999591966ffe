"""The corpus as matrices: sentence vectors slot by slot, n-grams beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nlu.intents.corpus import EXAMPLE, Sentence
from nlu.intents.ngrams import NgramVocabulary
from nlu.language import LANGUAGES
from nlu.vectors import MULTILINGUAL, Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

NGRAM_SCALE = 0.3  # measured; the vectors have unit length
_COVERED = 0.9


@dataclass(frozen=True, slots=True)
class Features:
    """Row i belongs to sentence i. `slots` keeps the order in which the vectors stand side by side in `dense`."""

    slots: tuple[str, ...]
    dense: Floats
    sparse: csr_matrix
    coverage: Floats
    vectors: dict[str, Floats]


def usable_slots(sentences: Sequence[Sentence], available: Sequence[str]) -> tuple[str, ...]:
    """The spaces that a classifier can learn in.

    Where a shared space exists, the space of one language is used only if nearly every intent has examples in that
    language: it would otherwise pull every message towards the few intents that do.
    """
    intents = {line.intent for line in sentences if line.kind == EXAMPLE}
    kept = []
    for slot in available:
        if slot in LANGUAGES:
            own = {line.intent for line in sentences if line.kind == EXAMPLE and line.language == slot}
            if MULTILINGUAL in available and len(own) < _COVERED * len(intents):
                continue
            if not own:
                continue
        kept.append(slot)
    return tuple(kept)


def build_features(
    sentences: Sequence[Sentence], vectors: dict[str, Floats], slots: Sequence[str], vocabulary: NgramVocabulary
) -> Features:
    """An intent's name, mostly English, counts in a language's own space only beside examples of that language."""
    from scipy.sparse import csr_matrix

    columns: list[Floats] = []
    for slot in slots:
        block = vectors[slot]
        if slot != MULTILINGUAL:
            own = {line.intent for line in sentences if line.kind == EXAMPLE and line.language == slot}
            own.add(None)
            keep = np.array([line.language == slot and line.intent in own for line in sentences])
            block = block * keep[:, None].astype(np.float32)
        columns.append(block)
    dense = np.hstack(columns) if columns else np.zeros((len(sentences), 0), np.float32)
    rows = [vocabulary.row(line.text) for line in sentences]
    lengths = np.array([0, *(len(row.indices) for row in rows)])
    sparse = csr_matrix(
        (
            np.concatenate([row.weights for row in rows]) * np.float32(NGRAM_SCALE),
            np.concatenate([row.indices for row in rows]),
            np.cumsum(lengths),
        ),
        shape=(len(sentences), len(vocabulary)),
    )
    coverage = np.array([row.coverage for row in rows], np.float32)
    return Features(tuple(slots), dense.astype(np.float32), sparse, coverage, {slot: vectors[slot] for slot in slots})
