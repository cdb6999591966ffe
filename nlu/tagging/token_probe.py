"""What a sentence encoder knows of each token, turned into chances of tags: a small network trained on its states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlu.archive import Arrays
from nlu.understanding import TokenEncoder
from nlu.vectors import Floats, softmax

_HIDDEN = 128
_EPOCHS = 6
_LEAST_STEPS = 300  # a few dozen sentences are read more often
_BATCH = 256  # tokens
_DROPPED = 0.2
_MEASURED = 2_000  # sentences, for the mean and the spread of the states
_RATE = 2e-3
_LAYERS = ("inner", "whole", "inner_bias", "around", "around_bias", "outer", "outer_bias")


def states_of(
    encoder: TokenEncoder, texts: Sequence[str], places: Sequence[Sequence[tuple[int, int]]], *, language: str
) -> list[Floats] | None:
    """For each text a row for each of its `places`: the mean of the encoder's tokens there. None if it shows none."""
    seen = encoder.token_states(texts, language=language)
    if seen is None:
        return None
    return [_aligned(offsets, states, where) for (offsets, states), where in zip(seen, places, strict=True)]


def _aligned(offsets: npt.NDArray[np.int64], states: Floats, places: Sequence[tuple[int, int]]) -> Floats:
    rows = np.zeros((len(places), states.shape[1]), np.float32)
    for at, (start, end) in enumerate(places):
        inside = (offsets[:, 0] < end) & (offsets[:, 1] > start)
        if inside.any():
            rows[at] = states[inside].mean(axis=0)
    return rows


@dataclass(frozen=True, slots=True)
class _Batch:
    """Sentences one after the other, with a row of noughts after each, so that no window reaches over."""

    rows: Floats
    real: Floats  # (rows, 1): 0 for the rows between sentences
    means: Floats  # of each sentence
    owner: npt.NDArray[np.int64]  # of each row, the sentence


def _batch(sentences: Sequence[Floats]) -> _Batch:
    gap = np.zeros((1, sentences[0].shape[1]), np.float32)
    lengths = np.array([len(each) for each in sentences])
    real = np.ones((int(lengths.sum()) + len(lengths), 1), np.float32)
    real[np.cumsum(lengths + 1) - 1] = 0
    return _Batch(
        np.concatenate([part for each in sentences for part in (each, gap)]),
        real,
        np.stack([each.mean(axis=0) for each in sentences]),
        np.repeat(np.arange(len(lengths)), lengths + 1),
    )


