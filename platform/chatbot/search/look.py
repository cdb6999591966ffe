"""A question put to indexes in memory, without the database. Blocking: called in threads."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from time import perf_counter

from chatbot.foundation.errors import ServiceUnavailable
from chatbot.search.indexes import vectors_needed
from chatbot.search.searchable_index import SearchableIndex
from chatbot.turn.contracts import Found, Hits
from knowledge.errors import EmbeddingError
from knowledge.faqs.index import MOST_SUGGESTED, is_sure
from knowledge.followups import read_in_context
from knowledge.question import Question
from knowledge.retrieval import Hit

Indexes = Mapping[str, SearchableIndex]  # by knowledge base


def look(questions: Indexes, passages: Indexes, depth: int, question: Question) -> Found:
    """FAQs, and passages unless an FAQ seems sure to be what was asked. With a filter none: which documents it lets
    through stands in the database.
    """
    started = perf_counter()
    faq_hits, passage_hits, failure = None, None, None
    try:
        faq_hits = find_faqs(questions, question)
        scores = [hit.score for hit, _ in faq_hits.best]
        if not question.only and not (scores and is_sure(scores[0], scores[1:])):
            passage_hits = find_passages(passages, question, depth)
    except (EmbeddingError, ServiceUnavailable) as error:
        failure = error
    return Found(question, faq_hits, passage_hits, (perf_counter() - started) * 1000, failure)


def find_faqs(indexes: Indexes, question: Question) -> Hits:
    """The nearest ways of asking of each knowledge base."""
    return _hits(indexes, question, question.placed_among_faqs, MOST_SUGGESTED)


def find_passages(
    indexes: Indexes, question: Question, depth: int, document_ids: Collection[str] | None = None
) -> Hits:
    """The best `depth`, or as many as are asked for. Raises ServiceUnavailable."""
    with vectors_needed():
        return _hits(indexes, question, question.placed, max(question.limit, depth), document_ids)


def _hits(
    indexes: Indexes, question: Question, placed: str, limit: int, document_ids: Collection[str] | None = None
) -> Hits:
    revisions = {knowledge_base_id: index.revision for knowledge_base_id, index in indexes.items()}
    searches = [partial(_search, index, question.language, document_ids) for index in indexes.values()]
    found, searched = read_in_context(searches, question.text, placed, limit=limit)
    hits = [(hit, base) for base, of_base in zip(indexes, found, strict=True) for hit in of_base]
    return Hits(sorted(hits, key=lambda one: -one[0].score), searched, revisions)


def _search(
    index: SearchableIndex, language: str, document_ids: Collection[str] | None, text: str, limit: int
) -> list[Hit]:
    return index.search(text, language=language, limit=limit, document_ids=document_ids)
