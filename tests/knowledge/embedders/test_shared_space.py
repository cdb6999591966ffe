"""The space of all languages within one language: a say on what was found, and no more."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from knowledge.embedders.routed import RoutedEmbedder
from knowledge.index import KnowledgeIndex
from knowledge.index.explanation import Explainer
from knowledge.index.fusion import Fusion, fitted_fusion
from knowledge.retrieval import Hit
from knowledge.vector_stores import create_vector_store
from tests.knowledge.hashed_words import hashed_pair, indexed

PASSAGE, QUESTION = "停车每月二十欧元。", "停车多少钱"
WEIGHT = 7.0


def weighing(shared: float) -> Fusion:
    """The fitted profiles, but for what the shared space adds to Chinese passages."""
    fitted = fitted_fusion()
    return Fusion({"zh": replace(fitted.profile("zh"), shared=shared), "en": fitted.profile("en")})


def index_of(routed: RoutedEmbedder, fusion: Fusion) -> KnowledgeIndex:
    index = KnowledgeIndex("parking", routed, create_vector_store("faiss"), fusion)
    index.apply([indexed(routed, "a", PASSAGE, language="zh")], [], revision=1)
    return index


def best(routed: RoutedEmbedder, fusion: Fusion) -> Hit:
    return index_of(routed, fusion).search(QUESTION, language="zh", limit=1)[0]


def shared_cosine(routed: RoutedEmbedder) -> float:
    held = indexed(routed, "a", PASSAGE, language="zh").vectors[routed.shared_space or ""]
    return float(np.dot(routed.encode_across([QUESTION])[0], held))


def logit(score: float) -> float:
    return math.log(score / (1 - score))


def test_a_cosine_there_adds_its_weight_to_what_was_found() -> None:
    routed = hashed_pair()
    with_it, without = best(routed, weighing(WEIGHT)), best(routed, weighing(0.0))
    added = weighing(WEIGHT).profile("zh").slope * WEIGHT * shared_cosine(routed)
    assert added > 0.1
    assert logit(with_it.score) - logit(without.score) == pytest.approx(added, rel=0.02)
    assert with_it.dense == without.dense, "the cosine shown stays that of the language's own model"


def test_what_it_adds_stands_in_the_explanation() -> None:
    routed = hashed_pair()
    dense = {}
    for weight in (WEIGHT, 0.0):
        fusion = weighing(weight)
        index = index_of(routed, fusion)

        def search(index: KnowledgeIndex = index) -> list[Hit]:
            return index.search(QUESTION, language="zh", limit=1)

        explained = Explainer(routed, fusion).explain(index.state, search, QUESTION, language="zh")
        dense[weight] = explained.hits[0].contributions.dense
    assert dense[WEIGHT] - dense[0.0] == pytest.approx(WEIGHT * shared_cosine(routed), rel=0.02)
