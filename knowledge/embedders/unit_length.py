"""Rows of unit length, so that an inner product is a cosine."""

from __future__ import annotations

import numpy as np

from knowledge.retrieval import Vectors


def to_unit_length(vectors: Vectors) -> Vectors:
    """The rows scaled to length one; a row of zeros stays as it is."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.where(lengths > 0, lengths, 1.0)).astype(np.float32, copy=False)
    return scaled
