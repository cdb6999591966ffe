"""Multinomial logistic regression. scipy is loaded when training starts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlu.vectors import Floats


@dataclass(frozen=True, slots=True)
class LinearHead:
    """Scores are dense @ `dense` + n-grams @ `sparse` + `bias`, one column a class."""

    dense: Floats  # (dimension, classes)
    sparse: Floats  # (n-grams, classes)
    bias: Floats  # (classes,)


def fit_softmax(
    inputs: Floats,
    classes: npt.NDArray[np.int64],
    *,
    class_count: int,
    sample_weights: Floats,
    strength: float,
    max_iterations: int,
) -> tuple[Floats, Floats]:
    """(weights, bias) with the least weighted cross-entropy plus an L2 penalty on the weights.

    A larger `strength` trusts the examples more; the penalty is spread over them, as in scikit-learn's C.
    """
    from scipy.optimize import minimize

    rows, width = inputs.shape
    penalty = 1.0 / (strength * rows)
    targets = np.zeros((rows, class_count), np.float32)
    targets[np.arange(rows), classes] = 1
    importance = (sample_weights / sample_weights.sum()).astype(np.float32)[:, None]
    transposed = np.ascontiguousarray(inputs.T)
    shape = (width + 1, class_count)

    def objective(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights = flat.reshape(shape).astype(np.float32)
        scores = inputs @ weights[:-1] + weights[-1]
        scores -= scores.max(axis=1, keepdims=True)
        exponentials = np.exp(scores)
        totals = exponentials.sum(axis=1, keepdims=True)
        loss = float((importance * (np.log(totals) - (scores * targets).sum(axis=1, keepdims=True))).sum())
        residual = (exponentials / totals - targets) * importance
        gradient = np.empty(shape, np.float64)
        gradient[:-1] = transposed @ residual + penalty * weights[:-1]
        gradient[-1] = residual.sum(axis=0)
        return loss + 0.5 * penalty * float((weights[:-1] ** 2).sum()), gradient.ravel()

    found = minimize(
        objective,
        np.zeros(shape[0] * shape[1]),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": max_iterations, "maxcor": 6, "ftol": 1e-7, "gtol": 1e-6},
    )
    weights = found.x.reshape(shape).astype(np.float32)
    return weights[:-1].copy(), weights[-1].copy()
