"""The real default encoders, fetched once into the shared cache of this user."""

from __future__ import annotations

import pytest

from knowledge.embedders import EmbedderSettings, create_routed
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.embedders.weights import DEFAULT_WEIGHTS, fetch, shared_cache
from nlu.language import detect_language


@pytest.fixture(scope="session")
def encoder() -> RoutedEmbedder:
    fetch(DEFAULT_WEIGHTS, shared_cache())
    return create_routed(EmbedderSettings(models_folder=shared_cache(), language_of=detect_language))
