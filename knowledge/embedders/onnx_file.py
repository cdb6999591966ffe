"""As much of an ONNX file as tuning needs: where its tensors lie, which node multiplies by which, another output.

The file is a protobuf message (onnx/onnx.proto); field numbers are those of ModelProto, GraphProto, NodeProto,
TensorProto and ValueInfoProto.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.errors import EmbeddingError

_GRAPH = 7
_NODE, _INITIALIZER, _OUTPUT = 1, 5, 12
_INPUTS, _NODE_NAME, _OPERATION = 1, 3, 4
_DIMS, _DATA_TYPE, _FLOATS, _TENSOR_NAME, _RAW = 1, 2, 4, 8, 9
_VALUE_NAME = 1
_TYPES: Mapping[int, type[np.generic]] = {1: np.float32, 3: np.int8}
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

Array = npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class _Tensor:
    shape: tuple[int, ...]
    type: type[np.generic]
    start: int
    end: int


class OnnxFile:
    """Reads float32 and int8 initialisers. Raises `EmbeddingError` for bytes that are no ONNX model."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._tensors: dict[str, _Tensor] = {}
        self.multiplied: dict[str, str] = {}  # name of an int8 matrix multiplication to that of its weights
        try:
            for number, start, end in _fields(data, 0, len(data)):
                if number == _GRAPH:
                    self._read_graph(start, end)
        except (IndexError, ValueError) as error:
            raise EmbeddingError("the model file is no ONNX model") from error

    def tensor(self, name: str) -> Array:
        """Raises `EmbeddingError` where there is none of that name."""
        if name not in self._tensors:
            raise EmbeddingError(f"the model has no weights {name!r}")
        found = self._tensors[name]
        return np.frombuffer(self._data[found.start : found.end], found.type).reshape(found.shape)

    def replaced(self, arrays: Mapping[str, Array]) -> bytes:
        """The file with other values in some tensors. Raises `EmbeddingError` unless type and shape are the same."""
        changed = bytearray(self._data)
        for name, array in arrays.items():
            before = self.tensor(name)
            if array.shape != before.shape or array.dtype != before.dtype:
                raise EmbeddingError(f"the weights {name!r} are of another shape than the model's")
            place = self._tensors[name]
            changed[place.start : place.end] = np.ascontiguousarray(array).tobytes()
        return bytes(changed)

    def with_output(self, name: str) -> bytes:
        """The file with one output more. Of an embedded message that comes twice, protobuf joins the parts."""
        return self._data + _field(_GRAPH, _field(_OUTPUT, _field(_VALUE_NAME, name.encode())))

    def _read_graph(self, start: int, end: int) -> None:
        for number, first, last in _fields(self._data, start, end):
            if number == _INITIALIZER:
                self._read_tensor(first, last)
            elif number == _NODE:
                parts = [(each, self._data[a:b]) for each, a, b in _fields(self._data, first, last)]
                inputs = [value.decode() for each, value in parts if each == _INPUTS]
                texts = {each: value.decode() for each, value in parts if each in (_NODE_NAME, _OPERATION)}
                if texts.get(_OPERATION) == "MatMulInteger" and len(inputs) > 1:
                    self.multiplied[texts.get(_NODE_NAME, "")] = inputs[1]

    def _read_tensor(self, start: int, end: int) -> None:
        shape: list[int] = []
        name, kind, place = "", 0, (0, 0)
        for number, first, last in _fields(self._data, start, end):
            if number == _DIMS:
                shape += _numbers(self._data, first, last)
            elif number == _DATA_TYPE:
                kind = _number(self._data, first)[0]
            elif number == _TENSOR_NAME:
                name = self._data[first:last].decode()
            elif number in (_FLOATS, _RAW):
                place = (first, last)
        if kind in _TYPES and place[1] > place[0]:
            self._tensors[name] = _Tensor(tuple(shape), _TYPES[kind], *place)


def _fields(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Number of each field of a message, and where its value starts and ends."""
    at = start
    while at < end:
        key, at = _number(data, at)
        kind = key & 7
        if kind == _VARINT:
            last = _number(data, at)[1]
        elif kind == _BYTES:
            size, at = _number(data, at)
            last = at + size
        elif kind in (_FIXED32, _FIXED64):
            last = at + (4 if kind == _FIXED32 else 8)
        else:
            raise ValueError("a field of an unknown kind")
        if last > end:
            raise ValueError("a field that is longer than its message")
        yield key >> 3, at, last
        at = last


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
        if shift > 63:
            raise ValueError("a number of more than 64 bits")


def _numbers(data: bytes, start: int, end: int) -> list[int]:
    found = []
    while start < end:
        value, start = _number(data, start)
        found.append(value)
    return found


def _field(number: int, value: bytes) -> bytes:
    return _written(number << 3 | _BYTES) + _written(len(value)) + value


def _written(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])
