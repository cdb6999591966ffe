"""Routing by language and the memory of recent questions."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from knowledge.embedders.routed import RoutedEmbedder
from knowledge.retrieval import Vectors
from tests.knowledge.hashed_words import HashedWords, hashed_pair


class Counting(HashedWords):
    """Counts the texts it encodes, and tells questions from passages."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.texts = 0

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return -self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.texts += len(texts)
        return super().encode_passages(texts)


def test_each_language_has_its_own_space_and_dimension() -> None:
    pair = hashed_pair()
    assert (pair.space("en"), pair.space("zh")) == ("en@test", "zh@test")
    assert (pair.dimension("en"), pair.dimension("zh")) == (64, 32)
    assert pair.encode_passages(["年假"], language="zh").shape == (1, 32)


def test_passages_get_a_vector_of_their_language_and_one_of_all_languages() -> None:
    pair = hashed_pair()
    assert pair.spaces() == {"en@test", "zh@test", "both@test"}
    for language, text, own in (("en", "VPN client", 64), ("zh", "年假", 32)):
        vectors = pair.encode_for_index([text], language=language)
        assert {space: rows.shape for space, rows in vectors.items()} == {
            f"{language}@test": (1, own),
            "both@test": (1, 256),
        }
        assert set(vectors) == pair.passage_spaces(language)
    assert pair.encode_across(["annual leave"]).shape == (1, 256)


def test_languages_that_share_a_model_need_no_other() -> None:
    one = HashedWords("one")
    routed = RoutedEmbedder({"en": one, "zh": one}, across=HashedWords("both"))
    assert routed.spaces() == routed.passage_spaces("zh") == {"one@test"}
    assert (routed.shared_space, routed.for_all_languages()) == (None, None)
    with pytest.raises(ValueError, match="every language"):
        routed.encode_across(["leave"])


def test_the_model_of_all_languages_serves_each_of_them_alone() -> None:
    shared = hashed_pair().for_all_languages()
    assert shared is not None
    assert shared.space("zh") == shared.space("en") == hashed_pair().shared_space
    assert shared.encode(["年假"], language="zh").shape == (1, 256)


def test_a_language_without_a_route_takes_the_fallback() -> None:
    assert hashed_pair().space("fr") == "en@test"
    with pytest.raises(ValueError, match="fallback language 'de'"):
        RoutedEmbedder({"en": HashedWords("en")}, fallback="de")


def test_a_question_goes_to_the_model_of_the_language_it_is_said_to_have() -> None:
    assert hashed_pair().encode_queries(["Who is 王芳?"], language="zh").shape == (1, 32)
    assert hashed_pair().encode_queries(["Who is 王芳?"], language="en").shape == (1, 64)


def test_a_question_asked_again_is_not_encoded_again_and_kinds_are_not_confused() -> None:
    counting = Counting("en")
    routed = RoutedEmbedder({"en": counting}, remembered_queries=2)
    first = routed.encode_queries(["leave"], language="en")
    again = routed.encode_queries(["leave"], language="en")
    assert counting.texts == 1
    again[:] = 0  # the caller may do with it what it likes
    assert np.allclose(routed.encode_queries(["leave"], language="en"), first)
    assert np.allclose(routed.encode(["leave"], language="en"), -first)
    assert counting.texts == 2


def test_the_memory_forgets_the_longest_unused() -> None:
    counting = Counting("en")
    routed = RoutedEmbedder({"en": counting}, remembered_queries=2)
    for text in ("one", "two", "one", "three", "one"):
        routed.encode_queries([text], language="en")
    assert counting.texts == 3
    routed.encode_queries(["two"], language="en")
    assert counting.texts == 4


def test_threads_may_ask_together() -> None:
    routed = RoutedEmbedder({"en": HashedWords("en")}, remembered_queries=3)
    texts = [f"question {place % 7}" for place in range(200)]
    expected = [HashedWords("en").encode_queries([text])[0] for text in texts]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: routed.encode_queries([text], language="en")[0], texts))
    assert np.allclose(found, expected)
