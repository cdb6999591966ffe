"""The encoders of this process as something that can be tuned; fits `nlu.tuning.Tuner` by shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from knowledge.embedders.onnx_encoder import OnnxEmbedder
from knowledge.embedders.onnx_file import Array
from knowledge.embedders.onnx_layers import OnnxLayers
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.errors import EmbeddingError
from knowledge.retrieval import Vectors


class OnnxTuner:
    def __init__(self, embedder: RoutedEmbedder) -> None:
        self._embedder = embedder

    def layers(self, language: str) -> OnnxLayers | None:
        """None for a language whose model can't be tuned."""
        return OnnxLayers.of(self._embedder, language)

    def tuned(self, language: str, arrays: Mapping[str, Array]) -> TunedSentences:
        """The language's model with other weights. Raises `EmbeddingError` where they do not fit it."""
        layers = self.layers(language)
        if layers is None:
            raise EmbeddingError(f"the model of {language} can't be tuned")
        return TunedSentences(layers.with_stored(arrays))


class TunedSentences:
    """Unit vectors of sentences of the language that the model was tuned for."""

    def __init__(self, embedder: OnnxEmbedder) -> None:
        self._embedder = embedder

    def space(self, language: str) -> str:  # noqa: ARG002
        return self._embedder.space

    def encode(self, texts: Sequence[str], *, language: str) -> Vectors:  # noqa: ARG002
        return self._embedder.encode_passages(texts)
