"""Questions with approved answers: an index of ways of asking, and how sure it is that two ask the same.

A paraphrase is compared with questions, never with passages, so the two rankings do not mix. The evidence is the
cosine of the two questions, encoded alike, plus a little for the words they share; a logistic curve makes it the
probability that both ask the same. `benchmarks/faq.py` measures it; docs/knowledge.md has the figures.
"""

from __future__ import annotations

import math
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from knowledge.embedders.routed import RoutedEmbedder
from knowledge.retrieval import Answer, Citation, Hit, IndexedChunk, Vector, Vectors
from knowledge.text.words import words_of

ANSWERED_FROM = 0.55  # probability: from here on the approved answer is given
SUGGESTED_FROM = 0.3  # and from here on "did you mean" is asked
MOST_SUGGESTED = 3
_CLOSE = 0.12  # probability by which two that could both be meant differ at most

_SHARED_WORDS = 0.1
_COMPARED_BY_WORDS = 16  # the nearest by cosine: shared words cannot lift those further off
_SAME_WORDING = 0.99
_CODE = re.compile(r"[a-z]*\d[\da-z]*")
_NO_LETTER = re.compile(r"[\W_]+")
_SNIPPET = 300


@dataclass(frozen=True, slots=True)
class QuestionProfile:
    """The logistic curve of one language's model over the evidence."""

    slope: float
    bias: float

    def probability(self, evidence: float) -> float:
        return 1.0 / (1.0 + math.exp(-(self.bias + self.slope * evidence)))


# Printed by `benchmarks/faq.py FOLDER --fit`.
PROFILES: Mapping[str, QuestionProfile] = {"zh": QuestionProfile(6.72, -5.48), "en": QuestionProfile(7.07, -5.26)}


@dataclass(frozen=True, slots=True)
class FaqMatch:
    """An FAQ that asks what was asked, with probability `score`."""

    faq_id: str
    question: str
    answer: str
    score: float


def answer_from(matches: Sequence[FaqMatch]) -> Answer | None:
    """The approved answer, word for word, of matches given best first, where it is sure that it was asked for."""
    others = [match.score for match in matches if match.answer != matches[0].answer]
    if not matches or not is_sure(matches[0].score, others):
        return None
    best = matches[0]
    citation = Citation(
        number=1,
        document_id=best.faq_id,
        title=best.question,
        locator={"faq": True},
        snippet=best.answer[:_SNIPPET],
        score=best.score,
    )
    return Answer(text=best.answer, confidence=best.score, citations=(citation,))


def is_sure(best: float, others: Sequence[float]) -> bool:
    """Whether the best match is sure enough, and none of the other answers about as sure: "weekends" asks for
    Saturdays and for Sundays.
    """
    as_sure = any(other >= ANSWERED_FROM and best - other < _CLOSE for other in others)
    return best >= ANSWERED_FROM and (best >= _SAME_WORDING or not as_sure)


def suggestions(matches: Sequence[FaqMatch]) -> tuple[str, ...]:
    """The questions that may have been meant, best first."""
    return tuple(match.question for match in matches if match.score >= SUGGESTED_FROM)[:MOST_SUGGESTED]


def evidence(cosine: float, asked: Counter[str], known: Counter[str]) -> float:
    """Of two questions, from the cosine of their vectors and their words."""
    shared = sum((asked & known).values())
    total = sum(asked.values()) + sum(known.values())
    return cosine + _SHARED_WORDS * (2 * shared / total if total else 0.0)


def words_counted(question: str) -> Counter[str]:
    """What `evidence` compares."""
    return Counter(words_of(question))


def question_score(profile: QuestionProfile, found: float, asked: str, known: str) -> float:
    """The probability that both ask the same, from their evidence.

    Questions about different numbers or codes (E4711, E4712) are alike to any model and never the same.
    """
    asked, known = _plain(asked), _plain(known)
    if _NO_LETTER.sub("", asked) == _NO_LETTER.sub("", known):
        return _SAME_WORDING
    score = profile.probability(found)
    same_codes = set(_CODE.findall(asked)) == set(_CODE.findall(known))
    return score if same_codes else min(score, ANSWERED_FROM - 0.01)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


