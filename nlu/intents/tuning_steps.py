"""Few examples change an encoder's upper layers so that those of one intent come together. Needs torch.

Each sentence is drawn to its intent's prototype and away from the others' (softmax over cosines: F. Wang et al.,
"NormFace", 2017), which works from one example an intent, and to the examples of its intent that are in the batch
(P. Khosla et al., "Supervised Contrastive Learning", 2020). AdamW, warm-up, linear decay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from nlu.vectors import Floats

if TYPE_CHECKING:
    from torch import Tensor

Layer = Mapping[str, Floats]
_RATE, _PROTOTYPE_RATE = 1e-4, 2e-3
_TEMPERATURE = 0.07
_SMOOTHING = 0.05
_DROPOUT = 0.1
_DECAY = 0.01
_WARM_UP = 0.1
_BATCH = 96
_TOGETHER = 3  # examples of an intent that enter a batch together
_EPOCHS = 6
_MOST_SENTENCES = 12_000  # seen in all epochs together: large sets get fewer


def tune_layers(
    layers: Sequence[Layer],
    trunk: Sequence[Floats],
    classes: npt.NDArray[np.int64],
    *,
    heads: int,
    pooling: str,
    seed: int,
    progress: Callable[[float], None],
) -> list[dict[str, Floats]]:
    """Changed copies of the layers. `trunk`: each sentence's token states below them; minutes of one core."""
    import torch
    from torch.nn import functional

    epochs = max(1, min(_EPOCHS, _MOST_SENTENCES // max(1, len(trunk))))
    random = np.random.default_rng(seed)
    source = torch.Generator().manual_seed(seed)
    weights = [{name: torch.tensor(part).requires_grad_() for name, part in layer.items()} for layer in layers]
    with torch.no_grad():
        vectors = torch.cat([_vectors(weights, trunk[at : at + _BATCH], heads, pooling, None) for at in _starts(trunk)])
        number = int(classes.max()) + 1
        sums = torch.zeros(number, vectors.shape[1]).index_add(0, torch.from_numpy(classes), vectors)
    prototypes = functional.normalize(sums, dim=1).requires_grad_()
    parts = [part for layer in weights for part in layer.values()]
    optimiser = torch.optim.AdamW(
        [
            {"params": [part for part in parts if part.ndim > 1], "weight_decay": _DECAY, "rate": _RATE},
            {"params": [part for part in parts if part.ndim == 1], "weight_decay": 0.0, "rate": _RATE},
            {"params": [prototypes], "weight_decay": 0.0, "rate": _PROTOTYPE_RATE},
        ]
    )
    batches = [batch for _ in range(epochs) for batch in _batches(classes, random)]
    for step, batch in enumerate(batches):
        share = step / len(batches)
        for group in optimiser.param_groups:
            group["lr"] = group["rate"] * min((share + 1 / len(batches)) / _WARM_UP, 1.0) * (1 - share)
        found = _vectors(weights, [trunk[row] for row in batch], heads, pooling, source)
        scores = found @ functional.normalize(prototypes, dim=1).T / _TEMPERATURE
        truth = torch.from_numpy(classes[batch])
        loss = functional.cross_entropy(scores, truth, label_smoothing=_SMOOTHING) + _contrast(found, truth)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        torch.nn.utils.clip_grad_norm_(parts, 1.0)
        optimiser.step()
        progress((step + 1) / len(batches))
    return [{name: part.detach().numpy().copy() for name, part in layer.items()} for layer in weights]


def _contrast(vectors: Tensor, truth: Tensor) -> Tensor:
    """How unlikely an example's companions of its intent are among all of the batch; 0 where it has none."""
    import torch

    itself = torch.eye(len(vectors), dtype=torch.bool)
    scores = (vectors @ vectors.T / _TEMPERATURE).masked_fill(itself, -1e9)
    together = ((truth[:, None] == truth[None, :]) & ~itself).float()
    chances = scores - torch.logsumexp(scores, dim=1, keepdim=True)
    count = together.sum(dim=1)
    return -((chances * together).sum(dim=1) / count.clamp(min=1)).sum() / (count > 0).sum().clamp(min=1)


def _starts(trunk: Sequence[Floats]) -> range:
    return range(0, len(trunk), _BATCH)


def _batches(classes: npt.NDArray[np.int64], random: np.random.Generator) -> Iterator[npt.NDArray[np.int64]]:
    """Every row once; a few rows of an intent stay together."""
    groups: list[npt.NDArray[np.int64]] = []
    for intent in np.unique(classes):
        own = random.permutation(np.flatnonzero(classes == intent))
        groups += np.array_split(own, max(1, round(len(own) / _TOGETHER)))
    order = np.concatenate([groups[place] for place in random.permutation(len(groups))])
    yield from np.array_split(order, max(1, round(len(order) / _BATCH)))


def _vectors(
    layers: Sequence[Mapping[str, Tensor]],
    trunk: Sequence[Floats],
    heads: int,
    pooling: str,
    dropout: object,
) -> Tensor:
    """Unit vectors. Tokens of all sentences stand in one column; they are padded for attention alone."""
    import torch
    from torch.nn import functional

    lengths = np.array([len(states) for states in trunk])
    rows, width = len(lengths), int(lengths.max())
    first = np.cumsum(lengths) - lengths
    owner = np.repeat(np.arange(rows), lengths)
    places = torch.from_numpy(np.arange(len(owner)) - first[owner] + owner * width)
    present = torch.from_numpy(np.arange(width)[None] < lengths[:, None])[:, None, None, :]
    source = cast("torch.Generator | None", dropout)
    states = torch.from_numpy(np.concatenate(trunk))
    size = states.shape[1]
    for layer in layers:
        query, key, value = (
            states.new_zeros(rows * width, size)
            .index_copy(0, places, states @ layer[name] + layer[f"{name}_bias"])
            .view(rows, width, heads, size // heads)
            .transpose(1, 2)
            for name in ("query", "key", "value")
        )
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=present)
        seen = seen.transpose(1, 2).reshape(rows * width, size)[places]
        attended = _dropped(seen @ layer["attended"] + layer["attended_bias"], source)
        states = _normed(states + attended, layer, "attended_norm")
        wide = functional.gelu(states @ layer["wide"] + layer["wide_bias"])
        states = _normed(states + _dropped(wide @ layer["narrow"] + layer["narrow_bias"], source), layer, "norm")
    if pooling == "cls":
        pooled = states[torch.from_numpy(first)]
    else:
        pooled = states.new_zeros(rows, size).index_add(0, torch.from_numpy(owner), states)
    return functional.normalize(pooled, dim=1)


def _normed(states: Tensor, layer: Mapping[str, Tensor], name: str) -> Tensor:
    from torch.nn import functional

    return functional.layer_norm(states, states.shape[1:], layer[f"{name}_scale"], layer[f"{name}_bias"], 1e-12)


def _dropped(states: Tensor, source: object) -> Tensor:
    """The same in every run: torch's own dropout takes its chances from the process."""
    import torch

    if source is None:
        return states
    kept = torch.rand(states.shape, generator=cast("torch.Generator", source)) >= _DROPOUT
    return states * kept / (1 - _DROPOUT)