class TokenProbe:
    """Two convolutions over three tokens, the first of which also sees the sentence's mean. Safe to share."""

    def __init__(self, mean: Floats, scale: Floats, layers: Sequence[Floats]) -> None:
        """`layers` in the order of `_LAYERS`."""
        self._mean = mean
        self._scale = scale
        self._layers = tuple(layers)

    @classmethod
    def train(cls, states: Sequence[Floats], tags: Sequence[Sequence[int]], *, width: int, seed: int) -> TokenProbe:
        """`tags` has a number below `width` for each token; at least one token is needed."""
        random = np.random.default_rng(seed)
        filled = [k for k, each in enumerate(states) if len(each)]
        sample = np.concatenate([states[k] for k in filled[:: len(filled) // _MEASURED + 1]])
        mean, scale = sample.mean(axis=0), sample.std(axis=0) + np.float32(1e-3)
        wanted = [np.append(np.asarray(tags[k], np.int64), 0) for k in filled]  # and one for the gap
        layers = _begin(random, len(mean), width)
        first = [np.zeros_like(layer) for layer in layers]
        second = [np.zeros_like(layer) for layer in layers]
        batches = min(sum(len(each) for each in states) // _BATCH + 1, len(filled))
        steps = max(_EPOCHS * batches, _LEAST_STEPS)
        for step in range(1, steps + 1):
            if (step - 1) % batches == 0:
                order = np.array_split(random.permutation(len(filled)), batches)
            chosen = order[(step - 1) % batches]
            batch = _batch([(states[filled[k]] - mean) / scale for k in chosen])
            kept = (random.random((2, len(batch.rows), _HIDDEN)) > _DROPPED).astype(np.float32)
            kept *= batch.real / np.float32(1 - _DROPPED)
            rate = _RATE * (1 - step / (steps + 1))
            for k, slope in enumerate(_slopes(layers, batch, np.concatenate([wanted[k] for k in chosen]), kept)):
                first[k] = 0.9 * first[k] + 0.1 * slope
                second[k] = 0.99 * second[k] + 0.01 * slope**2
                moved = first[k] / (1 - 0.9**step) / (np.sqrt(second[k] / (1 - 0.99**step)) + 1e-8)
                layers[k] = (layers[k] - rate * moved).astype(np.float32)
        return cls(mean, scale, layers)

    def chances(self, states: Floats) -> Floats:
        """(tokens, tags), each row adding up to one."""
        if not len(states):
            return np.zeros((0, len(self._layers[-1])), np.float32)
        batch = _batch([(states - self._mean) / self._scale])
        return softmax(_scores(self._layers, batch, np.stack([batch.real, batch.real]))[-1][:-1])

    def arrays(self, prefix: str) -> Arrays:
        """To be stored; `from_arrays` is the inverse."""
        parts = zip(("mean", "scale", *_LAYERS), (self._mean, self._scale, *self._layers), strict=True)
        return {f"{prefix}.{part}": array for part, array in parts}

    @classmethod
    def from_arrays(cls, arrays: Arrays, prefix: str) -> TokenProbe:
        """Raises KeyError or ValueError for arrays that are not there or do not fit each other."""
        mean, scale, *layers = (
            arrays[f"{prefix}.{part}"].astype(np.float32, copy=False) for part in ("mean", "scale", *_LAYERS)
        )
        inner, whole, inner_bias, around, around_bias, outer, outer_bias = layers
        seen, hidden, width = len(mean), len(inner_bias), len(outer_bias)
        shapes = [
            (len(scale),),
            inner.shape,
            whole.shape,
            around.shape,
            (len(around_bias),),
            outer.shape,
        ]
        if shapes != [(seen,), (3 * seen, hidden), (seen, hidden), (3 * hidden, hidden), (hidden,), (hidden, width)]:
            raise ValueError("the layers of a stored probe do not fit each other")
        return cls(mean, scale, layers)


def _begin(random: np.random.Generator, seen: int, width: int) -> list[Floats]:
    def normal(*shape: int) -> Floats:
        return random.normal(0, shape[0] ** -0.5, shape).astype(np.float32)

    return [
        normal(3 * seen, _HIDDEN),
        normal(seen, _HIDDEN),
        np.zeros(_HIDDEN, np.float32),
        normal(3 * _HIDDEN, _HIDDEN),
        np.zeros(_HIDDEN, np.float32),
        normal(_HIDDEN, width),
        np.zeros(width, np.float32),
    ]


def _scores(layers: Sequence[Floats], batch: _Batch, kept: Floats) -> tuple[Floats, Floats, Floats]:
    """Both hidden layers and the scores of the tags, a row each; `kept` (2, rows, ...) is what dropout leaves."""
    inner, whole, inner_bias, around, around_bias, outer, outer_bias = layers
    near = _window(batch.rows) @ inner + (batch.means @ whole)[batch.owner] + inner_bias
    hidden = np.maximum(near, 0) * kept[0]
    deeper = np.maximum(_window(hidden) @ around + around_bias, 0) * kept[1]
    return hidden, deeper, (hidden + deeper) @ outer + outer_bias


def _slopes(layers: Sequence[Floats], batch: _Batch, wanted: npt.NDArray[np.int64], kept: Floats) -> list[Floats]:
    """Of the mean loss, by each of the layers."""
    hidden, deeper, scores = _scores(layers, batch, kept)
    error = softmax(scores)
    error[np.arange(len(wanted)), wanted] -= 1
    error *= batch.real / batch.real.sum()
    back = error @ layers[5].T
    back_deeper = back * kept[1] * (deeper > 0)
    back_hidden = (back + _unwindow(back_deeper @ layers[3].T)) * kept[0] * (hidden > 0)
    by_sentence = np.zeros((len(batch.means), _HIDDEN), np.float32)
    np.add.at(by_sentence, batch.owner, back_hidden)
    slopes = (
        _window(batch.rows).T @ back_hidden,
        batch.means.T @ by_sentence,
        back_hidden.sum(axis=0),
        _window(hidden).T @ back_deeper,
        back_deeper.sum(axis=0),
        (hidden + deeper).T @ error,
        error.sum(axis=0),
    )
    return [np.asarray(slope, np.float32) for slope in slopes]


def _window(rows: Floats) -> Floats:
    """Each row between its neighbours."""
    padded = np.pad(rows, ((1, 1), (0, 0)))
    return np.concatenate([padded[:-2], padded[1:-1], padded[2:]], axis=1)


def _unwindow(slopes: Floats) -> Floats:
    """What the rows of a window owe to each row."""
    before, own, after = np.split(slopes, 3, axis=1)
    owed = own.copy()
    owed[:-1] += before[1:]
    owed[1:] += after[:-1]
    return owed
