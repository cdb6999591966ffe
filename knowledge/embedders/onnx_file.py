"""An ONNX model as tuning needs it: its tensors by name, which node multiplies by which, another output."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # it ships no types

from knowledge.errors import EmbeddingError

Array = npt.NDArray[np.generic]


class OnnxFile:
    """Raises `EmbeddingError` for bytes that are no ONNX model."""

    def __init__(self, data: bytes) -> None:
        try:
            self._model = onnx.load_model_from_string(data)
        except DecodeError as error:
            raise EmbeddingError("the model file is no ONNX model") from error
        graph = self._model.graph
        self._tensors = {tensor.name: place for place, tensor in enumerate(graph.initializer)}
        # Name of an int8 matrix multiplication to that of its weights.
        self.multiplied: dict[str, str] = {
            node.name: node.input[1] for node in graph.node if node.op_type == "MatMulInteger"
        }

    def tensor(self, name: str) -> Array:
        """Raises `EmbeddingError` where there is none of that name."""
        if name not in self._tensors:
            raise EmbeddingError(f"the model has no weights {name!r}")
        return onnx.numpy_helper.to_array(self._model.graph.initializer[self._tensors[name]])

    def replaced(self, arrays: Mapping[str, Array]) -> bytes:
        """The file with other values in some tensors. Raises `EmbeddingError` unless type and shape are the same."""
        changed = self._copy()
        for name, array in arrays.items():
            before = self.tensor(name)
            if array.shape != before.shape or array.dtype != before.dtype:
                raise EmbeddingError(f"the weights {name!r} are of another shape than the model's")
            tensor = onnx.numpy_helper.from_array(np.ascontiguousarray(array), name)
            changed.graph.initializer[self._tensors[name]].CopyFrom(tensor)
        return bytes(changed.SerializeToString())

    def with_output(self, name: str) -> bytes:
        """The file with one output more."""
        changed = self._copy()
        changed.graph.output.append(onnx.ValueInfoProto(name=name))
        return bytes(changed.SerializeToString())

    def _copy(self) -> onnx.ModelProto:
        changed = onnx.ModelProto()
        changed.CopyFrom(self._model)
        return changed
