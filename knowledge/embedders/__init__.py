"""The registry of embedders: a kind named in settings, and the factory that builds it.

A new kind is one file beside this one and one line of `EMBEDDERS`. Factories import their file when they are called, so
that a kind nobody names costs nothing and needs none of its packages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.errors import EmbeddingError
from knowledge.retrieval import Embedder

if TYPE_CHECKING:
    from knowledge.embedders.routed import RoutedEmbedder

DEFAULT_EMBEDDERS: Mapping[str, str] = {"en": "minilm-l6-v2", "zh": "bge-small-zh-v1.5"}  # language to kind
DEFAULT_ACROSS = "use-multilingual-v3"  # the kind that reads every language


@dataclass(frozen=True, slots=True)
class EmbedderSettings:
    """What a factory may need. `model`: a name or a local path; `models_folder`: where fetched weights lie."""

    models_folder: Path
    language_of: Callable[[str], str]  # "zh" or "en" for any text
    model: str = ""
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    dimension: int = 0
    query_prefix: str = ""
    passage_prefix: str = ""


Factory = Callable[[EmbedderSettings], Embedder]


def _minilm(settings: EmbedderSettings) -> Embedder:
    from knowledge.embedders.onnx_encoder import OnnxEmbedder, OnnxRecipe

    recipe = OnnxRecipe("all-minilm-l6-v2", pooling="mean", max_tokens=256)
    return OnnxEmbedder(recipe, settings.models_folder / recipe.name)


def _bge_small_zh(settings: EmbedderSettings) -> Embedder:
    from knowledge.embedders.onnx_encoder import OnnxEmbedder, OnnxRecipe

    recipe = OnnxRecipe(
        "bge-small-zh-v1.5",
        pooling="cls",
        max_tokens=512,
        asked="bge_small_zh_asked.npy",
        lower_case=True,
    )
    return OnnxEmbedder(recipe, settings.models_folder / recipe.name)


def _use_multilingual(settings: EmbedderSettings) -> Embedder:
    from knowledge.embedders.use_multilingual import NAME, UseMultilingualEmbedder

    return UseMultilingualEmbedder(settings.models_folder / NAME, settings.language_of)


def _sentence_transformers(settings: EmbedderSettings) -> Embedder:
    from knowledge.embedders.sentence_transformers_model import SentenceTransformersEmbedder

    return SentenceTransformersEmbedder(settings.model)


def _openai_compatible(settings: EmbedderSettings) -> Embedder:
    from knowledge.embedders.openai_compatible import OpenAICompatibleEmbedder

    return OpenAICompatibleEmbedder(
        base_url=settings.base_url,
        model=settings.model,
        dimension=settings.dimension,
        api_key=settings.api_key,
        query_prefix=settings.query_prefix,
        passage_prefix=settings.passage_prefix,
    )


EMBEDDERS: Mapping[str, Factory] = {
    "minilm-l6-v2": _minilm,
    "bge-small-zh-v1.5": _bge_small_zh,
    "use-multilingual-v3": _use_multilingual,
    "sentence-transformers": _sentence_transformers,
    "openai": _openai_compatible,
}


def create_embedder(kind: str, settings: EmbedderSettings) -> Embedder:
    """The embedder of this kind; raises `EmbeddingError` for a kind that is not registered."""
    if kind not in EMBEDDERS:
        raise EmbeddingError(f"no embedder {kind!r}; there are {', '.join(sorted(EMBEDDERS))}")
    return EMBEDDERS[kind](settings)


def create_routed(
    settings: EmbedderSettings, *, kinds: Mapping[str, str] = DEFAULT_EMBEDDERS, across: str = DEFAULT_ACROSS
) -> RoutedEmbedder:
    """An embedder a language, languages that name the same kind sharing one, and that of all (none, where empty)."""
    from knowledge.embedders.routed import RoutedEmbedder

    made = {kind: create_embedder(kind, settings) for kind in dict.fromkeys((*kinds.values(), across)) if kind}
    return RoutedEmbedder({language: made[kind] for language, kind in kinds.items()}, across=made.get(across))
