"""The upper layers of a quantised BERT as plain matrices: read to be tuned, and put back into the same file.

Weights are int8 with a scale for each output, or one for all of them, as the file has it; the embeddings and the lower
layers stay what they are and are shared in the file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Self, cast

import numpy as np
import numpy.typing as npt

from knowledge.embedders.onnx_encoder import OnnxEmbedder
from knowledge.embedders.onnx_file import Array, OnnxFile
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.errors import EmbeddingError
from knowledge.retrieval import Vectors

_LAYER = re.compile(r"/encoder/layer\.(\d+)/")
# Our name of a part, the path of its multiplication, the name of its bias.
_MATRICES = {
    "query": ("attention/self/query/", "attention.self.query.bias"),
    "key": ("attention/self/key/", "attention.self.key.bias"),
    "value": ("attention/self/value/", "attention.self.value.bias"),
    "attended": ("attention/output/dense/", "attention.output.dense.bias"),
    "wide": ("intermediate/dense/", "intermediate.dense.bias"),
    "narrow": ("output/dense/", "output.dense.bias"),
}
_NORMS = {"attended_norm": "attention.output.LayerNorm", "norm": "output.LayerNorm"}
_HEAD_WIDTHS = {384: 32, 512: 64}

Layer = dict[str, npt.NDArray[np.float32]]


class OnnxLayers:
    """The upper half of one language's model. `pooling`: "mean" over the tokens, or "cls"."""

    def __init__(self, embedder: OnnxEmbedder) -> None:
        """Raises `EmbeddingError` where the file is not built as expected."""
        self._embedder = embedder
        self._file = OnnxFile(embedder.model_bytes())
        counts = {int(found.group(1)) for name in self._file.multiplied if (found := _LAYER.search(name))}
        self.space = embedder.space
        self.pooling = embedder.recipe.pooling
        if len(counts) < 2 or embedder.dimension not in _HEAD_WIDTHS:
            raise EmbeddingError(f"{embedder.space} is not built in a way that can be tuned")
        self.heads = embedder.dimension // _HEAD_WIDTHS[embedder.dimension]
        self._layers = range((max(counts) + 1) // 2, max(counts) + 1)

    @classmethod
    def of(cls, embedder: RoutedEmbedder, language: str) -> Self | None:
        """None for a language whose model is of another kind."""
        own = embedder.embedder(language)
        try:
            return cls(own) if isinstance(own, OnnxEmbedder) else None
        except EmbeddingError:
            return None

    def trunk(self, texts: Sequence[str]) -> list[Vectors]:
        """What the lower layers make of each text: (tokens, dimension), the beginning of a long one."""
        name = f"/encoder/layer.{self._layers.start - 1}/output/LayerNorm/LayerNormalization_output_0"
        lower = self._embedder.changed(self._file.with_output(name), digest="trunk", output=name)
        return [states for _, states in lower.token_states(texts)]

    def weights(self) -> list[Layer]:
        """Layer by layer; a matrix is (inputs, outputs)."""
        return [self._weights(number) for number in self._layers]

    def stored(self, layers: Sequence[Mapping[str, npt.NDArray[np.float32]]]) -> dict[str, Array]:
        """The tuned layers as the file holds such tensors, by the names that they have there."""
        arrays: dict[str, Array] = {}
        for number, layer in zip(self._layers, layers, strict=True):
            for part, (_, bias) in _MATRICES.items():
                weights = self._weights_name(number, part)
                arrays |= self._quantised(weights, layer[part])
                arrays[f"encoder.layer.{number}.{bias}"] = layer[f"{part}_bias"].astype(np.float32)
            for part, name in _NORMS.items():
                arrays[f"encoder.layer.{number}.{name}.weight"] = layer[f"{part}_scale"].astype(np.float32)
                arrays[f"encoder.layer.{number}.{name}.bias"] = layer[f"{part}_bias"].astype(np.float32)
        return arrays

    def with_stored(self, arrays: Mapping[str, Array]) -> OnnxEmbedder:
        """The whole model with these tensors. Raises `EmbeddingError` where they do not fit."""
        digest = hashlib.sha256(self.space.encode())
        for name in sorted(arrays):
            digest.update(name.encode() + np.ascontiguousarray(arrays[name]).tobytes())
        return self._embedder.changed(self._file.replaced(arrays), digest=digest.hexdigest())

    def _weights(self, number: int) -> Layer:
        layer: Layer = {}
        for part, (_, bias) in _MATRICES.items():
            name = self._weights_name(number, part)
            scale = self._floats(_scale_of(name))
            layer[part] = self._file.tensor(name).astype(np.float32) * scale
            layer[f"{part}_bias"] = self._floats(f"encoder.layer.{number}.{bias}")
        for part, name in _NORMS.items():
            layer[f"{part}_scale"] = self._floats(f"encoder.layer.{number}.{name}.weight")
            layer[f"{part}_bias"] = self._floats(f"encoder.layer.{number}.{name}.bias")
        return layer

    def _floats(self, name: str) -> npt.NDArray[np.float32]:
        return cast(npt.NDArray[np.float32], self._file.tensor(name))

    def _weights_name(self, number: int, part: str) -> str:
        path = f"/encoder/layer.{number}/{_MATRICES[part][0]}"
        for node, weights in self._file.multiplied.items():
            if node.startswith(path):
                return weights
        raise EmbeddingError(f"the model has no {path}")

    def _quantised(self, name: str, matrix: npt.NDArray[np.float32]) -> dict[str, Array]:
        """Symmetric, since the file's zero points are 0."""
        shape = self._file.tensor(_scale_of(name)).shape
        largest = np.abs(matrix).max(axis=0) if shape else np.abs(matrix).max()
        scale = np.maximum(np.asarray(largest, np.float32) / 127, 1e-12).astype(np.float32).reshape(shape)
        return {name: np.clip(np.rint(matrix / scale), -127, 127).astype(np.int8), _scale_of(name): scale}


def _scale_of(name: str) -> str:
    return f"{name.removesuffix('_quantized')}_scale"
