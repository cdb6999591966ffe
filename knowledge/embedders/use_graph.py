"""The network of the multilingual encoder as an ONNX graph, made of its published weights when they are read.

Inputs, for p pieces of t texts in one column: "embedded" (p, 512); "window2", "window3" and "window5" (p, width), the
places of the pieces that a convolution sees around each piece, one past the end where there is none; "pool" (t, p),
which piece counts how much for which text; "root" (t, 1), of each text's length. Output: (t, 512).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from knowledge.retrieval import Vectors

DIMENSION, CHANNELS = 512, 256
STACKS = ((2, 0), (3, 1), (5, 2))  # pieces a convolution sees, and how many of them stand before its place
_OPSET, _IR_VERSION = 17, 8


def use_graph(weights: Mapping[str, Vectors]) -> bytes:
    """The model file. Raises KeyError where a weight is missing."""
    return bytes(_Graph(weights).build().SerializeToString())


class _Graph:
    """Values go by the names of their nodes' outputs."""

    def __init__(self, weights: Mapping[str, Vectors]) -> None:
        self._weights = weights
        self._nodes: list[NodeProto] = []
        self._constants: dict[str, TensorProto] = {}

    def build(self) -> ModelProto:
        entered = {
            width: self._sum(self._times("embedded", f"proj{width}"), self._weight(f"proj_b{width}"))
            for width, _ in STACKS
        }
        stacks = [self._stack(entered[width], width) for width, _ in STACKS]
        states = self._normed(self._node("Concat", "embedded", *stacks, axis=1), "ln_g", "ln_b")
        # The projection is linear, so it is applied to the sum over the pieces.
        summed = self._sum(
            self._times(self._node("MatMul", "pool", states), "cnn_W"),
            self._node("Mul", "root", self._weight("cnn_b")),
        )
        first = self._node("Relu", self._times(summed, "d0"))
        first = self._node("Relu", self._sum(self._times(summed, "p1"), self._times(first, "d1")))
        second = self._node("Relu", self._times(first, "d2"))
        vectors = self._node("Tanh", self._sum(self._times(first, "p3"), self._times(second, "d3")))
        windows = [
            helper.make_tensor_value_info(f"window{width}", TensorProto.INT64, [None, width]) for width, _ in STACKS
        ]
        graph = helper.make_graph(
            self._nodes,
            "use",
            [_floats("embedded", DIMENSION), *windows, _floats("pool", None), _floats("root", 1)],
            [_floats(vectors, DIMENSION)],
            list(self._constants.values()),
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)

    def _stack(self, entered: str, width: int) -> str:
        """Two convolutions over the windows, each added to what it was given."""
        states = self._normed(entered, f"ln_g{width}", f"ln_b{width}")
        nothing = self._constant("nothing", np.zeros((1, CHANNELS), np.float32))
        row = self._constant(f"row{width}", np.array([-1, width * CHANNELS]))
        for layer in ("1", "2"):
            padded = self._node("Concat", states, nothing, axis=0)
            seen = self._node("Reshape", self._node("Gather", padded, f"window{width}", axis=0), row)
            found = self._sum(self._times(seen, f"w{layer}_{width}"), self._weight(f"b{layer}_{width}"))
            states = self._sum(states, self._node("Relu", found))
        return states

    def _normed(self, states: str, scale: str, shift: str) -> str:
        epsilon = float(self._weights["eps"])
        return self._node(
            "LayerNormalization", states, self._weight(scale), self._weight(shift), axis=-1, epsilon=epsilon
        )  # fmt: skip

    def _times(self, value: str, weight: str) -> str:
        return self._node("MatMul", value, self._weight(weight))

    def _sum(self, one: str, other: str) -> str:
        return self._node("Add", one, other)

    def _weight(self, name: str) -> str:
        return self._constant(name, np.asarray(self._weights[name], dtype=np.float32))

    def _constant(self, name: str, array: np.ndarray) -> str:
        self._constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def _node(self, operation: str, *inputs: str, **attributes: float) -> str:
        output = f"{operation}_{len(self._nodes)}"
        node = helper.make_node(operation, inputs, [output])
        node.attribute.extend(helper.make_attribute(name, value) for name, value in attributes.items())
        self._nodes.append(node)
        return output


def _floats(name: str, width: int | None) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, width])
