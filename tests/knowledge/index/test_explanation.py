"""Why an index ranks as it does: the account must agree with the search it explains."""

from __future__ import annotations

import math

import pytest

from knowledge.index import KnowledgeIndex
from knowledge.index.explanation import Explainer, Explanation
from knowledge.index.fusion import fitted_fusion
from knowledge.vector_stores import create_vector_store
from tests.knowledge.hashed_words import hashed_pair, indexed

QUESTION = "How many days of annual leave?"


def explained(question: str = QUESTION, *, document_ids: set[str] | None = None) -> Explanation:
    pair, fusion = hashed_pair(), fitted_fusion()
    index = KnowledgeIndex("acme/handbook", pair, create_vector_store("faiss"), fusion)
    texts = ["Employees get ten days of annual leave.", "Reset your password.", "The canteen opens at noon most days."]
    index.apply([indexed(pair, f"c{n}", text, document=f"d{n}") for n, text in enumerate(texts)], [], revision=1)
    return Explainer(pair, fusion).explain(
        index.state,
        lambda: index.search(question, language="en", limit=10, document_ids=document_ids),
        question,
        language="en",
        document_ids=document_ids,
    )


def test_contributions_add_up_to_what_the_score_was_made_of() -> None:
    found = explained()
    profile = fitted_fusion().profile("en")
    assert found.hits
    for one in found.hits:
        parts = one.contributions
        total = parts.dense + parts.body + parts.title + parts.presence + parts.sentence + parts.pairs
        assert one.hit.score == pytest.approx(profile.probability(total, 3), abs=1e-4)
        assert one.hit.lexical == pytest.approx(parts.body + parts.title + parts.presence, abs=1e-4)


def test_each_side_ranks_by_its_own_score() -> None:
    found = explained()
    for side in (found.dense, found.lexical):
        scores = [score for _, score in side]
        assert scores == sorted(scores, reverse=True)
    best = found.hits[0]
    assert (best.hit.chunk_id, best.dense_rank, best.lexical_rank) == ("c0", 1, 1)
    assert "c1" not in dict(found.lexical)  # it shares no word
    assert next(one for one in found.hits if one.hit.chunk_id == "c1").lexical_rank is None


def test_a_filter_holds_for_both_sides() -> None:
    found = explained(document_ids={"d2"})
    assert {chunk_id for chunk_id, _ in (*found.dense, *found.lexical)} == {"c2"}
    assert explained(document_ids={"nobody"}).hits == ()


def test_every_step_has_its_time() -> None:
    times = explained().milliseconds
    assert set(times) == {"embed", "dense", "lexical", "search"}
    assert all(math.isfinite(time) and time >= 0 for time in times.values())


def test_a_question_of_unknown_words_is_explained_by_vectors_alone() -> None:
    found = explained("zzz qqq")
    assert found.lexical == ()
    assert all(one.contributions.body == 0.0 and one.lexical_rank is None for one in found.hits)
