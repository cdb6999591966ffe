"""Why an index ranks as it does: each side of a search alone, and what each kind of evidence added to the sum.

For people who ask, beside the search itself, which keeps no such account: several searches' work for one question.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

from knowledge.embedders.routed import RoutedEmbedder
from knowledge.index.asked_vectors import AskedVector, AskedVectors
from knowledge.index.fusion import Fusion, FusionProfile
from knowledge.index.lexical import LexicalMix
from knowledge.index.state import IndexState
from knowledge.index.word_order import AskedWords, Closeness
from knowledge.retrieval import Hit

SIDE_DEPTH = 40  # how far each side is followed


@dataclass(frozen=True, slots=True)
class Contributions:
    """What the cosines, the words of the text, those of the title, and their being there at all add to the sum; and
    their standing in one sentence, and side by side."""

    dense: float
    body: float
    title: float
    presence: float
    sentence: float
    pairs: float


@dataclass(frozen=True, slots=True)
class ExplainedHit:
    """`dense_rank` and `lexical_rank` count from 1; None where that side did not find it among its first."""

    hit: Hit
    dense_rank: int | None
    lexical_rank: int | None
    contributions: Contributions


@dataclass(frozen=True, slots=True)
class Explanation:
    """`hits` are the search's own; the sides are (chunk id, cosine or lexical score), best first."""

    hits: tuple[ExplainedHit, ...]
    dense: tuple[tuple[str, float], ...]
    lexical: tuple[tuple[str, float], ...]
    milliseconds: Mapping[str, float]


class Explainer:
    """`embedder` and `fusion` are those of the indexes that are explained. Blocking, like a search."""

    def __init__(self, embedder: RoutedEmbedder, fusion: Fusion) -> None:
        self._asked = AskedVectors(embedder, fusion)
        self._fusion = fusion

    def explain(
        self,
        state: IndexState,
        search: Callable[[], list[Hit]],
        question: str,
        *,
        language: str,
        document_ids: Collection[str] | None = None,
    ) -> Explanation:
        """`search` is the index's own, of this question. Milliseconds: embed, dense, lexical, search."""
        clock, profile = _Clock(), self._fusion.profile(language)
        asked = self._asked.of(question, language, state.table.counts)
        clock.note("embed")
        with state.lock.reading():
            groups = None if document_ids is None else state.table.groups_of(document_ids)
            dense = _nearest(state, asked, None if groups is None else state.table.chunk_ids_in(groups))
            clock.note("dense")
            lexical = state.by_words(state.lexical.query(question, profile.mix), SIDE_DEPTH, groups)[:SIDE_DEPTH]
            clock.note("lexical")
        hits = search()
        clock.note("search")
        dense_ranks = {chunk_id: rank for rank, (chunk_id, _) in enumerate(dense, 1)}
        lexical_ranks = {chunk_id: rank for rank, (chunk_id, _) in enumerate(lexical, 1)}
        with state.lock.reading():
            added = _contributions(state, question, asked, profile, hits)
        explained = tuple(
            ExplainedHit(hit, dense_ranks.get(hit.chunk_id), lexical_ranks.get(hit.chunk_id), contributions)
            for hit, contributions in zip(hits, added, strict=True)
        )
        return Explanation(explained, tuple(dense), tuple(lexical), clock.noted)


def _nearest(state: IndexState, asked: Sequence[AskedVector], among: list[str] | None) -> list[tuple[str, float]]:
    """The vectors' side alone, best first; a chunk counts in the first partition that it has a vector in."""
    found: dict[str, float] = {}
    for vector in (vector for vector in asked if vector.finds):
        found = state.nearest(vector, SIDE_DEPTH, among) | found
    return sorted(found.items(), key=lambda hit: (-hit[1], hit[0]))[:SIDE_DEPTH]


def _contributions(
    state: IndexState, question: str, asked: Sequence[AskedVector], profile: FusionProfile, hits: Sequence[Hit]
) -> list[Contributions]:
    """Of each hit; of one that is gone only what it was found by."""
    mix, chunk_ids = profile.mix, [hit.chunk_id for hit in hits]
    slots = dict(zip(chunk_ids, state.table.slots(chunk_ids), strict=True))
    there = [slot for slot in slots.values() if slot]
    query = state.lexical.query(question, mix)
    words = AskedWords(question, query.weights, query.rarity)
    close = dict(zip(there, state.order.closeness(there, words), strict=True))
    mixes = (LexicalMix(mix.body, 0.0, 0.0), LexicalMix(0.0, mix.title, 0.0), LexicalMix(0.0, 0.0, mix.presence))
    body, title, presence = (state.lexical.query(question, part).among(there) for part in mixes)
    beside = [(vector, state.cosines(vector, chunk_ids)) for vector in asked if not vector.finds]
    found: list[Contributions] = []
    for hit in hits:
        slot = slots[hit.chunk_id]
        closeness = close.get(slot, Closeness(0.0, 0.0))
        also = (vector.evidence(near[hit.chunk_id]) for vector, near in beside if hit.chunk_id in near)
        found.append(
            Contributions(
                dense=_dense_evidence(state, asked, hit) + sum(also),
                body=body.get(slot, 0.0),
                title=title.get(slot, 0.0),
                presence=presence.get(slot, 0.0),
                sentence=profile.sentence * closeness.sentence,
                pairs=profile.pairs * closeness.pairs,
            )
        )
    return found


def _dense_evidence(state: IndexState, asked: Sequence[AskedVector], hit: Hit) -> float:
    """A hit without a cosine was found by its words alone."""
    held = state.table.spaces_of(hit.chunk_id)
    read = next((vector for vector in asked if vector.finds and vector.partition in held), None)
    return 0.0 if read is None or hit.dense == 0.0 else read.evidence(hit.dense)


class _Clock:
    """Milliseconds between notes."""

    def __init__(self) -> None:
        self.noted: dict[str, float] = {}
        self._last = perf_counter()

    def note(self, name: str) -> None:
        now = perf_counter()
        self.noted[name] = round((now - self._last) * 1000, 3)
        self._last = now
