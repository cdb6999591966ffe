"""Fitting the same sentences again and again: once for the model, several times to see how sure it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from nlu.intents.features import Features
from nlu.intents.softmax import LinearHead, fit_softmax
from nlu.vectors import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_SMALL = 3000  # up to here a square root of the Gram matrix replaces the features: the same optimum, far fewer weights
_JITTER = 1e-4
_SKETCH_WIDTH = 1536  # above it, a random projection stands for the n-grams
_SKETCH_COLUMNS = 3  # of the projection, a feature


class LinearProblem:
    """Classifies rows of `features` into `class_count` classes.

    Fits happen in a dense space of bounded width; a head over the features themselves follows from them exactly.
    """

    def __init__(
        self,
        features: Features,
        classes: npt.NDArray[np.int64],
        weights: Floats,
        *,
        class_count: int,
        strength: float,
        seed: int,
    ) -> None:
        self._features = features
        self._classes = classes
        self._weights = weights
        self._class_count = class_count
        self._strength = strength
        self._sketch: csr_matrix | None = None
        if len(classes) <= _SMALL:
            gram = features.dense @ features.dense.T + (features.sparse @ features.sparse.T).toarray()
            gram[np.diag_indices_from(gram)] += _JITTER
            self._reduced: Floats = np.linalg.cholesky(gram.astype(np.float64)).astype(np.float32)
        else:
            self._sketch = _random_projection(features.sparse.shape[1], seed)
            self._reduced = np.hstack([features.dense, (features.sparse @ self._sketch).toarray()])

    def fit(self, rows: npt.NDArray[np.int64], *, max_iterations: int) -> LinearHead:
        """A head over the dense and sparse features, learned from these rows."""
        weights, bias = self._solve(rows, max_iterations)
        if self._sketch is not None:
            width = self._features.dense.shape[1]
            return LinearHead(weights[:width], np.asarray(self._sketch @ weights[width:]), bias)
        from scipy.linalg import solve_triangular

        dual = solve_triangular(self._reduced, weights, lower=True, trans="T").astype(np.float32)
        return LinearHead(self._features.dense.T @ dual, np.asarray(self._features.sparse.T @ dual), bias)

    def scores_after_fit(
        self, rows: npt.NDArray[np.int64], asked: npt.NDArray[np.int64], *, max_iterations: int
    ) -> Floats:
        """Scores of the rows `asked` by a head that has seen only `rows`."""
        weights, bias = self._solve(rows, max_iterations)
        return np.asarray(self._reduced[asked] @ weights + bias)

    def _solve(self, rows: npt.NDArray[np.int64], max_iterations: int) -> tuple[Floats, Floats]:
        return fit_softmax(
            self._reduced[rows],
            self._classes[rows],
            class_count=self._class_count,
            sample_weights=self._weights[rows],
            strength=self._strength,
            max_iterations=max_iterations,
        )


def _random_projection(features: int, seed: int) -> csr_matrix:
    """Every feature is added to a few columns with random signs, which keeps inner products in the mean."""
    from scipy.sparse import csr_matrix

    random = np.random.default_rng(seed)
    columns = random.integers(_SKETCH_WIDTH, size=features * _SKETCH_COLUMNS)
    signs = random.choice(np.array([-1, 1], np.float32), size=features * _SKETCH_COLUMNS) / np.sqrt(_SKETCH_COLUMNS)
    starts = np.arange(0, features * _SKETCH_COLUMNS + 1, _SKETCH_COLUMNS)
    return csr_matrix((signs.astype(np.float32), columns, starts), shape=(features, _SKETCH_WIDTH))
