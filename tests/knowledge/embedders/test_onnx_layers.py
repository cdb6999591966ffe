"""The upper layers of the default models come out of their files and go back in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from knowledge.embedders import DEFAULT_EMBEDDERS, EmbedderSettings, create_embedder
from knowledge.embedders.onnx_encoder import OnnxEmbedder
from knowledge.embedders.onnx_file import OnnxFile
from knowledge.embedders.onnx_layers import OnnxLayers
from knowledge.embedders.onnx_tuning import OnnxTuner
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.embedders.weights import DEFAULT_WEIGHTS, fetch, shared_cache
from knowledge.errors import EmbeddingError
from knowledge.retrieval import Vectors

TEXTS = {"en": ["where is my card", "ok"], "zh": ["今天北京天气怎么样", "好"]}
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


@pytest.fixture(scope="module")
def embedder() -> RoutedEmbedder:
    fetch(DEFAULT_WEIGHTS, shared_cache())
    settings = EmbedderSettings(models_folder=shared_cache())
    return RoutedEmbedder({language: create_embedder(kind, settings) for language, kind in DEFAULT_EMBEDDERS.items()})


@LANGUAGES
def test_layers_put_back_unchanged_give_the_same_vectors(embedder: RoutedEmbedder, language: str) -> None:
    tuner = OnnxTuner(embedder)
    layers = tuner.layers(language)
    assert layers is not None
    same = tuner.tuned(language, layers.stored(layers.weights()))
    assert np.allclose(
        same.encode(TEXTS[language], language=language), embedder.encode(TEXTS[language], language=language), atol=1e-3
    )


@LANGUAGES
def test_changed_layers_give_other_vectors_in_a_space_of_their_own(embedder: RoutedEmbedder, language: str) -> None:
    tuner = OnnxTuner(embedder)
    layers = tuner.layers(language)
    assert layers is not None
    weights = layers.weights()
    weights[-1]["narrow"] = weights[-1]["narrow"] * np.float32(0.5)
    changed = tuner.tuned(language, layers.stored(weights))
    before, after = (each.encode(TEXTS[language], language=language) for each in (embedder, changed))
    assert changed.space(language) != embedder.space(language)
    assert np.allclose(np.linalg.norm(after, axis=1), 1, atol=1e-5)
    assert ((before * after).sum(axis=1) < 0.999).all()
    assert np.array_equal(embedder.encode(TEXTS[language], language=language), before), "the shared one is untouched"


@LANGUAGES
def test_the_trunk_shows_each_token_below_the_layers(embedder: RoutedEmbedder, language: str) -> None:
    layers = OnnxLayers.of(embedder, language)
    assert layers is not None
    long, short = layers.trunk(TEXTS[language])
    assert long.shape[1] == short.shape[1] == embedder.dimension(language)
    assert len(long) > len(short) >= 3


def test_arrays_of_another_shape_are_refused(embedder: RoutedEmbedder) -> None:
    tuner = OnnxTuner(embedder)
    with pytest.raises(EmbeddingError, match="another shape"):
        tuner.tuned("en", {"encoder.layer.5.output.LayerNorm.bias": np.zeros(7, np.float32)})
    with pytest.raises(EmbeddingError, match="no weights"):
        tuner.tuned("en", {"somebody.else": np.zeros(7, np.float32)})


def test_models_of_another_kind_can_not_be_tuned() -> None:
    class Endpoint:
        space, dimension = "endpoint", 2

        def encode_queries(self, texts: Sequence[str]) -> Vectors:
            return np.ones((len(texts), 2), np.float32)

        encode_passages = encode_queries

    tuner = OnnxTuner(RoutedEmbedder({"en": Endpoint()}))
    assert tuner.layers("en") is None
    with pytest.raises(EmbeddingError):
        tuner.tuned("en", {})


@pytest.mark.parametrize("cut", [1, 1000, 100_000])
def test_a_file_that_was_cut_short_is_an_error(embedder: RoutedEmbedder, cut: int) -> None:
    own = embedder.embedder("zh")
    assert isinstance(own, OnnxEmbedder)
    with pytest.raises(EmbeddingError):
        OnnxFile(own.model_bytes()[:-cut])