@dataclass(frozen=True, slots=True)
class _Space:
    """Questions whose vectors lie in one space; rows of `matrix` in the order of `chunks`. Never changed."""

    chunks: tuple[IndexedChunk, ...]
    matrix: Vectors


@dataclass(frozen=True, slots=True)
class _State:
    chunks: Mapping[str, IndexedChunk] = field(default_factory=dict)
    spaces: Mapping[str, _Space] = field(default_factory=dict)
    revision: int = 0


class QuestionIndex:
    """The questions of one knowledge base, in memory. Thread-safe: a search sees a whole revision, old or new."""

    def __init__(self, embedder: RoutedEmbedder, profiles: Mapping[str, QuestionProfile] = PROFILES) -> None:
        self._embedder = embedder
        self._profiles = profiles
        self._state = _State()
        self._one_change = threading.Lock()

    @property
    def revision(self) -> int:
        return self._state.revision

    @property
    def is_worn(self) -> bool:
        """Never: what was removed leaves no gap."""
        return False

    @property
    def nbytes(self) -> int:
        """Memory held, estimated."""
        state = self._state
        return 600 * len(state.chunks) + sum(space.matrix.nbytes for space in state.spaces.values())

    def __len__(self) -> int:
        return len(self._state.chunks)

    def apply(
        self,
        upserts: Sequence[IndexedChunk],
        deletes: Sequence[str],
        *,
        revision: int,
        more: bool = False,  # noqa: ARG002 - an index that waits for more is not searched, whatever it says
    ) -> None:
        """Adds or replaces questions and removes those of `deletes`; unknown ids are no error."""
        with self._one_change:
            old = self._state
            if not upserts and not any(chunk_id in old.chunks for chunk_id in deletes):
                self._state = _State(old.chunks, old.spaces, revision)
                return
            gone = frozenset(deletes)
            chunks = {one: chunk for one, chunk in old.chunks.items() if one not in gone}
            chunks |= {chunk.chunk_id: chunk for chunk in upserts if chunk.chunk_id not in gone}
            self._state = _State(chunks, _spaces(chunks.values()), revision)

    def search(
        self, question: str, *, language: str, limit: int, document_ids: Collection[str] | None = None
    ) -> list[Hit]:
        """The best `limit` FAQs by their nearest way of asking, best first. Blocks: embeds the question."""
        state = self._state
        space = state.spaces.get(self._embedder.space(language))
        if space is None or not question.strip() or limit < 1:
            return []
        vector = self._embedder.encode([question], language=language)[0]
        profile = self._profiles.get(language) or self._profiles["en"]
        asked = words_counted(question)
        best: dict[str, tuple[float, float, IndexedChunk]] = {}
        for chunk, cosine in _nearest(space, vector, max(_COMPARED_BY_WORDS, 4 * limit), document_ids):
            found = evidence(cosine, asked, words_counted(chunk.text))
            if chunk.document_id not in best or found > best[chunk.document_id][0]:
                best[chunk.document_id] = (found, cosine, chunk)
        ranked = sorted(best.values(), key=lambda one: (-one[0], one[2].chunk_id))[:limit]
        return [
            Hit(
                chunk_id=chunk.chunk_id,
                score=question_score(profile, found, question, chunk.text),
                dense=cosine,
                lexical=found - cosine,
            )
            for found, cosine, chunk in ranked
        ]


def _nearest(
    space: _Space, vector: Vector, limit: int, document_ids: Collection[str] | None
) -> list[tuple[IndexedChunk, float]]:
    cosines = space.matrix @ vector
    if document_ids is not None:
        allowed = np.array([chunk.document_id in document_ids for chunk in space.chunks])
        cosines = np.where(allowed, cosines, -np.inf)
    places = np.argsort(-cosines, kind="stable")[:limit]
    return [(space.chunks[place], float(cosines[place])) for place in places if cosines[place] > -np.inf]


def _spaces(chunks: Collection[IndexedChunk]) -> dict[str, _Space]:
    by_space: dict[str, list[IndexedChunk]] = {}
    for chunk in chunks:
        for space in chunk.vectors:
            by_space.setdefault(space, []).append(chunk)
    return {
        space: _Space(tuple(held), np.stack([chunk.vectors[space] for chunk in held]).astype(np.float32))
        for space, held in by_space.items()
    }
