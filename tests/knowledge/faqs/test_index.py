"""Questions compared with questions: what counts as asking the same, and what never does."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.embedders.routed import RoutedEmbedder
from knowledge.faqs.index import (
    ANSWERED_FROM,
    PROFILES,
    SUGGESTED_FROM,
    FaqMatch,
    QuestionIndex,
    answer_from,
    question_score,
    suggestions,
)
from knowledge.retrieval import Embedder, IndexedChunk
from nlu.language import detect_language
from tests.embedders import HashingEmbedder

KNOWN = {
    "reset": ("How do I reset my password?", "I forgot my password"),
    "return": ("How do I return an item?", "Can I send a product back?"),
    "invoice": ("怎么开发票？", "发票如何申请"),
}


@pytest.fixture
def routed() -> RoutedEmbedder:
    models: dict[str, Embedder] = {"en": HashingEmbedder("english"), "zh": HashingEmbedder("chinese")}
    return RoutedEmbedder(models)


def asked(routed: RoutedEmbedder, faq_id: str, text: str) -> IndexedChunk:
    language = detect_language(text)
    vector = routed.encode([text], language=language)[0]
    return IndexedChunk(f"{faq_id}:{text}", faq_id, text, "", language, {routed.space(language): vector})


@pytest.fixture
def index(routed: RoutedEmbedder) -> QuestionIndex:
    index = QuestionIndex(routed)
    index.apply([asked(routed, faq, text) for faq, texts in KNOWN.items() for text in texts], [], revision=1)
    return index


def faqs(index: QuestionIndex, question: str, limit: int = 3) -> list[str]:
    hits = index.search(question, language=detect_language(question), limit=limit)
    return [hit.chunk_id.partition(":")[0] for hit in hits]


def test_a_faq_is_found_once_by_its_nearest_way_of_asking(index: QuestionIndex) -> None:
    assert faqs(index, "forgot password") == ["reset", "return"]
    assert faqs(index, "怎么申请发票") == ["invoice"]


def test_the_same_words_are_the_same_question_whatever_their_case_and_signs(index: QuestionIndex) -> None:
    hit = index.search("how do i RESET my password", language="en", limit=1)[0]
    assert hit.score > 0.95


def test_questions_about_different_codes_are_never_the_same() -> None:
    sure = 2.0
    known = "What does error E4711 mean?"
    assert question_score(PROFILES["en"], sure, "What's error E4711?", known) > ANSWERED_FROM
    assert SUGGESTED_FROM < question_score(PROFILES["en"], sure, "What does error E4712 mean?", known) < ANSWERED_FROM


def test_a_replaced_question_is_not_found_by_its_old_words_and_a_deleted_one_not_at_all(
    index: QuestionIndex, routed: RoutedEmbedder
) -> None:
    old = asked(routed, "reset", "I forgot my password")
    vector = routed.encode(["The canteen menu?"], language="en")[0]
    new = IndexedChunk(old.chunk_id, "reset", "The canteen menu?", "", "en", {routed.space("en"): vector})
    index.apply([new], [f"return:{text}" for text in KNOWN["return"]], revision=2)
    assert index.revision == 2
    assert faqs(index, "canteen menu") == ["reset"]
    assert len(index) == 4


def test_a_search_can_be_narrowed_to_some_faqs(index: QuestionIndex) -> None:
    hits = index.search("forgot password", language="en", limit=3, document_ids={"return", "nobody"})
    assert [hit.chunk_id.partition(":")[0] for hit in hits] == ["return"]


def test_an_empty_index_and_a_blank_question_find_nothing(index: QuestionIndex, routed: RoutedEmbedder) -> None:
    assert QuestionIndex(routed).search("anything", language="en", limit=3) == []
    assert index.search("  ", language="en", limit=3) == []


def test_a_revision_without_changes_is_noted(index: QuestionIndex) -> None:
    index.apply([], ["nobody"], revision=9)
    assert (index.revision, len(index)) == (9, 6)


def test_memory_is_counted(index: QuestionIndex) -> None:
    assert index.nbytes > 6 * 64 * np.dtype(np.float32).itemsize


def test_the_approved_answer_comes_word_for_word_with_its_question_as_the_source() -> None:
    answer = answer_from([FaqMatch("f1", "How do I reset my password?", "Use  the portal.", 0.9)])
    assert answer is not None
    assert (answer.text, answer.confidence) == ("Use  the portal.", 0.9)
    (citation,) = answer.citations
    assert (citation.number, citation.document_id, citation.locator) == (1, "f1", {"faq": True})
    assert citation.title == "How do I reset my password?"


def test_a_near_miss_is_no_answer_but_a_suggestion_and_a_far_one_is_neither() -> None:
    matches = [FaqMatch(str(n), f"Q{n}?", "A.", ANSWERED_FROM - 0.01 - n / 100) for n in range(5)]
    assert answer_from(matches) is None
    assert suggestions(matches) == ("Q0?", "Q1?", "Q2?")
    assert suggestions([FaqMatch("1", "Q?", "A.", SUGGESTED_FROM - 0.01)]) == ()
    assert answer_from([]) is None


@pytest.mark.parametrize(("best", "other", "answers"), [(0.86, 0.85, False), (0.86, 0.7, True), (0.6, 0.5, True)])
def test_of_two_that_could_be_meant_just_as_well_neither_is_given(best: float, other: float, answers: bool) -> None:
    matches = [FaqMatch("sun", "On Sundays?", "No.", best), FaqMatch("sat", "On Saturdays?", "Yes.", other)]
    assert (answer_from(matches) is not None) is answers
    assert suggestions(matches) == ("On Sundays?", "On Saturdays?")


def test_two_that_say_the_same_and_the_very_words_of_one_are_no_reason_to_ask_back() -> None:
    same = [FaqMatch("sun", "On Sundays?", "No.", 0.86), FaqMatch("sat", "On Saturdays?", "No.", 0.85)]
    exact = [FaqMatch("sun", "On Sundays?", "No.", 0.99), FaqMatch("sat", "On Saturdays?", "Yes.", 0.95)]
    assert answer_from(same) is not None and answer_from(exact) is not None
