"""What a reranker does to the passages of a search: their order is its own, the scores stay those of the search.

Its figures mean something else for every model, and a threshold chosen on one scale would mean nothing on another. So
the passages are put in its order, what it puts first is judged like anything that was found, and the scores of that are
handed out from the best down. docs/decisions/0009-rerankers.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from knowledge.retrieval import Passage


def in_order_of(relevance: Sequence[float], passages: Sequence[Passage]) -> list[Passage]:
    """`relevance` is that of the first passages, in their order; those that were not read stay behind them.

    Of equally relevant ones the order given decides. Scores stay with their passages.
    """
    read = [replace(passage, relevance=one) for passage, one in zip(passages, relevance, strict=False)]
    return [*_by_relevance(read), *passages[len(read) :]]


def handed_out(passages: Sequence[Passage]) -> list[Passage]:
    """The same passages once they were judged: again by relevance, their scores handed out from the best down."""
    read = [passage for passage in passages if passage.relevance is not None]
    scores = sorted((passage.score for passage in read), reverse=True)
    best = [replace(passage, score=score) for passage, score in zip(_by_relevance(read), scores, strict=True)]
    return [*best, *(passage for passage in passages if passage.relevance is None)]


def _by_relevance(read: Sequence[Passage]) -> list[Passage]:
    return sorted(read, key=lambda passage: -(passage.relevance or 0.0))
